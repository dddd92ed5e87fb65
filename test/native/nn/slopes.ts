/** Slopes of `loss` by central differences of the fourth order, one for each of `values`, which it leaves as they were. */
export function slopes(values: number[] | Float64Array, loss: () => number, step = 1e-3): number[] {
  return Array.from(values, (value, i) => {
    const at = (offset: number) => {
      values[i] = value + offset
      return loss()
    }
    const slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    values[i] = value
    return slope
  })
}

/** The largest difference between two lists, over the largest magnitude in the second. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers instead of ${expected.length}`)
  let difference = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs((actual[i] as number) - (expected[i] as number)))
    largest = Math.max(largest, Math.abs(expected[i] as number))
  }
  return difference / largest
}
