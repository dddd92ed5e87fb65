const PAUSE = 0
const END = 1
const WAKE = 2
const CELLS = 3

export const PauseWish = { none: 0, afterEpisode: 1, now: 2 } as const
export type PauseWish = (typeof PauseWish)[keyof typeof PauseWish]

/**
 * What people want of a running session: a few shared integers that the loop reads every step, because a thread that
 * blocks in a step cannot take messages. Newest wish wins; the end cannot be taken back.
 */
export class SessionControl {
  readonly buffer: SharedArrayBuffer
  private readonly cells: Int32Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(CELLS * 4)) {
    this.buffer = buffer
    this.cells = new Int32Array(buffer)
  }

  get pause(): PauseWish {
    return Atomics.load(this.cells, PAUSE) as PauseWish
  }

  set pause(wish: PauseWish) {
    Atomics.store(this.cells, PAUSE, wish)
    this.wake()
  }

  /** A pause of either kind is wanted. */
  pauseIsWanted(): boolean {
    return this.pause !== PauseWish.none
  }

  get end(): boolean {
    return Atomics.load(this.cells, END) === 1
  }

  requestEnd(): void {
    Atomics.store(this.cells, END, 1)
    this.wake()
  }

  private wake(): void {
    Atomics.add(this.cells, WAKE, 1)
    Atomics.notify(this.cells, WAKE)
  }

  /** How many wishes have been expressed; take it before looking at them, then wait for the next one. */
  get wishes(): number {
    return Atomics.load(this.cells, WAKE)
  }

  /** Blocks the calling thread until there is a wish beyond `seen`, at most `budgetMs`. */
  waitForWish(seen: number, budgetMs: number): void {
    Atomics.wait(this.cells, WAKE, seen, budgetMs)
  }
}
