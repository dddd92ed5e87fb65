import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { modeSchema } from '../../../src/contract/world.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { native } from '../../../src/main/platform/native.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { exploreInPlace } from './explore-in-place.ts'
import { smallSettings } from './small-explorer.ts'

const WORLDS = ['panda', 'HalfCheetah-v1', 'Hopper-v1', 'Walker2d-v1'] as const
const explorers = native
  .describeExplorers()
  .flatMap((explorer) => modeSchema.options.map((mode) => ({ explorer, mode })))

/** Everything that a continued run must have in common with one that was not cut. */
function contentOf(path: string): unknown {
  const reader = new DatasetReader(path)
  const episodes = [...reader.trainingEpisodes()].map((episode) => ({
    ...episode,
    // An arm's clock is the machine's.
    tickTimes: [],
    skill: reader.skill(episode.episode),
  }))
  reader.close()
  const db = new Database(path, { readonly: true })
  const has = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'explorer_state'").get()
  const state = has ? db.prepare('SELECT episode, state FROM explorer_state').get() : null
  db.close()
  return { episodes, state }
}

describe.each(explorers)('$explorer.name in $mode mode', ({ explorer, mode }) => {
  const common = { explorer: explorer.name, mode, changes: smallSettings(explorer), stepsPerEpisode: 40 }

  test.each(['panda', 'HalfCheetah-v1'] as const)(
    'a cut and continued run of %s gives the same bytes',
    async (world) => {
      const whole = join(temporaryFolder(), 'whole.forager')
      await exploreInPlace({ ...common, world, path: whole, target: 300 })
      const parts = join(temporaryFolder(), 'parts.forager')
      for (const endAfterEpisodes of [2, 3])
        expect((await exploreInPlace({ ...common, world, path: parts, target: 300, endAfterEpisodes })).end).toBe(
          'ended',
        )
      expect((await exploreInPlace({ ...common, world, path: parts, target: 300 })).end).toBe('complete')
      expect(contentOf(parts)).toEqual(contentOf(whole))
    },
  )

  test.each(WORLDS)('its losses stay finite in %s, and it makes one update for each step', async (world) => {
    const path = join(temporaryFolder(), 'a.forager')
    const { learning } = await exploreInPlace({ ...common, world, path, target: 250 })
    const { updates, behind, losses } = learning
    expect(Object.entries(losses).filter(([, value]) => !Number.isFinite(value))).toEqual([])
    expect(behind).toBe(0)
    // From the transition that fills a batch, or ends the uniform ones.
    if (Object.keys(losses).length > 0) expect(updates).toBe(250 - 20 + 1)
  })
})
