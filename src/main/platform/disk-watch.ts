import type { DiskState } from '../../contract/station.ts'
import { freeBytes } from './disk.ts'
import { Watched } from './watched.ts'
import type { Feed } from './watched.ts'

const EVERY = 5000 // ms

/** Free space of the disk that holds a folder, looked at every 5 s. */
export class DiskWatch implements Feed<DiskState> {
  readonly #state: Watched<DiskState>
  readonly #timer: NodeJS.Timeout

  /** Throws when the folder cannot be looked at. */
  constructor(path: string) {
    this.#state = new Watched({ path, freeBytes: freeBytes(path) })
    this.#timer = setInterval(() => this.#look(), EVERY)
  }

  current(): DiskState {
    return this.#state.current()
  }

  onChange(listener: () => void): () => void {
    return this.#state.onChange(listener)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { path } = this.#state.current()
    this.#state.set({ path, freeBytes: this.#freeBytesNow(path) })
  }

  /** A disk that cannot be looked at any more has no room for data: it is told as full. */
  #freeBytesNow(path: string): number {
    try {
      return freeBytes(path)
    } catch {
      return 0
    }
  }
}
