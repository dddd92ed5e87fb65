import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native-learn.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { trainToEnd } from './train-to-end.ts'

interface SacProbe {
  /** See native/binding/sac_probe.cc. */
  exploreWithSac(
    options: { mode: string; settings: Record<string, number>; seed: number; threads: number },
    steps: number,
    wanted: number,
  ): { actions: Float32Array; mean: number; next: number; restored: number }
}
const { exploreWithSac } = native as unknown as SacProbe

const modes = ['published', 'paper', 'modern'] as const
const small = { batch: 64, hidden1: 32, hidden2: 32 }

/** One-step episodes with random states and actions; `reward` of the state's first number and the action's. */
function bandit(actionSize: number, reward: (s: number, a: number) => number): Replay {
  const replay = new native.Replay({ observationSize: 1, actionSize })
  const s = randomFloats(2000, 1, 1)
  const a = randomFloats(2000 * actionSize, 2, 1)
  s.forEach((value, i) => {
    const action = a.slice(i * actionSize, (i + 1) * actionSize)
    replay.addEpisode(Float32Array.of(value, value), action, Float32Array.of(reward(value, action[0] as number)), true)
  })
  return replay
}

async function trained(replay: Replay, mode: string, settings: Record<string, number>, updates: number) {
  const job = new native.TrainingJob({ learner: 'sac', mode, settings: { ...small, ...settings }, seed: 5, threads: 2, replay })
  const { points, state } = await trainToEnd(job, updates)
  expect(state).toBe('done')
  const made = { networks: job.networks(), policy: job.policy(), losses: job.losses(), points }
  job.close()
  return made
}

/** The mean of a column over the last points: update, seconds, criticLoss, actorLoss, meanQ, saturated. */
function meanOfLast(points: Float64Array, column: number, count: number): number {
  const last = Array.from({ length: count }, (_, i) => points[points.length - 6 * (i + 1) + column] as number)
  return last.reduce((sum, value) => sum + value, 0) / count
}

/** Trapezoids over u of f(u) times the density of N(0, sigma^2). */
function expectation(sigma: number, f: (u: number) => number): number {
  let sum = 0
  const step = 0.01
  for (let e = -6; e <= 6; e += step) sum += ((f(sigma * e) * Math.exp(-(e * e) / 2)) / Math.sqrt(2 * Math.PI)) * step
  return sum
}

/** The smallest mean of weight log N(u; 0, sigma^2) - log(1 - tanh(u)^2) over sigma, for one coordinate. */
function leastLogProbability(densityWeight: number): number {
  let least = Infinity
  for (let sigma = 0.2; sigma < 2; sigma += 0.01) {
    const density = -(1 / 2 + Math.log(sigma) + Math.log(2 * Math.PI) / 2)
    least = Math.min(least, densityWeight * density + expectation(sigma, (u) => 2 * Math.log(Math.cosh(u))))
  }
  return least
}

describe('the entropy alone', () => {
  const nothing = bandit(2, () => 0)
  const settings = { learningRate: 3e-3, targetRate: 0.05, entropyWeight: 1 }

  test('paper: the policy with the most of it', async () => {
    const { points } = await trained(nothing, 'paper', settings, 1500)
    const least = 2 * leastLogProbability(1)
    expect(Math.abs(meanOfLast(points, 3, 300) - least)).toBeLessThan(0.05)
    expect(least).toBeCloseTo(-2 * Math.log(2), 1) // nearly uniform
  })

  test('published: the Gaussian counts by half with two coordinates', async () => {
    const { points } = await trained(nothing, 'published', { ...settings, separateDeviation: 0 }, 1500)
    const least = 2 * leastLogProbability(1 / 2)
    expect(Math.abs(meanOfLast(points, 3, 300) - least)).toBeLessThan(0.05)
    expect(least).toBeGreaterThan(2 * leastLogProbability(1) + 0.3)
  })
})

test('modern: the best action of a problem with a known answer, at a falling temperature', async () => {
  // one step, reward 10 (1 - (a - 0.6 s)^2)
  const replay = bandit(1, (s, a) => 10 * (1 - (a - 0.6 * s) ** 2))
  const { policy: parts, networks, points } = await trained(replay, 'modern', { learningRate: 3e-3, normalise: 0 }, 2500)
  const policy = new native.Policy(parts)
  for (const observation of [-0.9, -0.4, 0, 0.5, 0.8]) {
    const action = new Float32Array(1)
    policy.act(Float32Array.of(observation), action)
    expect(Math.abs((action[0] as number) - 0.6 * observation)).toBeLessThan(0.1)
  }
  expect(meanOfLast(points, 4, 200)).toBeCloseTo(10 * (1 - (1 / 3) * 1.36), 0) // of random actions
  // Around the best action the best policy is a normal one with variance alpha / 20. With the wanted entropy of -1 that
  // is half log(2 pi e alpha / 20) = -1, but for the edges: alpha = 20 e^-2 / (2 pi e) = 0.158.
  const alpha = Math.exp(networks['logAlpha']?.[0]?.bias[0] as number)
  expect(alpha).toBeGreaterThan(0.1)
  expect(alpha).toBeLessThan(0.26)
})

describe('the reward of each transition or of the batch', () => {
  /** Q1 of the published network at the action 0.3, for states from one end to the other. */
  async function valuesOfStates(settings: Record<string, number>): Promise<number[]> {
    const replay = bandit(1, (s) => s)
    const { networks } = await trained(replay, 'published', { learningRate: 3e-3, ...settings }, 600)
    const critic = new native.Policy({ networks: { actor: networks['critic1'] ?? [] }, sampler: null })
    return [-0.8, 0, 0.8].map((s) => {
      const q = new Float32Array(1)
      critic.act(Float32Array.of(s, 0.3), q)
      return q[0] as number
    })
  }

  test('published: of the batch, so that no state is better than another', async () => {
    for (const value of await valuesOfStates({})) expect(Math.abs(value)).toBeLessThan(0.6)
  })

  test('otherwise of each transition, times 5', async () => {
    const values = await valuesOfStates({ meanReward: 0 })
    values.forEach((value, i) => expect(Math.abs(value - [-4, 0, 4][i]!)).toBeLessThan(0.4))
  })
})

describe.each(modes)('%s', (mode) => {
  const replay = bandit(2, (s, a) => s * a)

  test('first weights', async () => {
    const { networks } = await trained(replay, mode, {}, 0)
    const layer = networks['critic1']?.[0]
    const bound = mode === 'published' ? 1 / Math.sqrt(3) : Math.sqrt(6 / (3 + 32))
    const largest = Math.max(...(layer?.weight ?? []).map(Math.abs))
    expect(largest).toBeLessThanOrEqual(Math.fround(bound))
    expect(largest).toBeGreaterThan(0.9 * bound)
    expect(layer?.bias.every((value) => value === 0)).toBe(mode !== 'published')
    const target = mode === 'modern' ? 'Critic1' : 'Value'
    expect(networks[`target${target}`]).toEqual(networks[target.toLowerCase()])
  })

  test('a second thread and a checkpoint in between change nothing', async () => {
    const settings = { ...small, batch: 33, hidden1: 70 }
    const make = (threads: number) => new native.TrainingJob({ learner: 'sac', mode, settings, seed: 3, threads, replay })
    const straight = make(1)
    await trainToEnd(straight, 7)
    const half = make(2)
    await trainToEnd(half, 3)
    const resumed = make(2)
    resumed.restore(half.checkpoint())
    await trainToEnd(resumed, 7)
    expect(resumed.networks()).toEqual(straight.networks())
    expect(resumed.losses()).toEqual(straight.losses())
    for (const job of [straight, half, resumed]) job.close()
  })

  test('the policy kept is the mean', async () => {
    const { networks, policy, losses } = await trained(replay, mode, { normalise: 0 }, 20)
    for (const loss of Object.values(losses)) expect(loss).not.toBeNaN()
    const head = new native.Policy({ networks: { actor: networks['actor'] ?? [] }, sampler: null })
    const mean = new native.Policy(policy)
    expect([head.actionSize, mean.actionSize]).toEqual([mode === 'published' ? 2 : 4, 2])
    const raw = new Float32Array(head.actionSize)
    const action = new Float32Array(2)
    head.act(Float32Array.of(0.4), raw)
    mean.act(Float32Array.of(0.4), action)
    action.forEach((value, i) => expect(value).toBeCloseTo(Math.tanh(raw[i] as number), 6))
  })
})

describe.each(modes)('%s inside an explorer', (mode) => {
  const settings = { ...small, batch: 32, learningRate: 3e-3, rewardScale: 30, normalise: 0, separateDeviation: 0 }
  const options = { mode, settings, seed: 2, threads: 1 }

  test('its replay grows, its rewards come with the batch, and it acts better and better', () => {
    const { actions, mean, next, restored } = exploreWithSac(options, 1500, 0.6)
    const spread = (from: number, to: number) => {
      const part = actions.subarray(from, to)
      const middle = part.reduce((sum, a) => sum + a, 0) / part.length
      return Math.sqrt(part.reduce((sum, a) => sum + (a - middle) ** 2, 0) / part.length)
    }
    // published rewards are all alike: it goes on trying everything
    if (mode === 'published') expect(spread(1200, 1500)).toBeGreaterThan(0.4)
    else {
      expect(Math.abs(mean - 0.6)).toBeLessThan(0.22)
      expect(spread(1200, 1500)).toBeLessThan(0.6 * spread(0, 100))
    }
    expect(new Set(actions).size).toBeGreaterThan(1400) // samples, not means
    for (const action of actions) expect(Math.abs(action)).toBeLessThan(1)
    expect(restored).toBe(next)
    expect(next).not.toBe(mean)
  })
})
