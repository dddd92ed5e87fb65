import { expect, test } from 'vitest'
import { bench } from '../../../src/main/verbs/bench.ts'

/** How long they take depends on the machine; that something was measured, in its unit and beside its budget, does not. */
test.each([
  ['control-cycle', ['control-cycle-p50', 'control-cycle-p99', 'control-cycle'], 'us', 300],
  ['stop-latency', ['stop-latency'], 'ms', 2],
  ['stop-standstill', ['stop-standstill'], 'ms', 150],
  ['box-unplug', ['box-unplug'], 'ms', 175],
  ['process-kill', ['process-kill'], 'ms', 95],
] as const)('%s is measured on an arm that moves', async (only, names, unit, limit) => {
  const { results } = await bench({ only })
  expect(results.map(({ name }) => name)).toEqual(names)
  for (const row of results) {
    expect(row).toMatchObject({ unit, limit })
    expect(row.value).toBeGreaterThan(0)
    expect(row.fraction).toBe(row.value / limit)
  }
})
