import { expect, test } from 'vitest'
import { ChunkProgress } from '../../doubles/chunk-progress.ts'
import { damageDatasets } from './damaged-datasets.ts'

const SEEDS = Array.from({ length: 10 }, (_, chunk) => 2 + chunk)
const progress = new ChunkProgress('1000 damaged datasets each', SEEDS.length)

test.each(SEEDS)('a thousand damaged datasets are refused, told of, or sound: seed %i', async (seed) => {
  const tally = await damageDatasets(seed, 1000)
  progress.done(`seed ${seed} ${JSON.stringify(tally)}`)
  expect(tally.refused + tally.told + tally.sound).toBe(1000)
  expect(Object.keys(tally.codes)).not.toContain('internal-error')
})
