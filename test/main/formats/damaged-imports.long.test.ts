import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { HDF5_ORIGINALS, damageImports } from './damaged-imports.ts'

test.each(Object.entries(HDF5_ORIGINALS))(
  'ten thousand damaged %s are refused or read whole',
  async (_, { format, make }) => {
    const original = await make(join(temporaryFolder(), 'original'))
    const tally = await damageImports(original, format, 2, 10_000)
    expect(tally.refused + tally.taken).toBe(10_000)
    expect(tally.codes['internal-error']).toBeUndefined()
    expect(tally.codes['system-error']).toBeUndefined()
  },
  3_600_000,
)
