import type { ForagerCarrier } from '../../preload/carrier.ts'

declare global {
  interface Window {
    /** There in the desktop window, missing in a browser. */
    foragerCarrier?: ForagerCarrier
  }
}

/**
 * Looks like the browser's WebSocket to the API client, and carries its messages over the desktop window's bridge.
 * The bridge is there as long as the window; it opens at once and closes when the station says so.
 */
class BridgeWebSocket extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3

  readonly #carrier: ForagerCarrier
  readyState: number = BridgeWebSocket.CONNECTING
  /** Set by the API client; everything here is text. */
  binaryType = 'blob'

  constructor() {
    super()
    const carrier = window.foragerCarrier
    if (carrier === undefined) throw new Error('the bridge of the desktop window is missing')
    this.#carrier = carrier
    carrier.onMessage((text) => this.dispatchEvent(new MessageEvent('message', { data: text })))
    carrier.onClose(() => this.close())
    // Like a socket: open only after whoever made it has had time to listen, which takes the client some promises.
    setTimeout(() => {
      if (this.readyState !== BridgeWebSocket.CONNECTING) return
      this.readyState = BridgeWebSocket.OPEN
      this.dispatchEvent(new Event('open'))
    })
  }

  send(text: string): void {
    if (this.readyState !== BridgeWebSocket.OPEN) throw new Error('the bridge is not open')
    this.#carrier.send(text)
  }

  close(): void {
    if (this.readyState === BridgeWebSocket.CLOSED) return
    this.readyState = BridgeWebSocket.CLOSED
    this.dispatchEvent(new CloseEvent('close'))
  }
}

/** The class to hand to the API client; it uses no more of a WebSocket than the class above has. */
export const bridgeWebSocket = BridgeWebSocket as unknown as typeof WebSocket
