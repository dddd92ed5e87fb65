import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ChunkProgress } from '../../doubles/chunk-progress.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { HDF5_ORIGINALS, damageImports } from './damaged-imports.ts'

/** Ten thousand of each kind, a seed for each thousand. */
const SEEDS = Array.from({ length: 10 }, (_, chunk) => 2 + chunk)

describe.each(Object.entries(HDF5_ORIGINALS))('damaged %s', (kind, { format, make }) => {
  const progress = new ChunkProgress(`1000 damaged ${kind} each`, SEEDS.length)
  test.each(SEEDS)('a thousand are refused or read whole: seed %i', async (seed) => {
    const original = await make(join(temporaryFolder(), 'original'))
    const tally = await damageImports(original, format, seed, 1000)
    progress.done(`seed ${seed} ${JSON.stringify(tally)}`)
    expect(tally.refused + tally.taken).toBe(1000)
    expect(tally.codes['internal-error']).toBeUndefined()
  })
})
