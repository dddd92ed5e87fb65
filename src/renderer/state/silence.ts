/** ms. A window that hung did not listen meanwhile: what it missed says nothing about the other side. */
const LONGEST_BEAT = 200

/** How long another side has left questions unanswered, counted in the beats of a clock of this side. */
export class Silence {
  #ms = 0
  #beatAt: number | null = null

  /** To be called at each beat, ms on any clock; `waiting`: questions are unanswered. Returns the silence so far, ms. */
  beat(at: number, waiting: boolean): number {
    const passed = this.#beatAt === null ? 0 : Math.min(at - this.#beatAt, LONGEST_BEAT)
    this.#beatAt = at
    this.#ms = waiting ? this.#ms + passed : 0
    return this.#ms
  }

  answered(): void {
    this.#ms = 0
  }
}
