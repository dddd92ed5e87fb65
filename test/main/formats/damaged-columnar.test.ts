import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { COLUMNAR_ORIGINALS } from './columnar-originals.ts'
import { damageImports } from './damaged-imports.ts'

/** A few of each kind; the long lane does ten thousand. */
test.each(Object.entries(COLUMNAR_ORIGINALS))(
  'damaged %s are refused or read whole, and nothing is left of a refused one',
  async (_, { format, make }) => {
    const original = await make(join(temporaryFolder(), 'original'))
    const tally = await damageImports(original, format, 1, format === 'lerobot' ? 80 : 200)
    expect(tally.taken).toBeGreaterThan(3)
    expect(tally.refused).toBeGreaterThan(20)
    expect(tally.codes['internal-error']).toBeUndefined()
    expect(tally.codes['system-error']).toBeUndefined()
  },
)
