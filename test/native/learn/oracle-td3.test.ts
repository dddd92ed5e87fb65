import { describe, expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { forward } from '../../main/policy/double-policy.ts'
import { describeAgreement, testSlip } from '../../oracle/agreement-suite.ts'
import { expectAgreement, expectDifference } from '../../oracle/compare.ts'
import { ComparedUpdate } from '../../oracle/compared-update.ts'
import { actions, makeDataset, makeTipDataset, states } from '../../oracle/dataset.ts'
import { Draws } from '../../oracle/draw.ts'
import { toAnyPoint } from '../../oracle/oracle.ts'
import type { Mode } from '../../oracle/oracle.ts'
import { td3BcOracle, td3Oracle } from '../../oracle/td3.ts'
import type { Td3Settings } from '../../oracle/td3.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { trainToEnd } from './train-to-end.ts'

const reach = { goal: Float32Array.of(0.4, -0.2, 0.5), model: armModel() }

const modes = ['published', 'paper', 'modern'] as const
for (const mode of modes) describeAgreement(`TD3 ${mode}`, td3Oracle(mode))
for (const mode of modes) describeAgreement(`TD3+BC ${mode}`, td3BcOracle(mode))
describeAgreement('TD3 published with a reach task', td3Oracle('published', { reach }))
for (const mode of modes)
  describeAgreement(`TD3 ${mode} to any point`, toAnyPoint(td3Oracle(mode, { reach })), { data: makeTipDataset() })
describeAgreement('TD3+BC to any point', toAnyPoint(td3BcOracle('modern')), { data: makeTipDataset() })

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

  testSlip('row 2, with a reach task rewards and ends are those of the whole batch', {
    oracle: (mode: Mode, changes?: Partial<Td3Settings>) => oracle(mode, { reach, ...changes }),
    slip: { meanReward: true },
    others: { meanReward: false },
    shows,
  })
  test('row 2, without a reach task they are those of each transition', async () => {
    const made = await ComparedUpdate.make(makeDataset(), oracle('published'), 5)
    expectAgreement(made.losses, made.tensorLosses(oracle('published')))
    expectDifference(made.losses, made.tensorLosses(oracle('published', { reach })), shows)
  })

  test.each(modes)('row 10, noise of deviation 0.1 on every action that is taken: %s', async (mode) => {
    const { acts, unlike } = await actLikeTheOracle(mode)
    expect(acts).toBeLessThan(1e-5)
    expect(unlike).toBeGreaterThan(1e-2)
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

/** Largest difference between actions of the native policy and of the oracle; and of one that is wrong in row 10. */
async function actLikeTheOracle(mode: Mode) {
  const settings = { ...td3Oracle(mode).sizes, normalise: 0 }
  const job = new native.TrainingJob({ learner: 'td3', mode, settings, seed: 7, threads: 1, replay: makeDataset().replay })
  await trainToEnd(job, 5)
  const policy = new native.Policy(job.policy())
  const actor = job.networks()['actor'] ?? []
  job.close()
  policy.reset(3)
  const draws = new Draws(3)
  const action = new Float32Array(actions)
  const right = mode === 'published' ? 0.1 : 0
  let acts = 0
  let unlike = 0
  for (let step = 0; step < 5; step++) {
    const observation = randomFloats(states, 70 + step, 1)
    const [noise] = draws.normals('policy', 1, actions) as [number[]]
    policy.act(observation, action)
    const far = (deviation: number) => {
      const wanted = forward(actor, [...observation]).map((a, c) => a + deviation * (noise[c] as number))
      return Math.max(...wanted.map((a, c) => Math.abs(Math.max(-1, Math.min(1, a)) - (action[c] as number))))
    }
    acts = Math.max(acts, far(right))
    unlike = Math.max(unlike, far(0.1 - right))
  }
  return { acts, unlike }
}
