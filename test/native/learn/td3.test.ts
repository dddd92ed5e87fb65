import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native-learn.ts'
import { actions, makeDataset, states } from '../../oracle/dataset.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { RandomStream } from './random-stream.ts'
import { trainToEnd } from './train-to-end.ts'

const small = { batch: 12, hidden1: 20, hidden2: 18 }
const { data, replay } = makeDataset()

test('weights and biases begin uniform in ±1/√inputs, drawn output by output; targets are copies', () => {
  const job = new native.TrainingJob({ learner: 'td3', mode: 'paper', settings: small, seed: 7, threads: 1, replay })
  const networks = job.networks()
  job.close()
  const random = new RandomStream(7, 'weights')
  for (const name of ['actor', 'critic1', 'critic2'])
    for (const { inputs, outputs, weight, bias } of networks[name] ?? []) {
      const bound = Math.fround(1 / Math.sqrt(inputs))
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) expect(weight[o * inputs + i]).toBe(random.uniform(-bound, bound))
        expect(bias[o]).toBe(random.uniform(-bound, bound))
      }
    }
  expect(networks['targetActor']).toEqual(networks['actor'])
  expect(networks['targetCritic1']).toEqual(networks['critic1'])
  expect(networks['targetCritic2']).toEqual(networks['critic2'])
})

describe('what the modes change', () => {
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
