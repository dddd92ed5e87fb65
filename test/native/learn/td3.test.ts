import { afterEach, describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { flatParameters } from './double-network.ts'
import type { DoubleNetwork } from './double-network.ts'
import { DoubleTd3, actorGradient, actorLoss, criticGradient, criticLoss, valueScale } from './double-td3.ts'
import type { DoubleTd3Settings, Transition } from './double-td3.ts'
import { trainToEnd } from './train-to-end.ts'

const states = 5
const actions = 3

/** A few short episodes with every kind of end, as transitions and as a replay. */
function makeData(): { data: Transition[]; replay: Replay } {
  const replay = new native.Replay({ observationSize: states, actionSize: actions })
  const data: Transition[] = []
  for (let episode = 0; episode < 8; episode++) {
    const steps = 3 + episode
    const terminal = episode % 2 === 0
    const o = randomFloats((steps + 1) * states, 10 + episode, 1)
    const a = randomFloats(steps * actions, 30 + episode, 1)
    const r = randomFloats(steps, 50 + episode, 1)
    replay.addEpisode(o, a, r, terminal)
    for (let t = 0; t < steps; t++) {
      const end = t === steps - 1
      data.push({
        s: [...o.subarray(t * states, (t + 1) * states)],
        a: [...a.subarray(t * actions, (t + 1) * actions)],
        r: r[t] as number,
        next: [...o.subarray((t + 1) * states, (t + 2) * states)],
        terminal: end && terminal,
        end,
      })
    }
  }
  return { data, replay }
}

const small = { batch: 12, hidden1: 20, hidden2: 18 }
const shared = { ...small, discount: 0.99, targetRate: 0.005 }
const modes: Record<'published' | 'paper' | 'modern' | 'td3_bc', DoubleTd3Settings> = {
  published: {
    ...shared,
    learningRate: 1e-3,
    smoothing: 0.1,
    smoothingClip: 1,
    policyDelay: 1,
    lateStart: false,
    separateBatches: true,
    withoutReplacement: true,
    sharedNoise: true,
    onlineTargetActor: true,
    endsTerminal: true,
    valueWeight: 0,
  },
  paper: {
    ...shared,
    learningRate: 1e-3,
    smoothing: 0.2,
    smoothingClip: 0.5,
    policyDelay: 2,
    lateStart: false,
    separateBatches: false,
    withoutReplacement: false,
    sharedNoise: false,
    onlineTargetActor: false,
    endsTerminal: false,
    valueWeight: 0,
  },
  modern: {
    ...shared,
    learningRate: 3e-4,
    smoothing: 0.2,
    smoothingClip: 0.5,
    policyDelay: 2,
    lateStart: true,
    separateBatches: false,
    withoutReplacement: false,
    sharedNoise: false,
    onlineTargetActor: false,
    endsTerminal: false,
    valueWeight: 0,
  },
  td3_bc: {
    ...shared,
    learningRate: 3e-4,
    smoothing: 0.2,
    smoothingClip: 0.5,
    policyDelay: 2,
    lateStart: true,
    separateBatches: false,
    withoutReplacement: false,
    sharedNoise: false,
    onlineTargetActor: false,
    endsTerminal: false,
    valueWeight: 2.5,
  },
}

function largestDifference(a: number[], b: number[]): number {
  expect(a.length).toBe(b.length)
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0)
}

async function networksAfter(replay: Replay, learner: string, mode: string, settings: Record<string, number>, updates: number) {
  const job = new native.TrainingJob({ learner, mode, settings, seed: 7, threads: 1, replay })
  await trainToEnd(job, updates)
  const networks = job.networks()
  job.close()
  return networks
}

afterEach(() => native.selectKernels(native.cpuFeatures().at(-1) as string))

describe('the oracle', () => {
  const { data } = makeData()

  /** Central finite differences of `loss` against the gradient left in `network`, for every parameter. */
  function checkGradient(network: DoubleNetwork, loss: () => number): void {
    const step = 1e-5
    const gradient = network.gradient
    let compared = 0
    network.parameters.forEach((value, i) => {
      const at = (x: number) => {
        network.parameters[i] = x
        return loss()
      }
      const slope = (at(value + step) - at(value - step)) / (2 * step)
      network.parameters[i] = value
      expect(Math.abs(slope - (gradient[i] as number))).toBeLessThan(1e-7)
      if (Math.abs(slope) > 1e-4) compared++
    })
    expect(compared).toBeGreaterThan(100)
  }

  test('its critic gradient is the slope of its critic loss', () => {
    const td3 = new DoubleTd3(modes.paper, data, 7)
    const critic = td3.critics[0] as DoubleNetwork
    const targets = data.map((t) => t.r)
    criticGradient(critic, data, targets)
    checkGradient(critic, () => criticLoss(critic, data, targets))
  })

  test.each([0, 2.5])('its actor gradient is the slope of its actor loss, with imitation %d', (alpha) => {
    const td3 = new DoubleTd3(modes.paper, data, 7)
    const critic = td3.critics[0] as DoubleNetwork
    const scale = valueScale(td3.actor, critic, data, alpha)
    actorGradient(td3.actor, critic, data, alpha)
    checkGradient(td3.actor, () => actorLoss(td3.actor, critic, data, alpha, scale))
  })
})

describe.each(native.cpuFeatures())('TD3 with the kernels for %s', (kernels) => {
  test.each(['published', 'paper', 'modern', 'td3_bc'] as const)('%s: each update is the oracle’s', async (mode) => {
    native.selectKernels(kernels)
    const { data, replay } = makeData()
    const oracle = new DoubleTd3(modes[mode], data, 7)
    const settings: Record<string, number> = ['modern', 'td3_bc'].includes(mode) ? { ...small, normalise: 0 } : { ...small }
    let made = 0
    for (const updates of [0, 1, 2, 5]) {
      for (; made < updates; made++) oracle.update()
      const networks = await (mode === 'td3_bc'
        ? networksAfter(replay, 'td3_bc', 'paper', settings, updates)
        : networksAfter(replay, 'td3', mode, settings, updates))
      const expected: Record<string, DoubleNetwork> = {
        actor: oracle.actor,
        targetActor: oracle.targetActor,
        critic1: oracle.critics[0] as DoubleNetwork,
        critic2: oracle.critics[1] as DoubleNetwork,
        targetCritic1: oracle.targetCritics[0] as DoubleNetwork,
        targetCritic2: oracle.targetCritics[1] as DoubleNetwork,
      }
      expect(Object.keys(networks).sort()).toEqual(Object.keys(expected).sort())
      for (const [name, network] of Object.entries(expected)) {
        // Adam divides by the root of a gradient: where that is near zero, single precision may differ by part of a step.
        expect(largestDifference(flatParameters(networks[name] ?? []), network.parameters), name).toBeLessThan(
          0.02 * modes[mode].learningRate * Math.max(1, updates),
        )
      }
    }
  })
})

describe('what the modes change', () => {
  const { replay } = makeData()

  test('a cut is a terminal in published only', async () => {
    // One transition that ends by a cut, reward 1: with a terminal its value is 1, without it the value keeps growing.
    const cut = new native.Replay({ observationSize: 2, actionSize: 1 })
    cut.addEpisode(Float32Array.of(0.5, 0.5, 0.5, 0.5), Float32Array.of(0), Float32Array.of(1), false)
    const end = new native.Replay({ observationSize: 2, actionSize: 1 })
    end.addEpisode(Float32Array.of(0.5, 0.5, 0.5, 0.5), Float32Array.of(0), Float32Array.of(1), true)
    const settings = { ...small, targetRate: 0.05 }
    const meanQ = async (mode: string, data: Replay) => {
      const job = new native.TrainingJob({ learner: 'td3', mode, settings, seed: 1, threads: 1, replay: data })
      const { points } = await trainToEnd(job, 1500)
      job.close()
      return points.at(-2) as number
    }
    expect(await meanQ('published', cut)).toBeCloseTo(1, 1)
    expect(await meanQ('paper', end)).toBeCloseTo(1, 1)
    expect(await meanQ('paper', cut)).toBeGreaterThan(4)
    expect(await meanQ('modern', cut)).toBeGreaterThan(2)
  })

  test('normalised observations give a policy for raw ones', async () => {
    const job = new native.TrainingJob({ learner: 'td3', mode: 'modern', settings: small, seed: 3, threads: 1, replay })
    const raw = new native.Policy({ networks: { actor: job.networks()['actor'] ?? [] }, sampler: null })
    const policy = new native.Policy(job.policy())
    job.close()
    const { data } = makeData()
    const mean = Array.from({ length: states }, (_, i) => data.reduce((sum, t) => sum + (t.s[i] as number), 0) / data.length)
    const deviation = mean.map((m, i) => Math.sqrt(data.reduce((sum, t) => sum + ((t.s[i] as number) - m) ** 2, 0) / data.length))
    const observation = randomFloats(states, 9, 1)
    const normal = observation.map((value, i) => (value - (mean[i] as number)) / ((deviation[i] as number) + 1e-3))
    const expected = new Float32Array(actions)
    const actual = new Float32Array(actions)
    raw.act(normal, expected)
    policy.act(observation, actual)
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5))
  })
})

test('TD3 finds the best action of a problem with a known answer', async () => {
  // One step, reward 1 - (a - 0.6 s)^2: the best action is 0.6 s and its value 1.
  const replay = new native.Replay({ observationSize: 1, actionSize: 1 })
  const s = randomFloats(2000, 1, 1)
  const a = randomFloats(2000, 2, 1)
  s.forEach((value, i) => {
    const action = a[i] as number
    const reward = 1 - (action - 0.6 * value) ** 2
    replay.addEpisode(Float32Array.of(value, value), Float32Array.of(action), Float32Array.of(reward), true)
  })
  const settings = { batch: 64, hidden1: 64, hidden2: 64 }
  const job = new native.TrainingJob({ learner: 'td3', mode: 'paper', settings, seed: 5, threads: 2, replay })
  const { points } = await trainToEnd(job, 4000)
  const policy = new native.Policy(job.policy())
  job.close()
  for (const observation of [-0.9, -0.4, 0, 0.5, 0.8]) {
    const action = new Float32Array(1)
    policy.act(Float32Array.of(observation), action)
    expect(Math.abs((action[0] as number) - 0.6 * observation)).toBeLessThan(0.08)
  }
  expect(-(points.at(-3) as number)).toBeCloseTo(1, 1) // actor loss = -mean Q(s, pi(s))
})
