import { closeSync, openSync, writeSync } from 'node:fs'

const GATHER = 1 << 20 // bytes

/** A new file, written from its start to its end; small pieces are gathered. */
export class OutputFile {
  readonly #file: number
  readonly #pending = Buffer.alloc(GATHER)
  #pendingBytes = 0
  /** Bytes given so far. */
  size = 0
  #open = true

  /** Throws when something is at `path` already. */
  constructor(path: string) {
    this.#file = openSync(path, 'wx')
  }

  write(bytes: Uint8Array): void {
    this.size += bytes.length
    if (this.#pendingBytes + bytes.length > GATHER) this.#flush()
    if (bytes.length > GATHER) return this.#put(bytes)
    this.#pending.set(bytes, this.#pendingBytes)
    this.#pendingBytes += bytes.length
  }

  #flush(): void {
    this.#put(this.#pending.subarray(0, this.#pendingBytes))
    this.#pendingBytes = 0
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at, bytes.length - at)
  }

  /** Writes what is left and closes. */
  finish(): void {
    this.#flush()
    this.close()
  }

  /** Closes without writing what is left; harmless after finish(). */
  close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#file)
  }
}
