import type { Hdf5Column } from './hdf5/hdf5-input.ts'

const ROWS_AT_ONCE = 1 << 16

/** Largest magnitude in each of the `width` columns of some tables of actions. */
export function largestActions(tables: Iterable<Hdf5Column>, width: number): number[] {
  const largest = new Array<number>(width).fill(0)
  for (const table of tables) {
    for (let from = 0; from < table.rows; from += ROWS_AT_ONCE) {
      const values = table.floats(from, Math.min(table.rows, from + ROWS_AT_ONCE))
      for (let i = 0; i < values.length; i++) {
        const size = Math.abs(values[i]!)
        // An infinite one is refused with its episode.
        if (size > largest[i % width]! && size < Infinity) largest[i % width] = size
      }
    }
  }
  return largest
}

/** [T, A] in units of the scale of each column; the array itself when every scale is 1. */
export function scaledDown(values: Float32Array, scales: readonly number[]): Float32Array {
  if (scales.every((scale) => scale === 1)) return values
  return values.map((value, i) => value / scales[i % scales.length]!)
}

/** What an arm or a motor makes of actions: nothing beyond -1..1. */
export function clampedActions(values: Float32Array): Float32Array {
  return values.map((value) => Math.max(-1, Math.min(1, value)))
}
