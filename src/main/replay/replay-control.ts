import type { ReplayWish } from './replay-order.ts'

const STOP = 0
const PAUSE = 1
const CELLS = 2

/**
 * What people want of a running replay: shared integers, because a thread that waits for the arm takes no message. A
 * stop cannot be taken back.
 */
export class ReplayControl {
  readonly buffer: SharedArrayBuffer
  readonly #cells: Int32Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(CELLS * 4)) {
    this.buffer = buffer
    this.#cells = new Int32Array(buffer)
  }

  wish(wish: ReplayWish): void {
    if (wish === 'stop') Atomics.store(this.#cells, STOP, 1)
    else Atomics.store(this.#cells, PAUSE, wish === 'pause' ? 1 : 0)
  }

  stopRequested(): boolean {
    return Atomics.load(this.#cells, STOP) === 1
  }

  pauseRequested(): boolean {
    return Atomics.load(this.#cells, PAUSE) === 1
  }
}
