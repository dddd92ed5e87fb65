import { RandomStream } from '../native/learn/random-stream.ts'
import type { Transition } from './dataset.ts'

/** A transition as a learner sees it; d = 1 where no value follows. */
export interface Row {
  s: number[]
  a: number[]
  r: number
  next: number[]
  d: number
}

export interface SamplingRule {
  batch: number
  withoutReplacement: boolean
  endsTerminal: boolean
}

/** What a run draws, from the streams of its seed: the native order is the order of the calls. */
export class Draws {
  /** Every transition gets a goal of its own, in the place of its tool tip. */
  aims = false
  readonly #seed: number
  readonly #streams = new Map<string, RandomStream>()

  constructor(seed: number) {
    this.#seed = seed
  }

  batch(data: Transition[], rule: SamplingRule, name = 'batch'): Row[] {
    const stream = this.#stream(name)
    const drawn: number[] = []
    while (drawn.length < rule.batch) {
      const index = stream.below(data.length)
      if (!rule.withoutReplacement || !drawn.includes(index)) drawn.push(index)
    }
    return drawn.map((index) => {
      const { s, a, r, next, terminal, end } = data[index] as Transition
      const row = { s, a, r, next, d: (rule.endsTerminal ? end : terminal) ? 1 : 0 }
      return this.aims ? this.#aimed(row, data, index) : row
    })
  }

  /** The row with a goal: where the tool tip was later in its episode, or in any transition. */
  #aimed(row: Row, data: Transition[], index: number): Row {
    const stream = this.#stream('goal')
    const later = data.slice(index, data.findIndex(({ end }, t) => t >= index && end) + 1)
    const from = stream.uniform(0, 1) < Math.fround(0.8) ? later : data
    const goal = from[stream.below(from.length)] as Transition
    const aim = (o: number[]) => [...o.slice(0, -3), ...goal.next.slice(-3)]
    const [tip, wanted] = [data[index]?.tip ?? [], goal.tip ?? []]
    const distance = Math.hypot(...tip.map((value, i) => value - (wanted[i] as number)))
    return { ...row, s: aim(row.s), next: aim(row.next), r: -distance }
  }

  /** A whole number from 0 to bound - 1. */
  below(name: string, bound: number): number {
    return this.#stream(name).below(bound)
  }

  /** N(0, 1) [rows, columns] */
  normals(name: string, rows: number, columns: number): number[][] {
    return inRows(this.#stream(name).normals(rows * columns), columns)
  }

  /** U(-1, 1) [rows, columns] */
  uniforms(name: string, rows: number, columns: number): number[][] {
    const stream = this.#stream(name)
    return inRows(
      Array.from({ length: rows * columns }, () => stream.uniform(-1, 1)),
      columns,
    )
  }

  #stream(name: string): RandomStream {
    const stream = this.#streams.get(name) ?? new RandomStream(this.#seed, name)
    this.#streams.set(name, stream)
    return stream
  }
}

function inRows(values: number[], columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, r) => values.slice(r * columns, (r + 1) * columns))
}
