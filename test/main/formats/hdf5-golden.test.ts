import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { contentOf, recordRandom } from './datasets-of-all-kinds.ts'
import { exported, imported } from './exchange.ts'
import { structureOf } from './hdf5-structure.ts'

const GOLDEN = join(import.meta.dirname, '../../golden/formats')

/** The same two episodes each time. */
function twoEpisodes(): string {
  const path = join(temporaryFolder(), 'two.forager')
  recordRandom(path, { kind: 'arm', seed: 31, episodes: 2, longest: 4, notes: 'Zwei Épisoden' })
  return path
}

/** A change of the layout shows in the golden text, where it is seen in a review. */
test.each([
  { format: 'd4rl', name: 'two.hdf5', file: '' },
  { format: 'minari', name: 'two-v0', file: 'data/main_data.hdf5' },
  { format: 'robomimic', name: 'two.hdf5', file: '' },
])('the layout of $format is the one that is written down', async ({ format, name, file }) => {
  const path = twoEpisodes()
  const out = join(path, '..', name)
  await exported(path, format, out)
  const structure = (await structureOf(join(out, file))).replace(/^(.* @started_at_ms \S+) \d+$/gm, '$1 epoch')
  const timeless = structure.replace(/^(.*\/started_at_ms int64 .*) sum .*$/gm, '$1 sum')
  await expect(timeless).toMatchFileSnapshot(join(GOLDEN, `${format}.txt`))
})

/** Files that earlier programs exported stay readable. */
test.each([{ format: 'd4rl', name: 'two-episodes.hdf5' }])(
  'a $format file of version 1 comes in as ever',
  async ({ format, name }) => {
    const out = join(temporaryFolder(), 'old.forager')
    const report = await imported(join(GOLDEN, name), out)
    expect(report).toMatchObject({ format, beliefs: [] })
    const [before, after] = [contentOf(twoEpisodes()), contentOf(out)]
    const timeless = (episodes: typeof before.episodes) => episodes.map((episode) => ({ ...episode, startedAtMs: 0 }))
    expect(timeless(after.episodes)).toEqual(timeless(before.episodes))
    expect(after.sheet.notes).toBe('Zwei Épisoden')
  },
)
