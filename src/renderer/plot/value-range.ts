/** Steps that read well: 1, 2, 2.5 or 5 times a power of ten, at least span / parts. */
export function niceStep(span: number, parts: number): number {
  const rough = span / parts
  const power = 10 ** Math.floor(Math.log10(rough))
  const found = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10
  return found * power
}

/** Decimals needed to print multiples of a step. */
export function stepDecimals(step: number): number {
  for (let decimals = 0; decimals < 8; decimals++) {
    if (Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6) return decimals
  }
  return 8
}

/** A range that only grows, in whole steps, so that a live axis never jumps back and forth. */
export class GrowingRange {
  private min: number
  private max: number

  constructor(min: number, max: number) {
    this.min = min
    this.max = max
  }

  /** The range after it took in these values; nulls (no data) change nothing. */
  include(low: number | null, high: number | null): [min: number, max: number] {
    const valid = low !== null && high !== null && Number.isFinite(low) && Number.isFinite(high)
    if (valid && (low < this.min || high > this.max || !(this.max > this.min))) {
      const from = Math.min(low, Number.isFinite(this.min) ? this.min : low)
      const to = Math.max(high, Number.isFinite(this.max) ? this.max : high)
      const step = niceStep(to > from ? to - from : Math.abs(to) || 1, 4)
      this.min = Math.floor(from / step + 1e-9) * step
      this.max = Math.ceil(to / step - 1e-9) * step
      if (this.max === this.min) this.max = this.min + step
    }
    return Number.isFinite(this.min) && this.max > this.min ? [this.min, this.max] : [0, 1]
  }
}
