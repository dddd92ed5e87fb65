import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appRoot } from '../../src/main/platform/app-root.ts'

const scratch = mkdtempSync(join(tmpdir(), 'forager-package-'))
const electronVersion = (
  JSON.parse(readFileSync(join(appRoot, 'node_modules/electron/package.json'), 'utf8')) as { version: string }
).version
const app = join(appRoot, 'out', `Forager-${process.platform}-${process.arch}`)

beforeAll(() => {
  const zips = join(scratch, 'zips')
  const script = join(appRoot, 'test/packaging/stand-in-electron.py')
  execFileSync('python3', [script, zips, electronVersion, process.platform, process.arch])
  execFileSync(
    process.execPath,
    [join(appRoot, 'node_modules/@electron-forge/cli/dist/electron-forge.js'), 'package'],
    {
      cwd: appRoot,
      env: { ...process.env, FORGE_ELECTRON_ZIP_DIR: zips, CI: 'true' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
})

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

test('main, threads, preload and window are inside the archive', () => {
  const files = listPackage(join(app, 'resources/app.asar'), { isPack: false })
  const bundles = [
    'main',
    'session-worker',
    'recording-worker',
    'reader-worker',
    'training-worker',
    'evaluation-worker',
    'exchange-worker',
    'replay-worker',
    'preload',
  ]
  for (const name of bundles) expect(files).toContain(`/.vite/build/${name}.cjs`)
  expect(files).toContain('/dist/window/index.html')
  expect(files).toContain('/assets/panda.json')
  expect(files.filter((file) => file.startsWith('/native/') && /\.(cc|h|o)$/.test(file))).toEqual([])
  expect(files.filter((file) => file.startsWith('/src/') || file.startsWith('/test/'))).toEqual([])
})

test('native files lie outside the archive, where the operating system can load them', () => {
  const unpacked = join(app, 'resources/app.asar.unpacked')
  expect(existsSync(join(unpacked, 'native/build/forager.node'))).toBe(true)
  const addons = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.node'))
  expect(addons.some((file) => file.includes('better'))).toBe(true)
})

test('fuses read as set', async () => {
  const wire = await getCurrentFuseWire(join(app, 'forager'))
  expect(wire[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE)
  expect(wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(FuseState.DISABLE)
  expect(wire[FuseV1Options.EnableNodeCliInspectArguments]).toBe(FuseState.DISABLE)
  expect(wire[FuseV1Options.EnableCookieEncryption]).toBe(FuseState.ENABLE)
  expect(wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation]).toBe(FuseState.ENABLE)
  expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE)
})
