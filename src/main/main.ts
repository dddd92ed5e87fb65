import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  powerSaveBlocker,
  protocol,
  session,
  shell,
  utilityProcess,
} from 'electron'
import type { IpcMainEvent, MenuItemConstructorOptions } from 'electron'
import { problemOf } from '../contract/problem.ts'
import { carrierChannels } from '../preload/carrier.ts'
import { BridgeSocket } from './api/bridge-socket.ts'
import { serveBridge } from './api/connection.ts'
import { contentPolicy, readWindowFile } from './api/window-files.ts'
import { appRoot } from './platform/app-root.ts'
import { LAST_WORDS, memoryLimit } from './platform/own-process.ts'
import type { LaunchProcess } from './platform/own-process.ts'
import { stationHome } from './platform/station-home.ts'
import { simulatorEntry, simulatorFailed } from './robot/simulated-robot.ts'
import type { LaunchSimulator } from './robot/simulated-robot.ts'
import { openStation } from './station.ts'
import type { Station } from './station.ts'

/** Everything ends within this time after the window was closed, whatever hangs. */
const END_WITHIN = 2000 // ms

/** The window's own scheme: one fixed origin that can carry headers and reaches no other file. */
const SCHEME = 'forager'
const windowUrl = `${SCHEME}://window/`

/** The screen shown stands behind #, so it is no part of the comparison. */
const isOwnPage = (url: string): boolean => url.split('#')[0] === windowUrl

/** Starts the simulated arm as a utility process: the packaged binary does not run plain Node. */
const launchSimulator: LaunchSimulator = () =>
  new Promise((resolve, reject) => {
    const child = utilityProcess.fork(simulatorEntry())
    const exited = new Promise<void>((done) => child.once('exit', () => done()))
    const early = (): void => reject(simulatorFailed('the utility process ended'))
    child.once('exit', early)
    child.once('message', ({ port }: { port: number }) => {
      child.off('exit', early)
      resolve({
        port,
        onExit: (listener) => void exited.then(listener),
        close: async () => {
          child.kill()
          await exited
        },
      })
    })
  })

/** The same for other programs of ours. */
const launchProcess: LaunchProcess = (entry, memoryMb) => {
  const child = utilityProcess.fork(fileURLToPath(entry), [], { execArgv: [memoryLimit(memoryMb)], stdio: 'pipe' })
  let lastWords = ''
  child.stderr?.on('data', (text: Buffer) => (lastWords = (lastWords + text.toString()).slice(-LAST_WORDS)))
  let gone = false
  const exited = new Promise<void>((done) => child.once('exit', () => done())).then(() => void (gone = true))
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void exited.then(() => listener(lastWords)),
    // Electron's own kill only asks, by a signal that such a program leaves to its owner.
    kill: async () => {
      if (!gone && child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      await exited
    },
  }
}

/** Carries the API between the station and the page of our own window; nobody else is heard. */
function connectWindow(window: BrowserWindow, station: Station): void {
  const { webContents } = window
  let bridge: BridgeSocket | null = null
  const open = (): BridgeSocket => {
    const socket = new BridgeSocket((text) => {
      if (!webContents.isDestroyed()) webContents.send(carrierChannels.toWindow, text)
    })
    socket.once('close', () => {
      if (!webContents.isDestroyed()) webContents.send(carrierChannels.closed)
    })
    serveBridge(station.services, socket)
    return socket
  }
  const drop = (): void => {
    bridge?.close()
    bridge = null
  }
  const isOurs = (event: IpcMainEvent): boolean =>
    event.sender === webContents && event.senderFrame === webContents.mainFrame && isOwnPage(event.senderFrame.url)
  const receive = (event: IpcMainEvent, text: unknown): void => {
    if (!isOurs(event) || typeof text !== 'string') return
    bridge ??= open()
    bridge.receive(text)
  }
  ipcMain.on(carrierChannels.toStation, receive)
  // A reload makes a new page, whose calls must not meet the subscriptions of the old one.
  webContents.on('did-start-loading', drop)
  webContents.on('render-process-gone', drop)
  window.once('closed', () => {
    ipcMain.off(carrierChannels.toStation, receive)
    drop()
  })
}

function openWindow(station: Station): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    backgroundColor: '#0D1012',
    icon: join(appRoot, 'assets', 'icon.png'),
    webPreferences: {
      preload: join(appRoot, '.vite', 'build', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      // The window draws the arm and sends the heartbeat also while another window covers it.
      backgroundThrottling: false,
    },
  })
  const { webContents } = window
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(({ url }) => {
    // "Open Desk" is the one link out: the robot's own page, in the person's browser.
    if (new URL(url).protocol === 'https:') void shell.openExternal(url)
    return { action: 'deny' }
  })
  connectWindow(window, station)
  window.once('ready-to-show', () => window.show())
  void window.loadURL(windowUrl)
  return window
}

/** The page may do nothing that the operating system asks a person about. */
function refusePermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_webContents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
}

function serveWindowFiles(): void {
  const folder = join(appRoot, 'dist', 'window')
  const headers = { 'Content-Security-Policy': contentPolicy("'self'"), 'X-Content-Type-Options': 'nosniff' }
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url)
    const file = host === 'window' ? await readWindowFile(folder, pathname) : null
    if (file === null) return new Response(null, { status: 404, headers })
    return new Response(new Uint8Array(file.bytes), { headers: { ...headers, 'Content-Type': file.type } })
  })
}

/** Keeps the computer awake while a run is on. */
function stayAwake(station: Station): void {
  let blocker: number | null = null
  const update = (): void => {
    const running = station.isRunning()
    if (running && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!running && blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }
  station.onRunChange(update)
  update()
}

function menu(): Menu {
  const template: MenuItemConstructorOptions[] = [
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ]
  return Menu.buildFromTemplate(template)
}

/** Every way out goes through here: the arm comes to rest and the data are closed before the process ends. */
function quitThroughStation(station: Station): void {
  let closed = false
  let closing = false
  let defect: Error | null = null
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    if (closing) return
    closing = true
    setTimeout(() => app.exit(1), END_WITHIN).unref()
    void station.close().finally(() => {
      closed = true
      if (defect) dialog.showErrorBox('Forager ends because of a defect. Report it.', defect.stack ?? defect.message)
      app.quit()
    })
  })
  app.on('window-all-closed', () => app.quit())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
  // Electron's own dialog would let a program with a defect go on, and the arm move.
  process.on('uncaughtException', (error) => {
    defect ??= error
    app.quit()
  })
}

async function main(): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  await app.whenReady()
  refusePermissions()
  serveWindowFiles()
  Menu.setApplicationMenu(menu())
  const station = await openStation({ home: stationHome(), launchSimulator, launchProcess })
  quitThroughStation(station)
  stayAwake(station)
  const window = openWindow(station)
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })
}

protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }])

main().catch((error: unknown) => {
  const { message, tip, details } = problemOf(error)
  dialog.showErrorBox('Forager does not start', [message, tip, details].filter(Boolean).join('\n\n'))
  app.exit(1)
})
