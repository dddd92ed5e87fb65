import { expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { DAMAGES } from './damaged-files.ts'

/** A few hundred of each kind; the long lane does thousands. */
test.each(Object.entries(DAMAGES))(
  'damaged %s are refused, or run when what was damaged does not matter',
  async (_, run) => {
    const tally = await run(1, 200, temporaryFolder())
    expect(tally.taken).toBeGreaterThan(3)
    expect(tally.refused).toBeGreaterThan(20)
    expect(tally.codes['internal-error']).toBeUndefined()
    expect(tally.codes['system-error']).toBeUndefined()
  },
)
