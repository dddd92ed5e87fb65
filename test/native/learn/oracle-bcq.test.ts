import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { describeAgreement, testSlip } from '../../oracle/agreement-suite.ts'
import { bcqOracle, latent } from '../../oracle/bcq.ts'
import { numbersOf } from '../../oracle/compared-update.ts'
import { actions, makeDataset, states } from '../../oracle/dataset.ts'
import { Draws } from '../../oracle/draw.ts'
import { bcqAction } from '../../oracle/numbers/bcq-policy.ts'
import { NumberNetwork } from '../../oracle/numbers/network.ts'
import type { Mode } from '../../oracle/oracle.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { trainToEnd } from './train-to-end.ts'

for (const mode of ['published', 'paper', 'modern'] as const) describeAgreement(`BCQ ${mode}`, bcqOracle(mode))

describeAgreement('BCQ with actions at their bound', bcqOracle('paper', { bound: 2 }), { settings: { bound: 2 } })

describe('slips of the published BCQ', () => {
  const oracle = bcqOracle
  testSlip('row 11, a perturbation bound of 0.1', {
    oracle,
    slip: { bound: 0.1 },
    others: { bound: 0.05 },
    shows: ['perturbation'],
  })
  testSlip('row 12, the perturbation learns on the actions of the dataset', {
    oracle,
    slip: { datasetActions: true },
    others: { datasetActions: false },
    shows: ['perturbation'],
  })
  testSlip('row 13, the deviation is a raw output', {
    oracle,
    slip: { rawDeviation: true },
    others: { rawDeviation: false },
    shows: ['encoder'],
  })
  testSlip('row 13, a decoder without tanh', {
    oracle,
    slip: { linearDecoder: true },
    others: { linearDecoder: false },
    shows: ['decoder'],
  })
  testSlip('row 13, a divergence that weighs 1 / (2 J)', {
    oracle,
    slip: { weakDivergence: true },
    others: { weakDivergence: false },
    shows: ['encoder'],
  })
  testSlip('row 14, the maxima over the actions are taken before they are mixed', {
    oracle,
    slip: { maximumOutside: true },
    others: { maximumOutside: false },
    shows: ['critic1', 'critic2'],
  })
  testSlip('row 18, time limits and cuts are terminals', {
    oracle,
    slip: { endsTerminal: true },
    others: { endsTerminal: false },
    shows: ['critic1', 'critic2'],
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
  const network = (name: string) => new NumberNetwork(parts.networks[name] ?? [])
  const networks = { decoder: network('decoder'), perturbation: network('perturbation'), critic: network('critic') }
  const acting = { latentClip: 0.5, bound: mode === 'published' ? 0.1 : 0.05, perturbsWinner: mode === 'published' }
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
    acts = Math.max(acts, far(bcqAction(networks, [...observation], noise, acting)))
    const wrong = { ...acting, perturbsWinner: !acting.perturbsWinner }
    unlike = Math.max(unlike, far(bcqAction(networks, [...observation], noise, wrong)))
  }
  return { acts, ranks, unlike }
}
