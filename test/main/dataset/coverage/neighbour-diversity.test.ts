import { expect, test } from 'vitest'
import { NEIGHBOUR, neighbourDistance } from '../../../../src/main/dataset/coverage/neighbour-diversity.ts'
import { SAMPLE_SIZE, StateSample } from '../../../../src/main/dataset/coverage/state-sample.ts'
import { RandomStream } from '../../../../src/main/platform/random-stream.ts'

test('the mean distance to the 5th nearest is that of sorting all distances', async () => {
  const random = new RandomStream(2, 'states')
  const scales = [1, 10, 0.1, 0]
  const states = Array.from({ length: 300 }, () => Float32Array.from(scales, (scale) => scale * random.normal()))
  const distance = (a: Float32Array, b: Float32Array): number =>
    Math.hypot(...[0, 1, 2].map((i) => (a[i]! - b[i]!) / scales[i]!))
  const brute = states.map((state) => {
    const others = states.filter((other) => other !== state).map((other) => distance(state, other))
    return others.sort((a, b) => a - b)[NEIGHBOUR - 1]!
  })
  const mean = brute.reduce((sum, each) => sum + each, 0) / brute.length
  expect(await neighbourDistance(states, scales)).toBeCloseTo(mean, 10)
})

test('equal states have no distance, too few have none to tell', async () => {
  const same = Array.from({ length: 20 }, () => Float32Array.of(1, 2))
  expect(await neighbourDistance(same, [1, 1])).toBe(0)
  expect(await neighbourDistance(same.slice(0, NEIGHBOUR), [1, 1])).toBeNull()
})

/** States that are their own place, in episodes of different lengths. */
function passAll(sample: StateSample, lengths: readonly number[], damaged: ReadonlySet<number> = new Set()): void {
  let place = 0
  for (const [i, steps] of lengths.entries()) {
    const from = place
    // Row 0, the start, must never be chosen.
    const rows = Float32Array.from({ length: steps + 1 }, (_, t) => (t === 0 ? -1 : from + t - 1))
    if (damaged.has(i)) sample.skip(steps)
    else sample.pass(rows, steps)
    place += steps
  }
}

const LENGTHS = Array.from({ length: 50 }, (_, i) => 1 + ((i * 37) % 200))
const TOTAL = LENGTHS.reduce((sum, each) => sum + each, 0)

test('a sample holds different states, the same every time, from the whole of the data', () => {
  const [one, two] = [new StateSample(TOTAL, 1), new StateSample(TOTAL, 1)]
  for (const sample of [one, two]) passAll(sample, LENGTHS)
  const places = one.rows().map(([place]) => place!)
  expect(two.rows().map(([place]) => place!)).toEqual(places)
  expect(places).toHaveLength(SAMPLE_SIZE)
  expect(new Set(places).size).toBe(SAMPLE_SIZE)
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
  // The first part of it is spread over the whole as well: its mean lies within 5 standard errors of the middle.
  const first = places.slice(0, 400)
  const mean = first.reduce((sum, place) => sum + place, 0) / first.length
  expect(Math.abs(mean - TOTAL / 2)).toBeLessThan((5 * TOTAL) / Math.sqrt(12 * 400))
})

test('a small dataset is taken whole; episodes that cannot be read and states that are no numbers are left out', () => {
  const whole = new StateSample(10, 1)
  passAll(whole, [4, 6])
  expect(
    whole
      .rows()
      .map(([place]) => place!)
      .sort((a, b) => a - b),
  ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const holes = new StateSample(12, 1)
  passAll(holes, [4, 6, 2], new Set([1]))
  expect(
    holes
      .rows()
      .map(([place]) => place!)
      .sort((a, b) => a - b),
  ).toEqual([0, 1, 2, 3, 10, 11])
  const broken = new StateSample(2, 1)
  broken.pass(Float32Array.of(0, NaN, 5), 2)
  expect(broken.rows()).toEqual([Float32Array.of(5)])
})
