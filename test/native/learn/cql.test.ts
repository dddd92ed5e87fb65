import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native-learn.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import { actionsOf, banditReplay, meanSquare, randomStates } from './bandit.ts'
import { trainToEnd } from './train-to-end.ts'

const small = { batch: 32, hidden1: 32, hidden2: 32, hidden3: 32, penaltySamples: 4 }
const fast = { learningRate: 3e-3, actorLearningRate: 3e-3 }

/** Actions of the data: near half of the state's first two numbers. */
const usual = (state: number[]): number[] => state.slice(0, 2).map((value) => value / 2)
/** A first action above the usual one pays, though the data say little about it. */
const replay = banditReplay(1500, 1, (state, noise) => {
  const action = usual(state).map((value, i) => value + 0.1 * Math.max(-2, Math.min(2, noise[i] as number)))
  return { action, reward: 10 * ((action[0] as number) - (state[0] as number) / 2) }
})

async function trained(mode: string, settings: Record<string, number>, updates: number, from: Replay = replay) {
  const options = { mode, settings: { ...small, ...settings }, seed: 5, threads: 2, keepGradients: true }
  const job = new native.TrainingJob({ learner: 'cql', ...options, replay: from })
  const { state, points } = await trainToEnd(job, updates)
  expect(state).toBe('done')
  const made = { networks: job.networks(), gradients: job.gradients(), losses: job.losses(), policy: job.policy(), points }
  job.close()
  return made
}

/** The mean over states of Q(s, a) with a = `action` of the state. */
function meanValue(critic: PolicyLayer[] | undefined, states: number[][], action: (state: number[]) => number[]): number {
  const network = new native.Policy({ networks: { actor: critic ?? [] }, sampler: null })
  const q = new Float32Array(1)
  return states.reduce((sum, state) => {
    network.act(Float32Array.from([...state, ...action(state)]), q)
    return sum + (q[0] as number) / states.length
  }, 0)
}

describe('the penalty', () => {
  const states = randomStates(200, 9)
  const unusual = (state: number[]) => usual(state).map((value) => (value > 0 ? value - 1 : value + 1))

  test('pushes Q below the data’s where there are no data', async () => {
    const { networks } = await trained('paper', { ...fast, cloningUpdates: 0 }, 500)
    for (const name of ['critic1', 'critic2']) {
      const ofData = meanValue(networks[name], states, usual)
      expect(meanValue(networks[name], states, unusual), name).toBeLessThan(ofData - 3)
    }
  })

  test('without it Q is what the data say', async () => {
    const { networks } = await trained('paper', { ...fast, cloningUpdates: 0, penaltyWeight: 0 }, 500)
    expect(Math.abs(meanValue(networks['critic1'], states, usual))).toBeLessThan(0.3)
    expect(Math.abs(meanValue(networks['critic1'], states, unusual))).toBeLessThan(5)
  })

  test('its factor grows above the threshold and falls below it', async () => {
    const plain = await trained('paper', {}, 1)
    expect(plain.networks['logMultiplier']).toBeUndefined()
    for (const threshold of [0.5, 500]) {
      const held = await trained('paper', { lagrangeThreshold: threshold }, 1)
      // the factor is 1 in the first update: only the thresholds of the two penalties are new
      expect(held.losses['critic']).toBeCloseTo((plain.losses['critic'] as number) - 2 * threshold, 3)
      expect(held.gradients['critic1']).toEqual(plain.gradients['critic1'])
      const factor = held.networks['logMultiplier']?.[0]?.bias[0] as number
      expect(Math.sign(factor)).toBe(threshold === 0.5 ? 1 : -1)
      expect(Math.abs(factor)).toBeCloseTo(3e-4, 6)
    }
  })
})

test('the actor clones the data at first, then climbs the critics', async () => {
  const states = randomStates(200, 9)
  const expected = states.map(usual)
  const cloned = await trained('paper', { ...fast, penaltyWeight: 0.01, cloningUpdates: 1000 }, 1000)
  expect(meanSquare(actionsOf(cloned.policy, states), expected)).toBeLessThan(0.02)
  const climbed = await trained('paper', { ...fast, penaltyWeight: 0.01, cloningUpdates: 200 }, 1000)
  const first = (actions: number[][]) => actions.reduce((sum, [a]) => sum + (a as number), 0) / actions.length
  expect(first(actionsOf(climbed.policy, states))).toBeGreaterThan(first(actionsOf(cloned.policy, states)) + 0.1)
})

test.each(['paper', 'modern'])('%s: a second thread and a checkpoint in between change nothing', async (mode) => {
  const settings = { ...small, batch: 21, hidden2: 50, lagrangeThreshold: 3, cloningUpdates: 4 }
  const make = (threads: number) => new native.TrainingJob({ learner: 'cql', mode, settings, seed: 3, threads, replay })
  const straight = make(1)
  await trainToEnd(straight, 6)
  const half = make(2)
  await trainToEnd(half, 3)
  const resumed = make(2)
  resumed.restore(half.checkpoint())
  await trainToEnd(resumed, 6)
  expect(resumed.networks()).toEqual(straight.networks())
  expect(resumed.losses()).toEqual(straight.losses())
  for (const job of [straight, half, resumed]) job.close()
})
