import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native-learn.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import { NumberNetwork } from '../../oracle/numbers/network.ts'
import { actionsOf, bandit, banditReplay, meanSquare, randomStates } from './bandit.ts'
import { trainToEnd } from './train-to-end.ts'

const small = { batch: 64, hidden1: 32, hidden2: 32, autoencoderHidden: 48 }
const noise = 0.2

const centre = ([x, y, z]: number[]) => [0.6 * Math.tanh(2 * (x as number)), 0.6 * (y as number) * (z as number)]
const near = (state: number[], drawn: number[]) =>
  centre(state).map((value, i) => Math.min(1, Math.max(-1, value + noise * (drawn[i] as number))))

/** Actions scattered around `centre`; the reward is that of the action's first coordinate times `slope`. */
const scattered = (slope: number) =>
  banditReplay(4000, 5, (state, drawn) => {
    const action = near(state, drawn)
    return { action, reward: slope * (action[0] as number) }
  })

function makeJob(replay: Replay, mode: string, settings: Record<string, number> = {}) {
  return new native.TrainingJob({ learner: 'bcq', mode, settings: { ...small, ...settings }, seed: 2, threads: 1, replay })
}

async function trained(replay: Replay, mode: string, settings: Record<string, number>, updates: number) {
  const job = makeJob(replay, mode, settings)
  expect((await trainToEnd(job, updates)).state).toBe('done')
  const out = { networks: job.networks(), parts: job.policy(), losses: job.losses() }
  job.close()
  return out
}

const states = randomStates(300, 77)
const centres = states.map(centre)
const first = (actions: number[][]) => actions.reduce((sum, action) => sum + (action[0] as number), 0) / actions.length

describe('without perturbation and with one sample', () => {
  const cloning = { bound: 0, samples: 1, actingSamples: 1 }

  test.each(['published', 'paper', 'modern'])('%s clones the data', async (mode) => {
    const replay = scattered(1)
    const untrained = makeJob(replay, mode, cloning)
    expect(meanSquare(actionsOf(untrained.policy(), states), centres)).toBeGreaterThan(0.08)
    untrained.close()
    const { parts, losses } = await trained(replay, mode, cloning, 2500)
    // An action of the data differs from the centre by the noise; a decoded one, of clipped z, by less.
    expect(meanSquare(actionsOf(parts, states), centres)).toBeLessThan(noise ** 2)
    expect(losses['autoencoder']).toBeLessThan(1.5 * noise ** 2)
  })

  test('rewards play no part', async () => {
    const [up, down] = await Promise.all([1, -1].map((slope) => trained(scattered(slope), 'paper', cloning, 300)))
    expect(up?.networks['decoder']).toEqual(down?.networks['decoder'])
    expect(up?.networks['critic1']).not.toEqual(down?.networks['critic1'])
    expect(actionsOf(up!.parts, states)).toEqual(actionsOf(down!.parts, states))
  })
})

test.each(['published', 'paper', 'modern'])('%s prefers the better actions and stays near the data', async (mode) => {
  const [up, down] = await Promise.all([1, -1].map((slope) => trained(scattered(slope), mode, {}, 1500)))
  const better = actionsOf(up!.parts, states)
  expect(first(better)).toBeGreaterThan(first(centres) + 0.03)
  expect(first(actionsOf(down!.parts, states))).toBeLessThan(first(centres) - 0.03)
  // The best imaginable action, 1, is far outside of the data.
  expect(meanSquare(better, centres)).toBeLessThan(2 * noise ** 2)
})

test('normalised observations are folded into all three networks', async () => {
  const replay = new native.Replay(bandit)
  const shifted = (state: number[]) => state.map((value, i) => 3 + 10 ** i * value)
  const data = randomStates(200, 4)
  for (const state of data) {
    const observation = shifted(state)
    replay.addEpisode(Float32Array.from([...observation, ...observation]), Float32Array.of(0.1, -0.2), Float32Array.of(1), true)
  }
  const { networks, parts } = await trained(replay, 'modern', {}, 50)
  const moments = [0, 1, 2].map((i) => {
    const column = data.map((state) => Math.fround(shifted(state)[i] as number))
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length
    return { mean, scale: 1 / (Math.sqrt(variance) + 1e-3) }
  })
  const raw = shifted([0.3, -0.4, 0.9])
  const seen = raw.map((value, i) => (value - (moments[i]?.mean ?? NaN)) * (moments[i]?.scale ?? NaN))
  const z = [0.1, -0.5, 0.5, 0.2]
  const action = [0.7, -0.1]
  const inputs = { decoder: [z, seen, z, raw], perturbation: [seen, action, raw, action], critic: [seen, action, raw, action] }
  for (const [name, [a, b, c, d]] of Object.entries(inputs) as [keyof typeof inputs, number[][]][]) {
    const inside = outputOf(networks[name === 'critic' ? 'critic1' : name], [...a!, ...b!])
    const outside = outputOf(parts.networks[name], [...c!, ...d!])
    inside.forEach((value, i) => expect(outside[i]).toBeCloseTo(value, 3))
  }
})

function outputOf(layers: PolicyLayer[] | undefined, input: number[]): number[] {
  if (layers === undefined) throw new Error('The network is missing.')
  return new NumberNetwork(layers).of(input)
}

test('the published policy ranks by the target critic and perturbs its winner', async () => {
  const replay = scattered(1)
  const published = await trained(replay, 'published', {}, 20)
  expect(published.parts.networks['critic']).toEqual(published.networks['targetCritic1'])
  expect(published.networks).not.toHaveProperty('targetPerturbation')
  expect(published.parts.sampler).toMatchObject({ samples: 10, latent: 4, latentClip: 0.5, perturbsWinner: true })
  const paper = await trained(replay, 'paper', {}, 20)
  expect(paper.parts.networks['critic']).toEqual(paper.networks['critic1'])
  expect(paper.parts.sampler).toMatchObject({ samples: 10, latent: 4, latentClip: 0.5, perturbsWinner: false })
  const modern = await trained(replay, 'modern', {}, 20)
  expect(modern.parts.sampler).toMatchObject({ samples: 100, perturbsWinner: false })
})
