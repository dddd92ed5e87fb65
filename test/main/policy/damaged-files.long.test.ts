import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { DAMAGES } from './damaged-files.ts'

describe.each(Object.entries(DAMAGES))('damaged %s', (_, run) => {
  test.each([11, 12])('are refused or run, thousands of them, seed %d', { timeout: 600_000 }, async (seed) => {
    const tally = await run(seed, 2000, temporaryFolder())
    expect(tally.refused).toBeGreaterThan(200)
    expect(tally.taken).toBeGreaterThan(30)
    expect(tally.codes['internal-error']).toBeUndefined()
    expect(tally.codes['system-error']).toBeUndefined()
  })
})
