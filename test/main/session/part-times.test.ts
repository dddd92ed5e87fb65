import { expect, test } from 'vitest'
import { PartTimes, percentile99 } from '../../../src/main/session/part-times.ts'

test('the part that takes long is the one that is named', () => {
  const parts = new PartTimes()
  expect(parts.read()).toEqual([])
  for (let step = 0; step < 20; step++) {
    parts.start()
    parts.end(0)
    parts.start()
    for (const until = performance.now() + 2; performance.now() < until;);
    parts.end(1)
  }
  const [policy, record, ...others] = parts.read()
  expect(others).toEqual([])
  expect(record?.part).toBe('record')
  expect(record?.p99Ms).toBeGreaterThanOrEqual(2)
  expect(policy?.p99Ms).toBeLessThan(record?.p99Ms ?? 0)
})

test('one step in a hundred may be slower', () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i % 100 === 50 ? 80 : 50))
  expect(percentile99(values, 1000)).toBe(50)
  values[3] = 80
  expect(percentile99(values, 1000)).toBe(80)
})
