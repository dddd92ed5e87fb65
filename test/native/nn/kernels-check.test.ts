import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'

const root = join(import.meta.dirname, '../../..')
const check = join(import.meta.dirname, 'kernels-check.cc')
const flags = ['-std=c++20', '-O2', '-fno-math-errno', `-I${join(root, 'native')}`]
const arm = { compiler: 'aarch64-linux-gnu-g++', emulator: 'qemu-aarch64' }

const canRun = (program: string) => spawnSync(program, ['--version']).status === 0

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernels-check-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Builds the check and runs it on one in `share` shapes; what it prints, a line for each instruction set. */
function run(compiler: string, parts: string[], runner: string[], share: number): string {
  const program = join(folder, compiler)
  execFileSync(compiler, [...flags, check, ...parts, '-o', program], { stdio: 'inherit' })
  const [command = program, ...rest] = [...runner, program, String(share)]
  const { stdout, status } = spawnSync(command, rest, { encoding: 'utf8' })
  expect(status, stdout).toBe(0)
  return stdout
}

test('the kernels of this processor agree with double precision', { timeout: 120_000 }, () => {
  const built = join(root, 'native/build/nn')
  const objects = readdirSync(built).filter((name) => /^kernels.*\.o$/.test(name))
  const printed = run(
    process.env['CXX'] ?? 'g++',
    objects.map((name) => join(built, name)),
    [],
    3,
  )
  for (const name of native.cpuFeatures()) expect(printed).toContain(`${name}: `)
})

// The kernels of 64-bit ARM under emulation, where a cross compiler and an emulator are installed (Debian packages
// g++-aarch64-linux-gnu and qemu-user); on such a processor the test above runs them.
test.skipIf(!canRun(arm.compiler) || !canRun(arm.emulator))(
  'the kernels of 64-bit ARM agree with double precision, emulated',
  { timeout: 600_000 },
  () => {
    const sources = ['kernels.cc', 'kernels_portable.cc', 'kernels_neon.cc']
    const parts = sources.map((name) => join(root, 'native/nn', name))
    expect(run(arm.compiler, ['-static', ...parts], [arm.emulator], 11)).toContain('neon: ')
  },
)
