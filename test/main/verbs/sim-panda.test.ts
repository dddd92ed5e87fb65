import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { faultHelp, SIMULATED_FAULTS } from '../../../src/main/verbs/simulated-faults.ts'
import { Episode } from '../../native/arm/episode.ts'

const cli = fileURLToPath(new URL('../../../src/main/cli.ts', import.meta.url))
const started: ChildProcess[] = []

function simPanda(...options: string[]) {
  const child = spawn(process.execPath, [cli, 'sim-panda', '--json', ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  return child
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

describe('sim-panda', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says where it listens, serves an arm, and ends on %s', async (signal) => {
    const child = simPanda('--port', '0')
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const where = JSON.parse(line.toString()) as { host: string; port: number; protocol: number; gripperPort: number }
    expect(where).toEqual({ host: '127.0.0.1', port: where.port, protocol: 5, gripperPort: where.port + 1 })
    const own = armModel()
    // Two processes share a machine with other tests: states may be late.
    const model = { ...own, supervisor: { ...own.supervisor, stateAgeLost: 0.2, controlAge: 0.1, policyAgeStop: 30 } }
    const arm = await native.connectArm({ host: where.host, port: where.port, model, timeoutMs: 2000 })
    const episode = new Episode(arm)
    arm.arm()
    episode.home()
    episode.begin()
    for (let step = 0; step < 10; step++) expect(episode.step(new Float32Array(7).fill(0.2))).toBe(0)
    arm.endEpisode()
    await arm.close()
    const rest = text(child.stdout)
    const errors = text(child.stderr)
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
    // Exactly one object on stdout.
    expect(await rest).toBe('')
    expect(await errors).toContain(`simulated arm on 127.0.0.1:${where.port}, protocol 5`)
    expect(await errors).toContain('1 clients, 2 moves, 0 reflexes')
  })

  it('explains every fault that the arm knows', () => {
    const refused = (fault: string): { tip: string } | null => {
      try {
        void new native.SimulatedRobot({
          host: '127.0.0.1',
          port: 0,
          protocol: 5,
          model: armModel(),
          seed: 1,
          fault,
        }).close()
        return null
      } catch (error) {
        return error as { tip: string }
      }
    }
    expect(refused('earthquake@1')!.tip).toContain(`one of ${Object.keys(SIMULATED_FAULTS).join(', ')};`)
    for (const kind of Object.keys(SIMULATED_FAULTS)) {
      expect(refused(`${kind}@3`)).toBeNull()
      expect(faultHelp()).toMatch(new RegExp(`^  ${kind} +${SIMULATED_FAULTS[kind]!}$`, 'm'))
      const counted = ['drop', 'loss', 'gap'].includes(kind)
      expect(SIMULATED_FAULTS[kind]!.includes('COUNT')).toBe(counted)
      expect(refused(`${kind}@3:7`) === null).toBe(counted)
    }
  })

  it('refuses a port in use and an unknown fault', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const busy = simPanda('--port', String(port))
    expect(JSON.parse(await text(busy.stderr))).toMatchObject({ code: 'sim-port-taken' })
    const odd = simPanda('--port', '0', '--fault', 'earthquake@5')
    expect(JSON.parse(await text(odd.stderr))).toMatchObject({ code: 'sim-fault' })
    expect(odd.exitCode ?? (await once(odd, 'exit'))[0]).toBe(1)
    taken.close()
  })
})
