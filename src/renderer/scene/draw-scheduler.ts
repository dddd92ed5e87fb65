/** Lets many requests through as few draws: the first at once, then at most one per period, and none when idle. */
export class DrawScheduler {
  private readonly draw: () => void
  private readonly periodMs: number
  private last = -Infinity
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(draw: () => void, periodMs: number) {
    this.draw = draw
    this.periodMs = periodMs
  }

  request(): void {
    if (this.timer !== null) return
    const wait = this.last + this.periodMs - performance.now()
    if (wait <= 0) this.drawNow()
    else this.timer = setTimeout(() => this.drawNow(), wait)
  }

  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private drawNow(): void {
    this.timer = null
    this.last = performance.now()
    this.draw()
  }
}
