import { expect, test } from 'vitest'
import { HISTOGRAM_BINS, histogramEntropy, normalisedEntropy } from '../../../../src/contract/histogram.ts'
import {
  DimensionCounter,
  commonRange,
  pooledDeviation,
} from '../../../../src/main/dataset/coverage/dimension-counter.ts'
import { FixedHistogram, GrowingHistogram } from '../../../../src/main/dataset/coverage/value-histogram.ts'
import { RandomStream } from '../../../../src/main/platform/random-stream.ts'

function values(count: number, draw: (random: RandomStream) => number): Float32Array {
  const random = new RandomStream(1, 'values')
  return Float32Array.from({ length: count }, () => draw(random))
}

/** Counts of equal bins between two ends, one value after another. */
function bruteCounts(of: Float32Array, min: number, max: number): number[] {
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0)
  for (const value of of) {
    const bin = Math.floor(((value - min) / (max - min)) * HISTOGRAM_BINS)
    counts[Math.max(0, Math.min(HISTOGRAM_BINS - 1, bin))]! += 1
  }
  return counts
}

test('evenly spread values have the entropy ln 50, a constant has none, two equal bins ln 2', () => {
  expect(histogramEntropy(new Array<number>(50).fill(7))).toBeCloseTo(Math.log(50), 12)
  expect(normalisedEntropy(new Array<number>(50).fill(7))).toBeCloseTo(1, 12)
  expect(histogramEntropy([0, 12, 0])).toBe(0)
  expect(histogramEntropy([0, 0])).toBe(0)
  expect(histogramEntropy([5, 0, 5, 0])).toBeCloseTo(Math.log(2), 12)
})

test('a fixed histogram counts as one bin after another would, and what lies beyond at the ends', () => {
  const sample = values(5000, (random) => 1.2 * random.normal())
  const histogram = new FixedHistogram({ min: -2, max: 1 })
  for (const value of sample) histogram.add(value)
  expect(histogram.counts()).toEqual(bruteCounts(sample, -2, 1))
  expect(histogram.outside).toBe(sample.filter((value) => value < -2 || value > 1).length)
  histogram.add(1)
  histogram.add(-2)
  expect(histogram.outside).toBe(sample.filter((value) => value < -2 || value > 1).length)
})

test.each([
  ['around zero', (random: RandomStream) => random.normal()],
  ['far from zero', (random: RandomStream) => 1.25 + 0.1 * random.normal()],
  ['tiny', (random: RandomStream) => 1e-6 * random.uniform(-1, 3)],
  ['huge and negative', (random: RandomStream) => -1e5 * random.uniform(0, 1)],
])('a growing histogram of values %s ends as if its range had been known', (_, draw) => {
  const sample = values(20_000, draw)
  const histogram = new GrowingHistogram()
  for (const value of sample) histogram.add(value)
  const range = histogram.needs()!
  expect(range).toEqual({ min: Math.min(...sample), max: Math.max(...sample) })
  const counts = histogram.counts(range)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sample.length)
  // A value moves by at most half a fine cell, so only those at the edge of a bin may be counted next door.
  const brute = bruteCounts(sample, range.min, range.max)
  const moved = counts.reduce((sum, count, bin) => sum + Math.abs(count - brute[bin]!), 0) / 2
  expect(moved / sample.length).toBeLessThan(0.02)
  expect(Math.abs(histogramEntropy(counts) - histogramEntropy(brute))).toBeLessThan(0.01)
})

test('evenly drawn values come near ln 50 and a constant stays at 0, wherever it lies', () => {
  const even = new DimensionCounter(new GrowingHistogram())
  even.addColumn(
    values(100_000, (random) => random.uniform(-3, 5)),
    0,
    1,
  )
  expect(normalisedEntropy(even.histogram.counts(commonRange([even])))).toBeGreaterThan(0.999)
  for (const constant of [0, -0.7, 123.456]) {
    const still = new DimensionCounter(new GrowingHistogram())
    still.addColumn(new Float32Array(100).fill(constant), 0, 1)
    expect(histogramEntropy(still.histogram.counts(commonRange([still])))).toBe(0)
    expect(still.variance).toBe(0)
  }
})

test('two histograms told over one range keep every value', () => {
  const [near, far] = [0.01, 40].map((scale) => {
    const counter = new DimensionCounter(new GrowingHistogram())
    counter.addColumn(
      values(1000, (random) => scale * random.normal()),
      0,
      1,
    )
    return counter
  })
  const range = commonRange([near!, far!])!
  expect(near!.histogram.counts(range).reduce((sum, count) => sum + count, 0)).toBe(1000)
  // Against the wide one the narrow one is a single place.
  expect(near!.histogram.counts(range).filter((count) => count > 0).length).toBeLessThanOrEqual(2)
  expect(far!.histogram.counts(range).filter((count) => count > 0).length).toBeGreaterThan(30)
})

test('mean and deviation are those of the values, columns apart, also far from zero and with values that are none', () => {
  const rows = values(2 * 999, (random) => 1000 + random.normal())
  rows[1] = NaN
  rows[3] = Infinity
  const columns = [0, 1].map((column) => {
    const counter = new DimensionCounter(new GrowingHistogram(), 1001)
    counter.addColumn(rows, column, 2)
    return counter
  })
  const finite = [0, 1].map((column) => [...rows].filter((value, i) => i % 2 === column && Number.isFinite(value)))
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length
  const variance = (of: readonly number[]): number => mean(of.map((value) => (value - mean(of)) ** 2))
  columns.forEach((counter, column) => {
    expect(counter.count).toBe(finite[column]!.length)
    expect(counter.mean).toBeCloseTo(mean(finite[column]!), 9)
    expect(counter.variance).toBeCloseTo(variance(finite[column]!), 6)
    expect(counter.beyond).toBe(finite[column]!.filter((value) => value > 1001).length)
  })
  expect(columns[1]!.notFinite).toBe(2)
  expect(pooledDeviation(columns)).toBeCloseTo(Math.sqrt(variance(finite.flat())), 6)
})
