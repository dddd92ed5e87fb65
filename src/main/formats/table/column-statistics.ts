/** Statistics of one column of numbers, as LeRobot keeps them. */
export interface ColumnSummary {
  min: number
  max: number
  mean: number
  std: number
  q01: number
  q10: number
  q50: number
  q90: number
  q99: number
  count: number
}

export const QUANTILES = { q01: 0.01, q10: 0.1, q50: 0.5, q90: 0.9, q99: 0.99 } as const

/** Exact statistics of a column that lies in memory; standard deviation of the population, quantiles interpolated. */
export function summarize(values: ArrayLike<number>): ColumnSummary {
  const sorted = Float64Array.from(values).sort()
  const count = sorted.length
  if (count === 0) throw new Error('a column without values has no statistics')
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
  const at = (share: number): number => {
    const place = share * (count - 1)
    const below = Math.floor(place)
    const low = sorted[below]!
    return low + (place - below) * ((sorted[below + 1] ?? low) - low)
  }
  const { q01, q10, q50, q90, q99 } = QUANTILES
  return {
    min: sorted[0]!,
    max: sorted[count - 1]!,
    mean,
    std: Math.sqrt(variance),
    q01: at(q01),
    q10: at(q10),
    q50: at(q50),
    q90: at(q90),
    q99: at(q99),
    count,
  }
}

/** Range and moments of a column of any length: first pass (Chan, Golub and LeVeque 1983, updating one value at a time). */
export class ColumnMoments {
  min = Infinity
  max = -Infinity
  mean = 0
  count = 0
  #squares = 0

  add(value: number): void {
    this.count += 1
    const apart = value - this.mean
    this.mean += apart / this.count
    this.#squares += apart * (value - this.mean)
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  get std(): number {
    return this.count === 0 ? 0 : Math.sqrt(this.#squares / this.count)
  }
}

/** Enough that a quantile is off by less than 1/10,000 of the range. */
const BINS = 1 << 14

/** Quantiles of a column of any length: second pass, counts in equal bins between the range that the first one found. */
export class ColumnQuantiles {
  readonly #moments: ColumnMoments
  readonly #counts = new Uint32Array(BINS)
  readonly #perUnit: number

  constructor(moments: ColumnMoments) {
    this.#moments = moments
    const range = moments.max - moments.min
    this.#perUnit = range > 0 ? BINS / range : 0
  }

  add(value: number): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((value - this.#moments.min) * this.#perUnit)))
    this.#counts[bin]! += 1
  }

  summary(): ColumnSummary {
    const { min, max, mean, std, count } = this.#moments
    const [q01, q10, q50, q90, q99] = Object.values(QUANTILES).map((share) => this.#at(share)) as [
      number,
      number,
      number,
      number,
      number,
    ]
    return { min, max, mean, std, q01, q10, q50, q90, q99, count }
  }

  /** Place of a share of the values, the values of a bin spread evenly over it. */
  #at(share: number): number {
    const { min, max, count } = this.#moments
    if (this.#perUnit === 0) return min
    const wanted = share * count
    let before = 0
    for (let bin = 0; bin < BINS; bin++) {
      const here = this.#counts[bin]!
      if (before + here >= wanted && here > 0) {
        const value = min + (bin + (wanted - before) / here) / this.#perUnit
        return Math.min(max, Math.max(min, value))
      }
      before += here
    }
    return max
  }
}
