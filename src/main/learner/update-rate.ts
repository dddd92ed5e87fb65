/** Seconds of history that the rate is taken over. */
const WINDOW_MS = 4000

/** Updates per second over the last few seconds of training; pauses between chunks do not count. */
export class UpdateRate {
  #samples: { at: number; updates: number }[] = []
  #pausedAt: number | null = null
  #skippedMs = 0

  /** `now` in ms of a monotonic clock, here and below. */
  add(now: number, updates: number): void {
    const at = now - this.#skippedMs
    this.#samples.push({ at, updates })
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_MS) this.#samples.shift()
  }

  pause(now: number): void {
    this.#pausedAt = now
  }

  resume(now: number): void {
    if (this.#pausedAt !== null) this.#skippedMs += now - this.#pausedAt
    this.#pausedAt = null
  }

  /** Null until two looks at least half a second apart. */
  perSecond(): number | null {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (!first || !last || last.at - first.at < 500) return null
    return ((last.updates - first.updates) * 1000) / (last.at - first.at)
  }
}
