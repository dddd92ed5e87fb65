import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { modeSchema } from '../../../src/contract/world.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { ExplorerLearning } from '../../../src/main/platform/native-explore.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { exploreInPlace } from './explore-in-place.ts'
import { smallSettings } from './small-explorer.ts'

const WORLDS = ['panda', 'HalfCheetah-v1', 'Hopper-v1', 'Walker2d-v1'] as const
const explorers = native
  .describeExplorers()
  .flatMap((explorer) => modeSchema.options.map((mode) => ({ explorer, mode })))

function expectFinite({ behind, losses }: ExplorerLearning): void {
  expect(behind).toBe(0)
  expect(Object.entries(losses).filter(([, value]) => !Number.isFinite(value))).toEqual([])
}

describe.each(explorers)('$explorer.name in $mode mode', ({ explorer, mode }) => {
  const common = { explorer: explorer.name, mode, stepsPerEpisode: 1000 }

  test.each(WORLDS)('stays finite over 20,000 transitions of %s with small networks', async (world) => {
    const path = join(temporaryFolder(), 'a.forager')
    const changes = smallSettings(explorer)
    expectFinite((await exploreInPlace({ ...common, world, path, changes, target: 20_000 })).learning)
  })

  test('stays finite over 2,000 transitions of HalfCheetah-v1 with its own settings', async () => {
    const path = join(temporaryFolder(), 'a.forager')
    const changes = explorer.settings.some(({ key }) => key === 'warmUp') ? { warmUp: 1000 } : {}
    expectFinite((await exploreInPlace({ ...common, world: 'HalfCheetah-v1', path, changes, target: 2000 })).learning)
  })
})
