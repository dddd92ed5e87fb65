/**
 * Stands in for Electron's main-process module where its binary cannot run: windows are pages of a real Chromium,
 * the preload script runs in the page before anything else, and IPC crosses between the two as structured text.
 * Covers what main.ts uses and no more; a new use fails loudly as a missing export or method.
 *
 * FORAGER_DOUBLE_CHROMIUM: address of the Chromium to open windows in (Chrome DevTools Protocol).
 */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { preloadInPage } from './page-bridge.ts'

/** Chromium loads only schemes it knows, so the app's own scheme becomes this web origin and back. */
const ORIGIN = 'http://window.forager.test/'
const OWN = 'forager://window/'
const toWeb = (url: string): string => (url.startsWith(OWN) ? ORIGIN + url.slice(OWN.length) : url)
const fromWeb = (url: string): string => (url.startsWith(ORIGIN) ? OWN + url.slice(ORIGIN.length) : url)

class Cancellable {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

// ---- app ----------------------------------------------------------------------------------------------------------

let browser: Promise<Browser> | null = null

function chromiumOfTest(): Promise<Browser> {
  const address = process.env.FORAGER_DOUBLE_CHROMIUM
  if (address === undefined) throw new Error('FORAGER_DOUBLE_CHROMIUM names no Chromium to open windows in')
  browser ??= chromium.connectOverCDP(address)
  return browser
}

class App extends EventEmitter {
  requestSingleInstanceLock(): boolean {
    return true
  }

  async whenReady(): Promise<void> {
    await chromiumOfTest()
  }

  quit(): void {
    const event = new Cancellable()
    this.emit('before-quit', event)
    if (!event.defaultPrevented) this.exit(0)
  }

  exit(code: number): void {
    process.exit(code)
  }
}

export const app = new App()

// ---- IPC ----------------------------------------------------------------------------------------------------------

export const ipcMain = new EventEmitter()

type SchemeHandler = (request: Request) => Promise<Response>
const schemes = new Map<string, SchemeHandler>()

export const protocol = {
  registerSchemesAsPrivileged(list: { scheme: string; privileges: Record<string, boolean> }[]): void {
    for (const { scheme, privileges } of list) {
      if (!privileges.standard || !privileges.secure) throw new Error(`${scheme} is neither standard nor secure`)
    }
  },
  handle(scheme: string, handler: SchemeHandler): void {
    schemes.set(scheme, handler)
  },
}

// ---- windows ------------------------------------------------------------------------------------------------------

class WebContents extends EventEmitter {
  readonly page: Promise<Page>
  readonly mainFrame: { readonly url: string }
  #url = ''
  #destroyed = false
  /** Messages to the page go one after another, as Electron keeps their order. */
  #sending: Promise<unknown> = Promise.resolve()

  constructor(preload: string) {
    super()
    // Like Electron's, the address of a frame carries the part behind #.
    const url = (): string => this.#url
    this.mainFrame = {
      get url() {
        return url()
      },
    }
    this.page = this.#open(preload)
  }

  async #open(preload: string): Promise<Page> {
    const context = await (await chromiumOfTest()).newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await page.exposeBinding('electronDoubleSend', (_source, channel: string, args: unknown[]) => {
      this.#url = fromWeb(page.url())
      ipcMain.emit(channel, { sender: this, senderFrame: this.mainFrame }, ...args)
    })
    await page.addInitScript({ content: preloadInPage(readFileSync(preload, 'utf8')) })
    await page.route(`${ORIGIN}**`, async (route) => {
      const handler = schemes.get('forager')
      if (handler === undefined) return route.abort()
      const response = await handler(new Request(fromWeb(route.request().url())))
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      })
    })
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.emit('did-start-loading')
    })
    page.on('close', () => {
      this.#destroyed = true
      this.emit('destroyed')
    })
    return page
  }

  async load(url: string): Promise<void> {
    const page = await this.page
    this.#url = url
    await page.goto(toWeb(url))
  }

  send(channel: string, ...args: unknown[]): void {
    this.#sending = this.#sending
      .then(async () => {
        const page = await this.page
        await page.evaluate(([name, values]) => window.electronDoubleReceive?.(name, values), [channel, args] as [
          string,
          unknown[],
        ])
      })
      // A page that is just being reloaded or closed takes no messages.
      .catch(() => undefined)
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    void this.page.then((page) => page.on('popup', (popup) => (handler({ url: popup.url() }), void popup.close())))
  }
}

interface WindowOptions {
  webPreferences: { preload: string; sandbox: boolean; contextIsolation: boolean; nodeIntegration: boolean }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents

  constructor({ webPreferences }: WindowOptions) {
    super()
    const { sandbox, contextIsolation, nodeIntegration, preload } = webPreferences
    if (!sandbox || !contextIsolation || nodeIntegration) throw new Error('the window is not sandboxed')
    this.webContents = new WebContents(preload)
    this.webContents.once('destroyed', () => {
      this.emit('closed')
      app.emit('window-all-closed')
    })
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }

  show(): void {
    process.stdout.write('window shown\n')
  }

  isMinimized(): boolean {
    return false
  }

  restore(): void {
    throw new Error('a page is never minimized')
  }

  focus(): void {
    void this.webContents.page.then((page) => page.bringToFront())
  }
}

// ---- the rest of what main.ts uses --------------------------------------------------------------------------------

export const Menu = {
  buildFromTemplate: <T>(template: T): T => template,
  setApplicationMenu: (menu: unknown): void => {
    if (!Array.isArray(menu)) throw new Error('a menu is built from a template')
  },
}

let blockers = 0
export const powerSaveBlocker = {
  start: (): number => (blockers += 1),
  stop: (id: number): void => {
    if (id > blockers) throw new Error(`no such blocker: ${id}`)
  },
}

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (): void => undefined,
    setPermissionCheckHandler: (): void => undefined,
  },
}

export const dialog = {
  showErrorBox: (title: string, content: string): void => void process.stderr.write(`${title}\n${content}\n`),
}

export const shell = { openExternal: (url: string): Promise<void> => Promise.reject(new Error(`would open ${url}`)) }

export const utilityProcess = {
  /** A utility process has process.parentPort instead of process.send; the import gives the child one. */
  fork(entry: string, words: string[] = [], { execArgv = [] }: { execArgv?: string[] } = {}) {
    const parentPort = fileURLToPath(new URL('./parent-port.mjs', import.meta.url))
    const child = fork(entry, words, {
      execArgv: [...execArgv, '--import', parentPort],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    return Object.assign(child, { postMessage: (message: object) => void child.send(message, () => undefined) })
  },
}
