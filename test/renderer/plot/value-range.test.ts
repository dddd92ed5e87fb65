import { describe, expect, it } from 'vitest'
import { GrowingRange, niceStep, stepDecimals } from '../../../src/renderer/plot/value-range.ts'

describe('nice steps', () => {
  it.each([
    [10, 5, 2],
    [1, 4, 0.25],
    [57, 4, 20],
    [0.003, 3, 0.001],
  ])('span %d in about %d parts has steps of %d', (span, parts, step) => {
    expect(niceStep(span, parts)).toBeCloseTo(step, 12)
  })

  it('prints as many decimals as a step needs', () => {
    expect([20, 2.5, 0.25, 0.001].map(stepDecimals)).toEqual([0, 1, 2, 3])
  })
})

describe('a range that only grows', () => {
  it('takes in values, in whole steps, and never shrinks', () => {
    const range = new GrowingRange(Infinity, -Infinity)
    expect(range.include(0.1, 9.3)).toEqual([0, 10])
    expect(range.include(4, 5)).toEqual([0, 10])
    const [low, high] = range.include(-3, 30)
    expect(low).toBeLessThanOrEqual(-3)
    expect(high).toBeGreaterThanOrEqual(30)
    expect(range.include(1, 2)).toEqual([low, high])
  })

  it('has a height when there is no data, one value, or a start', () => {
    expect(new GrowingRange(Infinity, -Infinity).include(null, null)).toEqual([0, 1])
    const [low, high] = new GrowingRange(Infinity, -Infinity).include(5, 5)
    expect(high).toBeGreaterThan(low)
    expect(new GrowingRange(0, 200).include(null, null)).toEqual([0, 200])
  })
})
