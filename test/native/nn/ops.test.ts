import { expect, test } from 'vitest'
import { randomFloats } from './random-floats.ts'
import { relativeError, slopes } from './slopes.ts'
import { probe } from './tape-probe.ts'

test.each([
  { rows: 1, columns: 1, repeat: 1, first: 0, count: 1 },
  { rows: 5, columns: 4, repeat: 3, first: 1, count: 3 },
  { rows: 33, columns: 19, repeat: 2, first: 14, count: 5 }, // across units and a panel
])('rows repeated, cut and multiplied: %o', (shape) => {
  const { rows, columns, repeat, first, count } = shape
  const x = randomFloats(rows * columns, 1, 1)
  const weight = randomFloats(rows * repeat * count, 2, 1)
  const values = Array.from(x)
  const loss = () => {
    let sum = values.reduce((cubes, value) => cubes + value ** 3, 0)
    for (let r = 0; r < rows * repeat; r++)
      for (let c = 0; c < count; c++) {
        const at = Math.floor(r / repeat) * columns
        sum += ((values[at + first + c] as number) * (values[at] as number) * (weight[r * count + c] as number)) ** 2
      }
    return sum
  }
  const actual = probe.rowSteps({ ...shape, threads: 1 }, x, weight)
  expect(relativeError([actual.loss], [loss()])).toBeLessThan(1e-5)
  expect(relativeError(actual.x, slopes(values, loss))).toBeLessThan(1e-6)
  expect(probe.rowSteps({ ...shape, threads: 2 }, x, weight)).toEqual(actual)
})
