import { RandomStream } from '../../platform/random-stream.ts'

/** States that the diversity is computed of. */
export const SAMPLE_SIZE = 2000
const SEED = 0

/** A fixed random choice of the states of a dataset, filled while they pass by in order. */
export class StateSample {
  /** [size, S], in random order: any first part of it is a random choice too. */
  readonly states: Float32Array
  readonly size: number
  readonly width: number
  /** Wanted places among all states, rising, and the row of each. */
  private readonly wanted: readonly { place: number; row: number }[]
  private next = 0
  private passed = 0
  private readonly taken: Uint8Array

  /** Chooses among `total` states of `width` numbers. */
  constructor(total: number, width: number) {
    const places = distinctPlaces(Math.min(SAMPLE_SIZE, total), total)
    this.size = places.length
    this.width = width
    this.states = new Float32Array(this.size * width)
    this.taken = new Uint8Array(this.size)
    this.wanted = places.map((place, row) => ({ place, row })).sort((a, b) => a.place - b.place)
  }

  /** Passes `steps` states by: rows 1 to `steps` of observations [steps + 1, S]. */
  pass(observations: Float32Array, steps: number): void {
    const { width, wanted } = this
    for (let want = wanted[this.next]; want && want.place < this.passed + steps; want = wanted[++this.next]) {
      const from = (want.place - this.passed + 1) * width
      this.states.set(observations.subarray(from, from + width), want.row * width)
      this.taken[want.row] = 1
    }
    this.passed += steps
  }

  /** Passes states by that cannot be read. */
  skip(steps: number): void {
    this.passed += steps
    while (this.next < this.wanted.length && this.wanted[this.next]!.place < this.passed) this.next += 1
  }

  /** Rows that hold a state of finite numbers, in random order. */
  rows(): Float32Array[] {
    return Array.from({ length: this.size }, (_, row) => row)
      .filter((row) => this.taken[row] === 1)
      .map((row) => this.states.subarray(row * this.width, (row + 1) * this.width))
      .filter((state) => state.every(Number.isFinite))
  }
}

/** `count` different numbers below `total`, in random order; the same ones every time (Floyd's method, then a shuffle). */
function distinctPlaces(count: number, total: number): number[] {
  const random = new RandomStream(SEED, 'coverage-sample')
  const below = (limit: number): number => Math.floor(random.uniform(0, limit))
  const chosen = new Set<number>()
  for (let limit = total - count + 1; limit <= total; limit++) {
    const place = below(limit)
    chosen.add(chosen.has(place) ? limit - 1 : place)
  }
  const places = [...chosen]
  for (let i = places.length - 1; i > 0; i--) {
    const other = below(i + 1)
    ;[places[i], places[other]] = [places[other]!, places[i]!]
  }
  return places
}
