/** Whether no further try is wanted: a shared integer, because a thread that waits for the arm takes no message. */
export class TriesControl {
  readonly buffer: SharedArrayBuffer
  readonly #cells: Int32Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.buffer = buffer
    this.#cells = new Int32Array(buffer)
  }

  /** Cannot be taken back. */
  requestStop(): void {
    Atomics.store(this.#cells, 0, 1)
  }

  stopRequested(): boolean {
    return Atomics.load(this.#cells, 0) === 1
  }
}
