import { describe, expect, test } from 'vitest'
import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { ComparedUpdate } from '../../oracle/compared-update.ts'
import { makeDataset } from '../../oracle/dataset.ts'
import { rolloutOracle } from '../../oracle/rollout.ts'

describeAgreement('Model roll-out', rolloutOracle('modern'))
describeAgreement('Model roll-out with a gradient longer than its limit', rolloutOracle('paper', { gradientNorm: 0.01 }), {
  settings: { gradientNorm: 0.01 },
})

describe('when the policy learns', () => {
  test('after the updates of the models alone, in every third update', async () => {
    const oracle = rolloutOracle('paper', { modelUpdates: 3, policyEvery: 3 })
    for (const update of [1, 3, 4, 6, 7, 9]) {
      const { losses } = (await ComparedUpdate.make(makeDataset(), oracle, update)).losses
      expect(Number.isNaN(losses['actor']), `update ${update}`).toBe(update < 6 || update % 3 !== 0)
      expect(losses['model']).toBeGreaterThan(0)
    }
  })
})
