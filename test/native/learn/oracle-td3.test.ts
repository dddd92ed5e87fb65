import { describe, expect, test } from 'vitest'
import { describeAgreement, testSlip } from '../../oracle/agreement-suite.ts'
import { ComparedUpdate } from '../../oracle/compared-update.ts'
import { makeDataset } from '../../oracle/dataset.ts'
import type { Mode } from '../../oracle/oracle.ts'
import { td3BcOracle, td3Oracle } from '../../oracle/td3.ts'

const modes = ['published', 'paper', 'modern'] as const
for (const mode of modes) describeAgreement(`TD3 ${mode}`, td3Oracle(mode))
for (const mode of modes) describeAgreement(`TD3+BC ${mode}`, td3BcOracle(mode))

describe('slips of the published TD3', () => {
  const oracle = td3Oracle
  const shows = ['critic1', 'critic2']
  testSlip('row 8, one noise vector for the whole batch', {
    oracle,
    slip: { sharedNoise: true },
    others: { sharedNoise: false },
    shows,
  })
  testSlip('row 8, smoothing 0.1 with a clip that never binds', {
    oracle,
    slip: { smoothing: 0.1, smoothingClip: 1 },
    others: { smoothing: 0.2, smoothingClip: 0.5 },
    shows,
  })
  testSlip('row 8, the next action from the online actor', {
    oracle,
    slip: { onlineTargetActor: true },
    others: { onlineTargetActor: false },
    shows,
  })
  testSlip('row 18, time limits and cuts are terminals', {
    oracle,
    slip: { endsTerminal: true },
    others: { endsTerminal: false },
    shows,
  })

  test('row 9, the actor learns in every update; in the others in every second', async () => {
    const dataset = makeDataset()
    const actorLearns = async (mode: Mode, update: number) =>
      !Number.isNaN((await ComparedUpdate.make(dataset, td3Oracle(mode), update)).losses.losses['actor'])
    for (const update of [1, 2, 3, 4]) {
      expect(await actorLearns('published', update)).toBe(true)
      expect(await actorLearns('paper', update)).toBe(update % 2 === 1)
      expect(await actorLearns('modern', update)).toBe(update % 2 === 0)
    }
  })
})
