import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { bcqOracle } from '../../oracle/bcq.ts'
import { numbersOf } from '../../oracle/compared-update.ts'
import { cqlOracle } from '../../oracle/cql.ts'
import { makeDataset } from '../../oracle/dataset.ts'
import { iqlOracle } from '../../oracle/iql.ts'
import type { Weights } from '../../oracle/native-update.ts'
import type { Mode } from '../../oracle/oracle.ts'
import { rolloutOracle } from '../../oracle/rollout.ts'
import { sacOracle } from '../../oracle/sac.ts'
import { AdamOracle, farthest, followed } from '../../oracle/steps.ts'
import type { StepRule } from '../../oracle/steps.ts'
import { td3BcOracle, td3Oracle } from '../../oracle/td3.ts'
import { trainToEnd } from './train-to-end.ts'

/** Rates and targets of the releases that each method is taken from. */
const targetCritics = { targetCritic1: 'critic1', targetCritic2: 'critic2' }
const targetRate = 0.005
const horizon = 8

const sameRate = (names: string[], rate: number) => Object.fromEntries(names.map((name) => [name, rate]))
const td3 = (rate: number): StepRule => ({
  rates: sameRate(['actor', 'critic1', 'critic2'], rate),
  targets: { targetActor: 'actor', ...targetCritics },
  targetRate,
})
const bcq = (targets: Record<string, string>): StepRule => ({
  rates: sameRate(['encoder', 'decoder', 'perturbation', 'critic1', 'critic2'], 1e-3),
  targets: { ...targets, ...targetCritics },
  targetRate,
})
const halfCosine = (rate: number, steps: number) => (t: number) => (rate * (1 + Math.cos((Math.PI * (t - 1)) / steps))) / 2
const actorOfIql = halfCosine(3e-4, horizon)
const iql: StepRule = {
  rates: { value: 3e-4, actor: actorOfIql, logDeviation: actorOfIql, critic1: 3e-4, critic2: 3e-4 },
  targets: targetCritics,
  targetRate,
}
const cql = (actorRate: number): StepRule => ({
  rates: { actor: actorRate, logAlpha: actorRate, critic1: 3e-4, critic2: 3e-4 },
  targets: targetCritics,
  targetRate,
})
const sac = (others: string[], targets: Record<string, string>): StepRule => ({
  rates: sameRate(['actor', 'critic1', 'critic2', ...others], 3e-4),
  targets,
  targetRate,
})

const modelRate = halfCosine(1e-3, horizon)
const rollout: StepRule = {
  rates: {
    model1: modelRate,
    model2: modelRate,
    hazard: modelRate,
    reward: modelRate,
    actor: halfCosine(5e-4, horizon + 1),
  },
  targets: {},
  targetRate,
}

const oracles = { td3: td3Oracle, td3_bc: td3BcOracle, bcq: bcqOracle, iql: iqlOracle, cql: cqlOracle, sac: sacOracle, rollout: rolloutOracle }
const rules: Record<keyof typeof oracles, Record<Mode, StepRule>> = {
  td3: { published: td3(1e-3), paper: td3(1e-3), modern: td3(3e-4) },
  td3_bc: { published: td3(3e-4), paper: td3(3e-4), modern: td3(3e-4) },
  bcq: {
    published: bcq({}),
    paper: bcq({ targetPerturbation: 'perturbation' }),
    modern: bcq({ targetPerturbation: 'perturbation' }),
  },
  iql: { published: iql, paper: iql, modern: iql },
  cql: { published: cql(1e-4), paper: cql(1e-4), modern: cql(3e-5) },
  sac: {
    published: sac(['deviation', 'value'], { targetValue: 'value' }),
    paper: sac(['value'], { targetValue: 'value' }),
    modern: sac(['logAlpha'], targetCritics),
  },
  rollout: { published: rollout, paper: rollout, modern: rollout },
}
/** Short decays of the learning rates, for the learners that have one. */
const decays: Record<string, Record<string, number>> = { iql: { horizon }, rollout: { decayUpdates: horizon } }

const everyWay = Object.entries(rules).flatMap(([learner, ofMode]) =>
  Object.entries(ofMode).map(([mode, rule]) => ({ learner: learner as keyof typeof oracles, mode: mode as Mode, rule })),
)

describe('steps along the gradients', () => {
  test.each(everyWay)('$learner $mode: Adam, then the targets follow', async ({ learner, mode, rule }) => {
    const settings = { ...oracles[learner](mode).sizes, ...decays[learner] }
    const replay = makeDataset().replay
    const job = new native.TrainingJob({ learner, mode, settings, seed: 7, threads: 1, replay, keepGradients: true })
    const adams = new Map(Object.keys(rule.rates).map((name) => [name, new AdamOracle()]))
    const initial = job.networks()
    for (const [target, source] of Object.entries(rule.targets)) expect(initial[target]).toEqual(initial[source])
    expect(Object.keys(initial).sort()).toEqual([...adams.keys(), ...Object.keys(rule.targets)].sort())

    let before = initial
    for (let update = 1; update <= 6; update++) {
      await trainToEnd(job, update)
      const after = job.networks()
      // TD3 delays the actor and with it all targets.
      const delayed = Number.isNaN(job.losses()['actor']) ? ['actor', ...Object.keys(rule.targets)] : []
      const expected = expectedWeights(before, after, job.gradients(), rule, adams, delayed)
      for (const [name, weights] of Object.entries(expected))
        expect(farthest(after, name, weights), `${name} in update ${update}`).toBeLessThan(2e-7)
      before = after
    }
    job.close()
  })
})

function expectedWeights(
  before: Weights,
  after: Weights,
  gradients: Weights,
  rule: StepRule,
  adams: Map<string, AdamOracle>,
  delayed: string[],
): Record<string, Float64Array> {
  const expected: Record<string, Float64Array> = {}
  for (const name of Object.keys(before)) expected[name] = numbersOf(before[name] ?? [])
  for (const [name, adam] of adams)
    if (!delayed.includes(name))
      expected[name] = adam.step(expected[name] as Float64Array, numbersOf(gradients[name] ?? []), rule.rates[name] ?? 0)
  for (const [target, source] of Object.entries(rule.targets))
    if (!delayed.includes(target)) expected[target] = followed(before[target] ?? [], after[source] ?? [], rule.targetRate)
  return expected
}
