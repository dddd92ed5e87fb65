import type { IncomingMessage } from 'node:http'
import { getWSConnectionHandler } from '@trpc/server/adapters/ws'
import type { WebSocket, WebSocketServer } from 'ws'
import type { BridgeSocket } from './bridge-socket.ts'
import { apiRouter } from './router.ts'
import type { StationServices } from './services.ts'

/** The most calls in one message; the window sends a handful. */
const MAX_BATCH = 64

/** Serves the API on one open socket at a time. */
export function socketServer(services: StationServices): (socket: WebSocket, request: IncomingMessage) => void {
  return getWSConnectionHandler({
    // Asked for by the type only: single connections are handed over one by one.
    wss: undefined as unknown as WebSocketServer,
    router: apiRouter,
    createContext: ({ res }) => ({ services, backlog: () => res.bufferedAmount }),
    maxBatchSize: MAX_BATCH,
    // A window that is silent this long is gone; the control thread has stopped the arm long before.
    keepAlive: { enabled: true, pingMs: 5000, pongWaitMs: 5000 },
  })
}

/** Serves the API on the desktop window's bridge. */
export function serveBridge(services: StationServices, bridge: BridgeSocket): void {
  const request = { url: '/api', headers: { host: 'window' }, socket: {} } as IncomingMessage
  socketServer(services)(bridge as unknown as WebSocket, request)
}
