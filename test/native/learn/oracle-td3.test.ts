import { describe, expect, test } from 'vitest'
import { describeAgreement, testSlip } from '../../oracle/agreement-suite.ts'
import { compare, tolerance } from '../../oracle/compare.ts'
import { ComparedUpdate } from '../../oracle/compared-update.ts'
import { makeDataset } from '../../oracle/dataset.ts'
import { td3BcSettings, td3Modes, td3Oracle } from '../../oracle/td3.ts'
import type { Td3Settings } from '../../oracle/td3.ts'

const modes = ['published', 'paper', 'modern'] as const
for (const mode of modes) describeAgreement(`TD3 ${mode}`, td3Oracle(mode))
for (const mode of modes) describeAgreement(`TD3+BC ${mode}`, td3Oracle(mode, td3BcSettings))

describe('slips of the published TD3', () => {
  const slip = (change: (published: boolean) => Partial<Td3Settings>) => {
    const pair = (mode: (typeof modes)[number]) => ({
      right: td3Oracle(mode),
      wrong: td3Oracle(mode, { ...td3Modes[mode], ...change(mode === 'published') }),
    })
    return { published: pair('published'), paper: pair('paper'), modern: pair('modern') }
  }

  testSlip('row 8, one noise vector for the whole batch', {
    slip: slip((published) => ({ sharedNoise: !published })),
    shows: ['critic1', 'critic2'],
  })
  testSlip('row 8, smoothing 0.1 with a clip that never binds', {
    slip: slip((published) => (published ? { smoothing: 0.2, smoothingClip: 0.5 } : { smoothing: 0.1, smoothingClip: 1 })),
    shows: ['critic1', 'critic2'],
  })
  testSlip('row 8, the next action from the online actor', {
    slip: slip((published) => ({ onlineTargetActor: !published })),
    shows: ['critic1', 'critic2'],
  })
  testSlip('row 18, time limits and cuts are terminals', {
    slip: slip((published) => ({ endsTerminal: !published })),
    shows: ['critic1', 'critic2'],
  })

  test('row 9, the actor learns in every update; in the others in every second', async () => {
    const dataset = makeDataset()
    const actorLearns = async (mode: (typeof modes)[number], update: number) =>
      !Number.isNaN((await ComparedUpdate.make(dataset, td3Oracle(mode), update)).losses.losses['actor'])
    for (const update of [1, 2, 3, 4]) {
      expect(await actorLearns('published', update)).toBe(true)
      expect(await actorLearns('paper', update)).toBe(update % 2 === 1)
      expect(await actorLearns('modern', update)).toBe(update % 2 === 0)
    }
  })
})

describe('the comparison catches a loss that is wrong by 1 %', () => {
  const onePercent: Record<string, Partial<Td3Settings>> = {
    'in the discount': { discount: 0.99 * 0.99 },
    'in the smoothing': { smoothing: 0.2 * 0.99 },
    'in the weight of the value': { valueWeight: 2.5 * 0.99 },
  }
  test.each(Object.entries(onePercent))('%s', async (_, wrong) => {
    const made = await ComparedUpdate.make(makeDataset(), td3Oracle('paper', td3BcSettings), 2)
    const { worst } = compare(made.losses, made.tensorLosses(td3Oracle('paper', { ...td3BcSettings, ...wrong })))
    expect(worst).toBeGreaterThan(tolerance)
  })
})
