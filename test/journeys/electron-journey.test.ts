import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../src/main/platform/app-root.ts'
import { SafetyNotice } from '../../src/main/robot/safety-notice.ts'
import { chromiumPath, launchChromium } from './chromium.ts'

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** The preload script where the app looks for it, built as Forge builds it. */
async function buildPreload(): Promise<void> {
  await build({
    configFile: join(appRoot, 'vite.preload.config.ts'),
    root: appRoot,
    logLevel: 'warn',
    build: {
      outDir: '.vite/build',
      emptyOutDir: false,
      rollupOptions: {
        input: join(appRoot, 'src/preload/preload.ts'),
        external: ['electron', ...builtinModules],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  })
}

describe.skipIf(chromiumPath === undefined)('the desktop shell against a stand-in Electron', () => {
  const home = mkdtempSync(join(tmpdir(), 'forager-desktop-'))
  let chromiumProcess: Browser
  let browser: Browser
  let main: ChildProcess
  let page: Page
  let errors = ''

  beforeAll(async () => {
    new SafetyNotice(home).markRead()
    await buildPreload()
    const port = await freePort()
    chromiumProcess = await launchChromium([`--remote-debugging-port=${port}`])
    const address = `http://127.0.0.1:${port}`
    const hook = pathToFileURL(join(appRoot, 'test/doubles/electron/resolve-electron.mjs')).href
    main = spawn(process.execPath, ['--import', hook, join(appRoot, 'src/main/main.ts')], {
      env: { ...process.env, FORAGER_DOUBLE_CHROMIUM: address, FORAGER_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    main.stderr?.on('data', (text: Buffer) => (errors += text.toString()))
    await Promise.race([once(main.stdout!, 'data'), once(main, 'exit')])
    if (main.exitCode !== null) throw new Error(`main ended: ${errors}`)
    browser = await chromium.connectOverCDP(address)
    const pages = browser.contexts().flatMap((context) => context.pages())
    page = pages.find((open) => open.url().includes('forager'))!
    page.setDefaultTimeout(60_000)
  })

  afterAll(async () => {
    main.kill('SIGKILL')
    await browser.close()
    await chromiumProcess.close()
    rmSync(home, { recursive: true, force: true })
  })

  it('gives the window one frozen bridge and nothing of Node', async () => {
    const seen = await page.evaluate(() => ({
      frozen: Object.isFrozen(window.foragerCarrier),
      keys: Object.keys(window.foragerCarrier ?? {}).sort(),
      node: typeof (globalThis as { process?: unknown }).process,
    }))
    expect(seen).toEqual({ frozen: true, keys: ['onClose', 'onMessage', 'send'], node: 'undefined' })
  })

  it('looks at a foreign file in a utility process', async () => {
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await page.getByRole('button', { name: 'Import…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^File or folder/).fill(join(appRoot, 'package.json'))
    await dialog.getByRole('button', { name: 'Look at it' }).click()
    const told = dialog.getByRole('alert')
    await told.waitFor()
    const refused = await told.innerText()
    expect(refused).toContain('package.json')
    expect(refused).not.toMatch(/process|silent|memory/)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  it('talks to the station over the bridge: connect, arm, move, STOP', async () => {
    await page.getByRole('link', { name: 'Robot', exact: true }).click()
    await page.getByRole('radio', { name: 'Simulated Panda' }).click()
    await page.getByRole('button', { name: 'Start and connect' }).click()
    await page.locator('header').getByText('Ready').waitFor()
    await page.getByLabel(/Nobody and nothing is inside the dashed box/).check()
    await page.getByRole('button', { name: 'Arm the robot' }).click()
    await page.locator('header').getByText('Armed').waitFor()
    await page.getByRole('button', { name: /STOP/ }).click()
    await page.getByRole('alertdialog').getByText('Stopped.').waitFor()
  })

  it('works on after a reload', async () => {
    await page.reload()
    await page.locator('header').getByText('Stopped, held').waitFor()
  })

  it('quits through the station: the arm is let go and the data are closed', async () => {
    const exited = once(main, 'exit')
    main.kill('SIGTERM')
    const [code] = (await exited) as [number | null]
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('-wal'))).toEqual([])
  })
})
