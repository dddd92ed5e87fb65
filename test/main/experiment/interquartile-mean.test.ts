import { describe, expect, test } from 'vitest'
import { aggregate, interquartileMean, quantile } from '../../../src/main/experiment/interquartile-mean.ts'

describe('interquartile mean', () => {
  test('leaves out a quarter at each end, rounded down', () => {
    // Of 8, two at each end: (3 + 4 + 5 + 6) / 4.
    expect(interquartileMean([8, 1, 100, 2, 3, 6, 5, 4])).toBe(4.5)
    // Of 5, one at each end: (2 + 3 + 4) / 3.
    expect(interquartileMean([-50, 4, 2, 3, 900])).toBe(3)
    // Of 3, none: (1 + 2 + 9) / 3.
    expect(interquartileMean([9, 1, 2])).toBe(4)
    expect(interquartileMean([7])).toBe(7)
    expect(interquartileMean([])).toBeNaN()
  })

  test('is over tasks and runs together', () => {
    // 1 2 3 4 | 10 20 30 40: of 8 the middle four are 3 4 10 20.
    expect(
      aggregate([
        [4, 3, 2, 1],
        [10, 40, 20, 30],
      ]).value,
    ).toBe(9.25)
  })
})

describe('bootstrap interval', () => {
  test('of two runs has the three possible resamples at their odds', () => {
    // Means of resamples of {0, 1}: 0, 0.5 and 1 with odds 1 : 2 : 1, so 2.5 % and 97.5 % are the ends.
    expect(aggregate([[0, 1]])).toEqual({ value: 0.5, low: 0, high: 1 })
  })

  test('draws within each task: tasks of one value each have no spread', () => {
    expect(
      aggregate([
        [2, 2, 2],
        [6, 6, 6],
      ]),
    ).toEqual({ value: 4, low: 4, high: 4 })
  })

  test('of many runs is the normal one of a mean of the middle', () => {
    const runs = Array.from({ length: 400 }, (_, i) => i / 399)
    const { value, low, high } = aggregate([runs])
    expect(value).toBeCloseTo(0.5, 10)
    // Standard error of the interquartile mean of U(0, 1): the influence function is clipped at the quartiles, its
    // variance is (2 / 0.5^2) (1/192 + 1/4 1/16) = 1/6.
    const error = Math.sqrt(1 / 6 / 400)
    expect(low).toBeCloseTo(0.5 - 1.96 * error, 2)
    expect(high).toBeCloseTo(0.5 + 1.96 * error, 2)
  })

  test('is the same every time, another with another seed, and none of one run', () => {
    const runs = [[3, 1, 4, 1, 5, 9, 2, 6]]
    expect(aggregate(runs)).toEqual(aggregate(runs))
    expect(aggregate(runs, 1)).not.toEqual(aggregate(runs))
    expect(aggregate([[3], [5]])).toEqual({ value: 4, low: null, high: null })
  })

  test('quantiles lie between ranks', () => {
    const sorted = Float64Array.of(0, 10, 20, 30, 40)
    expect(quantile(sorted, 0.5)).toBe(20)
    expect(quantile(sorted, 0.025)).toBeCloseTo(1)
    expect(quantile(sorted, 1)).toBe(40)
  })
})
