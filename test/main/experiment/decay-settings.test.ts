import { expect, test } from 'vitest'
import { modeSchema } from '../../../src/contract/world.ts'
import { decayOver } from '../../../src/main/experiment/decay-settings.ts'

test.each(modeSchema.options)(
  'a learning rate that decays over a run does so over the updates of this one: %s',
  (mode) => {
    expect(decayOver(600, 'rollout', mode)).toEqual({ decayUpdates: 600 })
    expect(decayOver(600, 'iql', mode)).toEqual({ horizon: 600 })
    for (const learner of ['td3', 'bcq', 'td3_bc', 'sac', 'cql']) expect(decayOver(600, learner, mode)).toEqual({})
  },
)
