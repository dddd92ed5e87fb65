import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { KINDS, contentOf, recordRandom } from './datasets-of-all-kinds.ts'
import { exported, imported } from './exchange.ts'

const FORMATS = [
  { format: 'd4rl', name: 'a.hdf5' },
  { format: 'minari', name: 'a-v0' },
]
const CASES = FORMATS.flatMap((each) => KINDS.flatMap((kind) => [1, 2, 3].map((seed) => ({ ...each, kind, seed }))))

describe('an export that is imported again', () => {
  test.each(CASES)('gives back everything in $format: $kind, seed $seed', async ({ format, name, kind, seed }) => {
    const home = temporaryFolder()
    const [from, out, back] = [join(home, 'a.forager'), join(home, name), join(home, 'b.forager')]
    recordRandom(from, { kind, seed, episodes: 8, longest: seed === 3 ? 1 : 40, notes: 'Ünïcode 日本 🤖\n"quoted"' })
    const report = await exported(from, format, out, seed === 2 ? 'sent' : 'policy')
    const before = contentOf(from)
    const transitions = before.episodes.reduce((sum, { steps }) => sum + steps, 0)
    expect(report).toMatchObject({ format, out, episodes: 8, transitions })
    const taken = await imported(out, back)
    expect(taken).toMatchObject({ format, out: back, episodes: 8, transitions, beliefs: [] })
    expect(contentOf(back)).toEqual(before)
    expect(readdirSync(home).sort()).toEqual(['a.forager', name, 'b.forager'].sort())
  })
})
