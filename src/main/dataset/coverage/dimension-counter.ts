import type { ValueHistogram, ValueRange } from './value-histogram.ts'

/** Histogram, mean and spread of one column of a signal, gathered in one pass. */
export class DimensionCounter {
  readonly histogram: ValueHistogram
  count = 0
  notFinite = 0
  /** Values beyond `large` on either side. */
  beyond = 0
  private readonly large: number
  /** Sums are taken from the first value on, so that a small spread far from zero is not lost in rounding. */
  private origin = 0
  private sum = 0
  private square = 0

  constructor(histogram: ValueHistogram, large = Infinity) {
    this.histogram = histogram
    this.large = large
  }

  /** Counts every `stride`-th value from index `first` on. */
  addColumn(values: Float32Array, first: number, stride: number): void {
    const { histogram, large } = this
    for (let i = first; i < values.length; i += stride) {
      const value = values[i]!
      if (!Number.isFinite(value)) {
        this.notFinite += 1
        continue
      }
      histogram.add(value)
      if (this.count === 0) this.origin = value
      const off = value - this.origin
      this.count += 1
      this.sum += off
      this.square += off * off
      if (value > large || value < -large) this.beyond += 1
    }
  }

  /** Null before the first value. */
  get mean(): number | null {
    return this.count === 0 ? null : this.origin + this.sum / this.count
  }

  /** Of the whole, not of a sample. Null before the first value. */
  get variance(): number | null {
    if (this.count === 0) return null
    return Math.max(0, this.square / this.count - (this.sum / this.count) ** 2)
  }
}

/** Standard deviation of the values of several counters taken together; 0 without values. */
export function pooledDeviation(counters: readonly DimensionCounter[]): number {
  const filled = counters.filter(({ count }) => count > 0)
  const total = filled.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return 0
  const mean = filled.reduce((sum, { count, mean: own }) => sum + count * own!, 0) / total
  const square = filled.reduce(
    (sum, { count, mean: own, variance }) => sum + count * (variance! + (own! - mean) ** 2),
    0,
  )
  return Math.sqrt(square / total)
}

/** Least range that holds the values of all; null without values. */
export function commonRange(counters: readonly DimensionCounter[]): ValueRange | null {
  const ranges = counters.map(({ histogram }) => histogram.needs()).filter((range) => range !== null)
  if (ranges.length === 0) return null
  return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) }
}
