import { expect, test } from 'vitest'
import { damageDatasets } from './damaged-datasets.ts'

/** A few; the long lane does ten thousand. */
test('a damaged dataset, or a damaged log of one that was cut, is refused, told of, or sound', async () => {
  const tally = await damageDatasets(1, 300)
  expect(Math.min(tally.refused, tally.told, tally.sound)).toBeGreaterThan(10)
  expect(Object.keys(tally.codes)).not.toContain('internal-error')
})
