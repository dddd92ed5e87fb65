import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { refusal } from '../../contract/problem.ts'
import { Access } from './access.ts'
import { socketServer } from './connection.ts'
import type { StationServices } from './services.ts'
import { contentPolicy, readWindowFile } from './window-files.ts'

/** The largest message a window may send; orders are small. */
const MAX_MESSAGE = 1024 * 1024 // bytes

export interface BrowserHostOptions {
  services: StationServices
  /** Folder of the built window. */
  windowFolder: string
  /** 0 = any free port. */
  port: number
}

/** The station over HTTP and WebSocket, on 127.0.0.1 only, for one person's browser. */
export class BrowserHost {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE })
  readonly #access: Access
  readonly #windowFolder: string

  private constructor(server: Server, options: BrowserHostOptions) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    this.#access = new Access(this.port)
    this.#windowFolder = options.windowFolder
    const serve = socketServer(options.services)
    this.#sockets.on('connection', serve)
    server.on('request', (request, response) => void this.#answer(request, response))
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** Listens; refuses with `port-in-use` when the port is taken. */
  static open(options: BrowserHostOptions): Promise<BrowserHost> {
    const server = createServer()
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenProblem(error, options.port)))
      server.listen(options.port, '127.0.0.1', () => resolve(new BrowserHost(server, options)))
    })
  }

  /** A fresh start link with a token that works once. */
  newLink(): string {
    return this.#access.newLink()
  }

  /** Drops all windows and stops listening. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#setHeaders(response)
    try {
      await this.#route(request, response)
    } catch (error) {
      process.stderr.write(`forager: ${request.url ?? ''}: ${String(error)}\n`)
      if (!response.headersSent) text(response, 500, 'The station could not read this file. Start Forager again.')
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#access.isOwnHost(request)) return text(response, 403, 'This address is not the station.')
    if (request.headers.origin !== undefined && !this.#access.isOwnOrigin(request)) {
      return text(response, 403, 'Requests from other pages are refused.')
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return text(response, 405, 'Only reading is possible here.')
    const url = URL.parse(request.url ?? '/', `http://127.0.0.1:${this.port}`)
    if (url === null) return text(response, 400, 'This address cannot be read.')
    const token = url.searchParams.get('token')
    if (url.pathname === '/' && token !== null && this.#access.redeem(token)) {
      response.setHeader('Set-Cookie', this.#access.setCookie)
      return redirect(response)
    }
    if (!this.#access.hasCookie(request)) return text(response, 401, noAccess)
    // A start link from the history of a browser that is already let in.
    if (token !== null) return redirect(response)
    const file = await readWindowFile(this.#windowFolder, url.pathname)
    if (file === null) return text(response, 404, url.pathname === '/' ? notBuilt : 'There is no such file.')
    response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.length })
    response.end(request.method === 'HEAD' ? undefined : file.bytes)
  }

  #setHeaders(response: ServerResponse): void {
    const self = `127.0.0.1:${this.port}`
    const connect = `'self' ws://${self} ws://localhost:${this.port}`
    response.setHeader('Content-Security-Policy', contentPolicy(connect))
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Referrer-Policy', 'no-referrer')
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), usb=(), serial=()')
    response.setHeader('Cache-Control', 'no-store')
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    if (!this.#access.isOwnOrigin(request)) return refuseUpgrade(socket, '403 Forbidden')
    if (!this.#access.hasCookie(request)) return refuseUpgrade(socket, '401 Unauthorized')
    // Compared as it was sent: a path that is no URL must not be an error here, where nothing would catch it.
    if (request.url?.split('?')[0] !== '/api') return refuseUpgrade(socket, '404 Not Found')
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#sockets.emit('connection', opened, request))
  }
}

const noAccess =
  'This start link was used already, or it is of an older start of Forager.\n' +
  'Press Enter in the terminal where Forager runs for a new link, or start Forager again.'
const notBuilt = 'The window is not built. Start Forager with: npm start'

function text(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${message}\n`)
}

function redirect(response: ServerResponse): void {
  response.writeHead(303, { Location: '/' })
  response.end()
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function listenProblem(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error
  return refusal(
    'port-in-use',
    `Port ${port} cannot be used: ${error.code === 'EACCES' ? 'it needs special rights' : 'another program has it'}. Nothing was started.`,
    'Leave --port out, or choose another one.',
  )
}
