import { execFileSync, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appRoot } from '../../src/main/platform/app-root.ts'
import { armModel } from '../../src/main/platform/arm-model.ts'
import { armNumbers } from './arm/arm-numbers.ts'

/** Sanitizers come with gcc on Linux; elsewhere this lane says nothing. */
const here = process.platform === 'linux'
const HOUR = 3_600_000

function build(sanitize: string, ...programs: string[]): void {
  const jobs = `-j${availableParallelism()}`
  execFileSync('make', ['-C', join(appRoot, 'native'), jobs, `SANITIZE=${sanitize}`, ...programs], { stdio: 'pipe' })
}

interface Ended {
  code: number | null
  output: string
}

function run(program: string, words: string[], environment: Record<string, string>, input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: appRoot, env: { ...process.env, ...environment } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

describe.skipIf(!here)('the native core', () => {
  test(
    'runs its learners, explorers and fuzzing without an invalid access or an undefined operation',
    async () => {
      build('1')
      const runtime = execFileSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim()
      const folders = ['nn', 'learn', 'explore'].map((name) => join('test', 'native', name))
      const vitest = join(appRoot, 'node_modules', 'vitest', 'vitest.mjs')
      const patient = ['--expect.poll.timeout=1800000']
      // The kernels' own check is a program of its own, built without the sanitizers.
      const without = ['--exclude', '**/kernels-check.test.ts']
      const words = [vitest, 'run', '--maxWorkers=1', '--testTimeout=1800000', ...patient, ...without, ...folders]
      const { code, output } = await run(process.execPath, words, {
        FORAGER_NATIVE: join(appRoot, 'native', 'build', 'address', 'forager.node'),
        LD_PRELOAD: runtime,
        // What V8 keeps until the process ends is no leak, and huge requests are refused as without the sanitizer.
        ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1',
        UBSAN_OPTIONS: 'print_stacktrace=1',
      })
      expect(output).not.toMatch(/AddressSanitizer|runtime error/)
      expect(output).toMatch(/\d+ passed, 0 failed/)
      expect(code).toBe(0)
    },
    HOUR,
  )

  test(
    'supervises hostile policies and returns home without an invalid access or an undefined operation',
    async () => {
      build('1', 'build/address/supervised-motions', 'build/address/hostile-homing')
      const runs = [
        ['supervised-motions', '0', '600'],
        ['supervised-motions', '100000', '300', 'lossy'],
        ['hostile-homing', '0', '216'],
      ]
      for (const [name = '', ...words] of runs) {
        const program = join(appRoot, 'native', 'build', 'address', name)
        const { code, output } = await run(program, words, { UBSAN_OPTIONS: 'print_stacktrace=1' }, armNumbers(armModel()))
        expect(output).not.toMatch(/AddressSanitizer|runtime error/)
        expect(output).toContain('"breaches":[]')
        expect(code).toBe(0)
      }
    },
    HOUR,
  )

  test(
    'has no race between the control cycle and those who ask things of it',
    async () => {
      build('thread', 'build/thread/arm-threads-check')
      const program = join(appRoot, 'native', 'build', 'thread', 'arm-threads-check')
      const settings = { TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1' }
      const { code, output } = await run(program, [], settings, armNumbers(armModel()))
      expect(output).not.toContain('ThreadSanitizer')
      expect(output).toBe('ok\n')
      expect(code).toBe(0)
    },
    HOUR,
  )

  test(
    'has no race between the threads of its jobs and teams',
    async () => {
      build('thread')
      const program = join(appRoot, 'native', 'build', 'thread', 'threads-check')
      const { code, output } = await run(program, [], { TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1' })
      expect(output).not.toContain('ThreadSanitizer')
      expect(output).toMatch(/\nok\n$/)
      expect(code).toBe(0)
    },
    HOUR,
  )
})
