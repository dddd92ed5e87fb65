import { expect, test } from 'vitest'
import { bench } from '../../../src/main/verbs/bench.ts'

test.each(['open-1m', 'sort-100k'])('%s measures a time beside the least that the machine needs', async (only) => {
  const { results } = await bench({ only })
  expect(results).toHaveLength(1)
  const { name, unit, value, limit, fraction } = results[0]!
  expect([name, unit, value > 0]).toEqual([only, 'ms', true])
  expect(fraction).toBe(limit! / value)
})
