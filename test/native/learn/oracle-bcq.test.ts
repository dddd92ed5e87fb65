import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { BcqSampler } from '../../../src/main/platform/native-policy.ts'
import { bcqChoice } from '../../main/policy/double-policy.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { describeAgreement, testSlip } from '../../oracle/agreement-suite.ts'
import { bcqOracle, latent } from '../../oracle/bcq.ts'
import type { BcqSettings } from '../../oracle/bcq.ts'
import { expectAgreement, expectDifference } from '../../oracle/compare.ts'
import { ComparedUpdate, numbersOf } from '../../oracle/compared-update.ts'
import { actions, makeDataset, makeTipDataset, states } from '../../oracle/dataset.ts'
import { Draws } from '../../oracle/draw.ts'
import { toAnyPoint } from '../../oracle/oracle.ts'
import type { Mode } from '../../oracle/oracle.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { trainToEnd } from './train-to-end.ts'

// A raw deviation comes close to 0, where its logarithm is steep.
const tolerance = 1e-4

const reach = { goal: Float32Array.of(0.4, -0.2, 0.5), model: armModel() }

describeAgreement('BCQ published', bcqOracle('published'), { tolerance })
describeAgreement('BCQ published with a reach task', bcqOracle('published', { reach }), { tolerance })
describeAgreement('BCQ paper', bcqOracle('paper'))
describeAgreement('BCQ modern', bcqOracle('modern'))
describeAgreement('BCQ to any point', toAnyPoint(bcqOracle('modern')), { data: makeTipDataset() })

describeAgreement('BCQ with actions at their bound', bcqOracle('paper', { bound: 2 }), { settings: { bound: 2 } })

describe('slips of the published BCQ', () => {
  const oracle = bcqOracle
  testSlip('row 11, a perturbation bound of 0.1', {
    oracle,
    slip: { bound: 0.1 },
    others: { bound: 0.05 },
    shows: ['perturbation'],
    tolerance,
  })
  testSlip('row 12, the perturbation learns on the actions of the dataset', {
    oracle,
    slip: { datasetActions: true },
    others: { datasetActions: false },
    shows: ['perturbation'],
    tolerance,
  })
  testSlip('row 13, the deviation is a raw output', {
    oracle,
    slip: { rawDeviation: true },
    others: { rawDeviation: false },
    shows: ['encoder'],
    tolerance,
  })
  testSlip('row 13, a decoder without tanh', {
    oracle,
    slip: { linearDecoder: true },
    others: { linearDecoder: false },
    shows: ['decoder'],
    tolerance,
  })
  testSlip('row 13, a divergence that weighs 1 / (2 J)', {
    oracle,
    slip: { weakDivergence: true },
    others: { weakDivergence: false },
    shows: ['encoder'],
    tolerance,
  })
  testSlip('row 14, the maxima over the actions are taken before they are mixed', {
    oracle,
    slip: { maximumOutside: true },
    others: { maximumOutside: false },
    shows: ['critic1', 'critic2'],
    tolerance,
  })
  testSlip('row 18, time limits and cuts are terminals', {
    oracle,
    slip: { endsTerminal: true },
    others: { endsTerminal: false },
    shows: ['critic1', 'critic2'],
    tolerance,
  })

  testSlip('row 2, with a reach task rewards and ends are those of the whole batch', {
    oracle: (mode: Mode, changes?: Partial<BcqSettings>) => oracle(mode, { reach, ...changes }),
    slip: { meanReward: true },
    others: { meanReward: false },
    shows: ['critic1', 'critic2'],
    tolerance,
  })
  test('row 2, without a reach task they are those of each transition', async () => {
    const made = await ComparedUpdate.make(makeDataset(), oracle('published'), 5)
    expectAgreement(made.losses, made.tensorLosses(oracle('published')), tolerance)
    expectDifference(made.losses, made.tensorLosses(oracle('published', { reach })), ['critic1', 'critic2'])
  })

  test.each(['published', 'paper', 'modern'] as const)(
    'row 15, the target critic ranks and the winner is perturbed again: %s',
    async (mode) => {
      const { acts, ranks, unlike } = await actLikeTheOracle(mode)
      expect(acts).toBeLessThan(1e-5)
      expect(ranks).toEqual(mode === 'published' ? ['targetCritic1'] : ['critic1'])
      expect(unlike).toBeGreaterThan(1e-3)
    },
  )
})

/**
 * Largest difference between the actions of the native policy and of the oracle, and of an oracle that is wrong in row
 * 15; the networks of the learner whose weights the policy's critic has.
 */
async function actLikeTheOracle(mode: Mode) {
  const settings = { ...bcqOracle(mode).sizes, normalise: 0, learningRate: 0.01 }
  const job = new native.TrainingJob({ learner: 'bcq', mode, settings, seed: 7, threads: 1, replay: makeDataset().replay })
  await trainToEnd(job, 5)
  const parts = job.policy()
  const weights = job.networks()
  job.close()
  const ranking = numbersOf(parts.networks['critic'] ?? []).join()
  const ranks = Object.keys(weights).filter((name) => numbersOf(weights[name] ?? []).join() === ranking)
  const sampler = { ...(parts.sampler as BcqSampler), latentClip: 0.5, bound: 0.05, perturbsWinner: false }
  const right = mode === 'published' ? { ...sampler, bound: 0.1, perturbsWinner: true } : sampler
  const wrong = { ...right, perturbsWinner: !right.perturbsWinner }
  const policy = new native.Policy(parts)
  policy.reset(3)
  const draws = new Draws(3)
  const action = new Float32Array(actions)
  let acts = 0
  let unlike = 0
  for (let step = 0; step < 5; step++) {
    const observation = randomFloats(states, 70 + step, 1)
    const noise = draws.normals('policy', mode === 'modern' ? 100 : 10, latent)
    policy.act(observation, action)
    const far = (other: number[]) => Math.max(...other.map((value, c) => Math.abs(value - (action[c] as number))))
    acts = Math.max(acts, far(bcqChoice({ ...parts, sampler: right }, [...observation], noise).action))
    unlike = Math.max(unlike, far(bcqChoice({ ...parts, sampler: wrong }, [...observation], noise).action))
  }
  return { acts, ranks, unlike }
}
