import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { temporaryFolder } from '../../main/dataset/synthetic.ts'
import { BUSY } from '../../main/dataset/durability/storm.ts'
import { CLI, startCliIn } from '../../main/verbs/run-cli.ts'

/** Two builds of the core: with all optimisations, and with few and the address and undefined-behaviour sanitizers. */
const BUILDS = { optimised: {}, checked: {} } as Record<'optimised' | 'checked', NodeJS.ProcessEnv>

beforeAll(() => {
  execFileSync('make', ['-C', join(appRoot, 'native'), '-j2', 'SANITIZE=1'], { stdio: 'pipe' })
  BUILDS.checked = {
    FORAGER_NATIVE: join(appRoot, 'native/build/address/forager.node'),
    LD_PRELOAD: execFileSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim(),
    ASAN_OPTIONS: 'detect_leaks=0',
  }
})

const environment = (build: keyof typeof BUILDS) => ({
  ...process.env,
  FORAGER_HOME: temporaryFolder(),
  ...BUILDS[build],
})

/** A simulated arm of one build in a process of its own; gives its address. */
async function robotOf(build: keyof typeof BUILDS, protocol: number): Promise<string> {
  const words = ['sim-panda', '--port', '0', '--protocol', String(protocol), '--json']
  const child = spawn(process.execPath, [CLI, ...words], { env: environment(build), stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return `127.0.0.1:${(JSON.parse(line.toString()) as { port: number }).port}`
}

describe.each([
  ['checked', 'optimised'],
  ['optimised', 'checked'],
] as const)('a client of the %s build and a robot of the %s one', (client, robot) => {
  it.each([3, 4, 5, 6, 7, 8, 9])('understand each other in protocol %i', async (protocol) => {
    const arm = ['--world', 'panda-fci', '--robot', await robotOf(robot, protocol), '--workspace-clear']
    const run = ['--explorer', 'random', '--seed', '1', '--steps-per-episode', '20', '--transitions', '60', '--json']
    // A busy machine stops the arm now and then; the same command goes on.
    const out = join(temporaryFolder(), 'a.forager')
    for (let again = 20; ; again--) {
      const { code, stdout, stderr, problem } = await startCliIn(environment(client), 'collect', ...arm, ...run, '--dataset', out).done
      if (code === 1 && again > 0 && BUSY.has(problem().code)) continue
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ transitions: 60 })
      return
    }
  })
})
