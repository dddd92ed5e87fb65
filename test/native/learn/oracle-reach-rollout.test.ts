import { expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native-learn.ts'
import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { makeArmDataset } from '../../oracle/arm-dataset.ts'
import { nativeChanges, reachRolloutOracle } from '../../oracle/reach-rollout.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { trainToEnd } from './train-to-end.ts'

const reach = { goal: Float32Array.of(0.4, -0.2, 0.5), model: armModel() }
const data = makeArmDataset()

describeAgreement('Model roll-out to a point', reachRolloutOracle('modern', reach), { data, settings: nativeChanges })
describeAgreement(
  'Model roll-out to a point with a gradient longer than its limit',
  reachRolloutOracle('paper', reach, { gradientNorm: 0.01 }),
  { data, settings: { ...nativeChanges, gradientNorm: 0.01 } },
)

describeAgreement('Model roll-out to any point', reachRolloutOracle('modern', { ...reach, goal: null }), {
  data: makeArmDataset(true),
  settings: nativeChanges,
})

const still = { modelRate: 0, policyRate: 0, disturbance: 0, heldShare: 1, starts: 1, modelUpdates: 0, policyEvery: 1 }

/** Costs of the policy in each update, when nothing learns and the one roll-out begins at the one home. */
async function costs(settings: Record<string, number>, updates: number): Promise<number[]> {
  const replay = new native.Replay({ observationSize: 14, actionSize: 7 })
  const home = [...armModel().home, ...Array<number>(7).fill(0)]
  replay.addEpisode(Float32Array.from([...home, ...home, ...home]), new Float32Array(14), new Float32Array(2), false)
  const found: number[] = []
  for (let count = 1; count <= updates; count++) {
    const job = new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings: { ...still, ...settings }, seed: 3, threads: 1, replay, reach })
    await trainToEnd(job, count)
    found.push(job.losses()['actor'] as number)
    job.close()
  }
  return found
}

/**
 * An arm that follows its actions with half a step of lag, in episodes of 20 steps from home; its tool tip is not told.
 * Actions are within `largest`.
 */
function lagging(episodes: number, largest = 1): Replay {
  const replay = new native.Replay({ observationSize: 17, actionSize: 7 })
  for (let episode = 0; episode < episodes; episode++) {
    const actions = randomFloats(20 * 7, episode, largest)
    let [q, dq] = [[...armModel().home], Array<number>(7).fill(0)]
    const observations = [...q, ...dq, 0, 0, 0]
    for (let t = 0; t < 20; t++) {
      dq = dq.map((velocity, j) => 0.5 * velocity + 0.25 * (actions[7 * t + j] as number))
      q = q.map((angle, j) => angle + 0.05 * (dq[j] as number))
      observations.push(...q, ...dq, 0, 0, 0)
    }
    replay.addEpisode(Float32Array.from(observations), actions, new Float32Array(20), false)
  }
  return replay
}

test('a policy for any point observes the goal and turns to its side', async () => {
  const settings = { modelUpdates: 300, policyEvery: 1, decayUpdates: 0, horizon: 15, starts: 32 }
  const anyGoal = { ...reach, goal: null }
  const job = new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings, seed: 3, threads: 1, replay: lagging(60), reach: anyGoal })
  await trainToEnd(job, 600)
  const policy = new native.Policy(job.policy())
  expect(policy.observationSize).toBe(17)
  const firstJoint = (y: number) => {
    const action = new Float32Array(7)
    policy.act(Float32Array.from([...armModel().home, ...Array<number>(7).fill(0), 0.45, y, 0.5]), action)
    return action[0] as number
  }
  expect(firstJoint(0.3)).toBeGreaterThan(firstJoint(-0.3) + 0.05)
  job.close()
})

test('how sensitive a policy begins does not depend on how much the arm of the dataset moved', () => {
  const [little, much] = [0.05, 1].map((largest) => {
    const anyGoal = { ...reach, goal: null }
    const job = new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings: {}, seed: 3, threads: 1, replay: lagging(6, largest), reach: anyGoal })
    const { networks } = job.policy()
    job.close()
    return networks
  })
  expect(little).toEqual(much)
})

test('a held roll-out goes on from update to update, and begins at home again', async () => {
  const [whole] = await costs({ horizon: 15, heldHorizons: 9 }, 1)
  const parts = await costs({ horizon: 5, heldHorizons: 3 }, 4)
  expect(((parts[0] as number) + (parts[1] as number) + (parts[2] as number)) / 3).toBeCloseTo(whole as number, 6)
  expect(parts[1]).not.toBeCloseTo(parts[0] as number, 6)
  expect(parts[3]).toBeCloseTo(parts[0] as number, 9)
})

test('a dataset whose arm is never free is refused', () => {
  const replay = new native.Replay({ observationSize: 14, actionSize: 7 })
  const { limits } = armModel()
  const corner = [...limits.qMax, ...Array<number>(7).fill(0)]
  replay.addEpisode(Float32Array.from([...corner, ...corner, ...corner]), new Float32Array(14), new Float32Array(2), false)
  const make = () => new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings: {}, seed: 0, threads: 1, replay, reach })
  expect(make).toThrow(/near a limit/)
})

test('data that are not an arm’s are refused', () => {
  const replay = new native.Replay({ observationSize: 5, actionSize: 3 })
  replay.addEpisode(new Float32Array(15), new Float32Array(6), new Float32Array(2), false)
  const make = () => new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings: {}, seed: 0, threads: 1, replay, reach })
  expect(make).toThrow(/seven joint angles/)
})
