import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RecordedEpisode } from '../../../src/main/dataset/dataset-reader.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { KINDS, contentOf, recordRandom } from './datasets-of-all-kinds.ts'
import { exported, imported } from './exchange.ts'

const FORMATS = ['lerobot', 'parquet', 'csv'] as const
const CASES = FORMATS.flatMap((format) => KINDS.flatMap((kind) => [2, 3].map((seed) => ({ format, kind, seed }))))

/** Actions are written in their units: of a scale that is no power of two they may come back one bit off. */
function expectEpisodes(found: RecordedEpisode[], wanted: RecordedEpisode[], exact: boolean): void {
  expect(found.map(({ episode, steps }) => ({ episode, steps }))).toEqual(
    wanted.map(({ episode, steps }) => ({ episode, steps })),
  )
  for (const [i, { policyActions, sentActions, ...rest }] of wanted.entries()) {
    const { policyActions: policy, sentActions: sent, ...others } = found[i]!
    expect(others).toEqual(rest)
    for (const [back, before] of [
      [policy, policyActions],
      [sent, sentActions],
    ] as const) {
      if (exact) expect(back).toEqual(before)
      else for (const [at, value] of before.entries()) expect(Math.abs(back[at]! - value)).toBeLessThan(2e-7)
    }
  }
}

describe('what was exported comes back', () => {
  test.each(CASES)('$format, $kind, seed $seed', async ({ format, kind, seed }) => {
    const home = temporaryFolder()
    const [from, back] = [join(home, 'a.forager'), join(home, 'b.forager')]
    const out = join(home, 'out')
    recordRandom(from, { kind, seed, episodes: 9, longest: seed === 3 ? 1 : 40, notes: 'Ünïcode 日本 🤖\n"quoted"' })
    const report = await exported(from, format, out, seed === 2 ? 'sent' : 'policy')
    const before = contentOf(from)
    const transitions = before.episodes.reduce((sum, { steps }) => sum + steps, 0)
    expect(report).toMatchObject({ format, out, episodes: 9, transitions })
    const taken = await imported(out, back)
    expect(taken).toMatchObject({ format, out: back, episodes: 9, transitions })
    const after = contentOf(back)
    expectEpisodes(after.episodes, before.episodes, kind === 'arm')
    if (format === 'csv') expect(taken.beliefs.join(' ')).toContain('Observation:')
    else {
      expect(taken.beliefs).toEqual([])
      expect(after.sheet).toEqual(before.sheet)
    }
    expect(readdirSync(home).sort()).toEqual(['a.forager', 'b.forager', 'out'])
  })
})
