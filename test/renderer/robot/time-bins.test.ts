import { describe, expect, it } from 'vitest'
import { countTimes, edgeText, quantileText } from '../../../src/renderer/robot/time-bins.ts'

const edges = [100, 1000, 20_000]

describe('histograms of times', () => {
  it('name their bins', () => {
    expect([0, 1, 2, 3].map((bin) => edgeText(edges, bin))).toEqual([
      'up to 100 µs',
      '100 µs to 1 ms',
      '1 ms to 20 ms',
      'longer than 20 ms',
    ])
  })

  it('count times on their edges into the bin below', () => {
    expect(countTimes(edges, [0, 100, 101, 20_000, 20_001])).toEqual([2, 1, 1, 1])
    expect(countTimes(edges, [])).toEqual([0, 0, 0, 0])
  })

  it('say below which edge a share of all times lies', () => {
    expect(quantileText(edges, [50, 50, 0, 0], 0.5)).toBe('100 µs')
    expect(quantileText(edges, [50, 50, 0, 0], 1)).toBe('1 ms')
    expect(quantileText(edges, [998, 0, 0, 2], 0.999)).toBe('more than 20 ms')
    expect(quantileText(edges, [0, 0, 0, 0], 1)).toBe('100 µs')
  })
})
