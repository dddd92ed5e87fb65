import { EventEmitter } from 'node:events'

/**
 * Looks like a socket of the `ws` package to the API server, and carries text over any channel; the desktop shell uses
 * it for the window's bridge. Events: `message` (Buffer, false), `close`.
 */
export class BridgeSocket extends EventEmitter {
  /** As in WebSocket: 1 open, 3 closed. */
  readyState = 1
  readonly bufferedAmount = 0
  readonly #sendText: (text: string) => void

  constructor(sendText: (text: string) => void) {
    super()
    this.#sendText = sendText
  }

  /** The window sent a message. */
  receive(text: string): void {
    if (this.readyState === 1) this.emit('message', Buffer.from(text), false)
  }

  send(text: string): void {
    if (this.readyState === 1) this.#sendText(text)
  }

  close(): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.emit('close')
  }

  terminate(): void {
    this.close()
  }
}
