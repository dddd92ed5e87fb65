import { HISTOGRAM_BINS } from '../../../contract/histogram.ts'

export interface ValueRange {
  min: number
  max: number
}

/** Counts finite values one by one and tells how they are spread over the bins of a range. */
export interface ValueHistogram {
  /** Range that was given; null when the values make it. */
  readonly limits: ValueRange | null
  add(value: number): void
  /** Range that the values need; null before the first one, and where there are limits. */
  needs(): ValueRange | null
  /** Counts over the limits, or over `range`, which must hold all that was counted. */
  counts(range: ValueRange | null): number[]
  /** Values beyond the limits, counted in the first and the last bin. */
  readonly outside: number
}

/** Histogram over a fixed range, the same for every dataset. */
export class FixedHistogram implements ValueHistogram {
  readonly limits: ValueRange
  outside = 0
  private readonly bins = new Float64Array(HISTOGRAM_BINS)
  private readonly scale: number

  constructor(limits: ValueRange) {
    this.limits = limits
    this.scale = HISTOGRAM_BINS / (limits.max - limits.min)
  }

  add(value: number): void {
    const { min, max } = this.limits
    if (value < min || value > max) this.outside += 1
    const bin = Math.floor((value - min) * this.scale)
    this.bins[bin < 0 ? 0 : bin >= HISTOGRAM_BINS ? HISTOGRAM_BINS - 1 : bin]! += 1
  }

  needs(): null {
    return null
  }

  counts(): number[] {
    return [...this.bins]
  }
}

/** Cells on each side of zero; even, so that cells merge in pairs from zero outwards. */
const HALF = 6400
/** Where the growing range begins: smaller than any physical quantity in SI units. */
const FIRST_REACH = 2 ** -40

/**
 * Histogram whose range is not known before the values are: fine cells over [-R, R), R a power of two. A value beyond
 * doubles R and merges the cells in pairs, so that one pass and a fixed memory are enough. The cells of two datasets are
 * nested, which lets both be told over one range. Values that differ by less than a hundredth of their size fill few cells
 * and show less entropy than they have.
 */
export class GrowingHistogram implements ValueHistogram {
  readonly limits = null
  readonly outside = 0
  private readonly cells = new Float64Array(2 * HALF)
  private reach = FIRST_REACH
  private scale = HALF / FIRST_REACH
  private low = Infinity
  private high = -Infinity

  add(value: number): void {
    if (value < this.low) this.low = value
    if (value > this.high) this.high = value
    while (value >= this.reach || value < -this.reach) this.grow()
    this.cells[HALF + Math.floor(value * this.scale)]! += 1
  }

  private grow(): void {
    const { cells } = this
    // Outwards from zero each merged cell lies no farther out than its parts, so nothing is overwritten unread.
    for (let cell = 0; cell < HALF / 2; cell++) {
      cells[HALF + cell] = cells[HALF + 2 * cell]! + cells[HALF + 2 * cell + 1]!
      cells[HALF - 1 - cell] = cells[HALF - 1 - 2 * cell]! + cells[HALF - 2 - 2 * cell]!
    }
    cells.fill(0, 0, HALF / 2)
    cells.fill(0, HALF + HALF / 2)
    this.reach *= 2
    this.scale /= 2
  }

  needs(): ValueRange | null {
    return this.low <= this.high ? { min: this.low, max: this.high } : null
  }

  /** A cell belongs to the bin in which its middle lies. */
  counts({ min, max }: ValueRange): number[] {
    const bins = new Array<number>(HISTOGRAM_BINS).fill(0)
    // A constant has one value; any width will do for it.
    const width = max > min ? max - min : 1
    this.cells.forEach((count, cell) => {
      if (count === 0) return
      const middle = (cell + 0.5 - HALF) / this.scale
      const bin = Math.floor(((middle - min) / width) * HISTOGRAM_BINS)
      bins[Math.min(Math.max(bin, 0), HISTOGRAM_BINS - 1)]! += count
    })
    return bins
  }
}
