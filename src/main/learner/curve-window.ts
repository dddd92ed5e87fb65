import type { CurvePoint } from '../../contract/learner.ts'

/** Points of a whole training at most; more would not be seen in a plot and slow every reader down. */
const MOST_POINTS = 1000
/** Updates in a point at least: fewer show the noise of single batches. */
const LEAST_WIDTH = 50

/**
 * Averages the native rows into points of equal width. The native side chooses its own width by chunk;
 * a curve whose points change their width in the middle would show a change of noise that is not there.
 */
export class CurveWindow {
  readonly #width: number
  #from: number
  #time = 0
  #last = 0
  readonly #sums = [0, 0, 0, 0]
  readonly #weights = [0, 0, 0, 0]

  /** `updates` in total, `from` those already made. */
  constructor(updates: number, from: number) {
    this.#width = Math.max(LEAST_WIDTH, Math.ceil(updates / MOST_POINTS))
    this.#from = from
    this.#last = from
  }

  /**
   * Takes one row [update, seconds, criticLoss, actorLoss, meanQ, saturated]; returns a point when one is full.
   * Columns that a row did not compute are NaN: a delayed actor has no loss in every update.
   */
  add(row: ArrayLike<number>): CurvePoint | null {
    const update = row[0] ?? NaN
    const weight = update - this.#last
    for (let column = 0; column < 4; column++) {
      const value = row[column + 2] ?? NaN
      if (!Number.isFinite(value)) continue
      this.#sums[column] = (this.#sums[column] ?? 0) + weight * value
      this.#weights[column] = (this.#weights[column] ?? 0) + weight
    }
    this.#last = update
    this.#time = row[1] ?? NaN
    return update - this.#from >= this.#width ? this.flush() : null
  }

  /** The point of what was added since the last one; null when a column has no value yet. */
  flush(): CurvePoint | null {
    if (this.#weights.some((weight) => weight === 0)) return null
    const mean = (column: number): number => (this.#sums[column] ?? NaN) / (this.#weights[column] ?? NaN)
    const point: CurvePoint = {
      update: this.#last,
      time: this.#time,
      criticLoss: mean(0),
      actorLoss: mean(1),
      meanQ: mean(2),
      saturated: mean(3),
      closestM: null,
      episodeReturn: null,
    }
    this.#from = this.#last
    this.#sums.fill(0)
    this.#weights.fill(0)
    return point
  }
}
