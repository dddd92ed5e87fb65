import { describe, test } from 'vitest'
import { describeAgreement, testSlip } from '../../oracle/agreement-suite.ts'
import { expectAgreement, expectDifference } from '../../oracle/compare.ts'
import { ComparedUpdate } from '../../oracle/compared-update.ts'
import { makeDataset, makeTipDataset } from '../../oracle/dataset.ts'
import { toAnyPoint } from '../../oracle/oracle.ts'
import { sacBroadcastOracle } from '../../oracle/sac-broadcast.ts'
import { sacOracle } from '../../oracle/sac.ts'

// A rectified deviation comes close to 0, where its logarithm is steep.
const tolerance = 1e-4

describeAgreement('SAC published', sacOracle('published'), { tolerance })
describeAgreement('SAC paper', sacOracle('paper'))
describeAgreement('SAC paper with the smaller critic in the actor’s loss', sacOracle('paper', { minimumInActor: true }), {
  settings: { minimumInActor: 1 },
})
describeAgreement('SAC modern', sacOracle('modern'))
describeAgreement('SAC to any point', toAnyPoint(sacOracle('modern')), { data: makeTipDataset() })

describe('slips of the published SAC', () => {
  const oracle = sacOracle
  testSlip('row 1, every transition gets the batch’s mean reward', {
    oracle,
    slip: { meanReward: true },
    others: { meanReward: false },
    shows: ['critic1', 'critic2'],
    tolerance,
  })
  testSlip('row 3, the density is averaged over the dimensions', {
    oracle,
    slip: { densityPerDimension: true },
    others: { densityPerDimension: false },
    shows: ['actor', 'deviation'],
    tolerance,
  })
  testSlip('row 18, time limits and cuts are terminals', {
    oracle,
    slip: { endsTerminal: true },
    others: { endsTerminal: false },
    shows: ['critic1', 'critic2'],
    tolerance,
  })

  test.each(['published', 'paper'] as const)('row 3, the value gets the batch’s mean entropy: %s', async (mode) => {
    const right = sacOracle(mode)
    const made = await ComparedUpdate.make(makeDataset(), right, 5)
    expectAgreement(made.losses, made.tensorLosses(right), tolerance)
    expectDifference(made.losses, made.tensorLosses(sacOracle(mode, { meanEntropy: mode !== 'published' })), ['value'])
  })

  test('rows 1 and 3 are the broadcasts of the released code', async () => {
    const made = await ComparedUpdate.make(makeDataset(), sacOracle('published'), 5)
    const { gradients } = made.tensorLosses(sacBroadcastOracle())
    expectAgreement({ losses: {}, gradients: made.losses.gradients }, { losses: {}, gradients }, tolerance)
  })
})
