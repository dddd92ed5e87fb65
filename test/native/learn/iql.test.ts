import { expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native-learn.ts'
import { actionsOf, banditReplay, meanSquare, randomStates } from './bandit.ts'
import { trainToEnd } from './train-to-end.ts'

const small = { batch: 64, hidden1: 32, hidden2: 32 }

function makeJob(replay: Replay, mode: string, settings: Record<string, number> = {}) {
  return new native.TrainingJob({ learner: 'iql', mode, settings: { ...small, ...settings }, seed: 2, threads: 1, replay })
}

async function networksAfter(replay: Replay, mode: string, settings: Record<string, number>, updates: number) {
  const job = makeJob(replay, mode, settings)
  expect((await trainToEnd(job, updates)).state).toBe('done')
  const out = { networks: job.networks(), parts: job.policy() }
  job.close()
  return out
}

const side = ([x]: number[]) => ((x as number) > 0 ? 1 : -1)

/** In every state two kinds of action, around (0.5, 0) and (-0.5, 0); the better side depends on the state. */
const twoSided = () =>
  banditReplay(4000, 8, (state, [u, v]) => {
    const chosen = (u as number) > 0 ? 0.5 : -0.5
    const action = [chosen + 0.1 * (v as number), 0.1 * (u as number)]
    return { action, reward: 2 * side(state) * (action[0] as number) }
  })

const states = randomStates(400, 21).filter(([x]) => Math.abs(x as number) > 0.2) // away from where the sides change

test.each(['published', 'paper', 'modern'])('%s takes the better actions and none outside of the data', async (mode) => {
  const replay = twoSided()
  const best = states.map((state) => [0.5 * side(state), 0])
  const cloned = await networksAfter(replay, mode, { temperature: 0, learningRate: 1e-3 }, 2000)
  const { parts } = await networksAfter(replay, mode, { learningRate: 1e-3 }, 2000)
  const actions = actionsOf(parts, states)
  // Imitation alone stands between the sides.
  expect(meanSquare(actionsOf(cloned.parts, states), best)).toBeGreaterThan(0.08)
  expect(meanSquare(actions, best)).toBeLessThan(0.02)
  // Rewards grow beyond the data, actions do not follow.
  for (const [a, b] of actions as [number, number][]) {
    expect(Math.abs(a)).toBeLessThan(0.8)
    expect(Math.abs(b)).toBeLessThan(0.3)
  }
})

test('the value is an expectile of Q: a larger one lies higher', async () => {
  const replay = twoSided()
  const averages = []
  for (const expectile of [0.5, 0.7, 0.95]) {
    const { networks } = await networksAfter(replay, 'paper', { expectile, learningRate: 1e-3 }, 1500)
    const policy = new native.Policy({ networks: { actor: networks['value'] ?? [] }, sampler: null })
    const value = new Float32Array(1)
    let sum = 0
    for (const state of states) {
      policy.act(Float32Array.from(state), value)
      sum += (value[0] as number) / states.length
    }
    averages.push(sum)
  }
  // Rewards are about 1 and -1, half each: the expectile e of that is (2 e - 1).
  const [mean, higher, highest] = averages as [number, number, number]
  expect(mean).toBeGreaterThan(-0.15)
  expect(mean).toBeLessThan(0.15)
  expect(higher).toBeGreaterThan(0.25)
  expect(higher).toBeLessThan(0.55)
  expect(highest).toBeGreaterThan(0.75)
  expect(highest).toBeLessThan(1.05)
})

test('past its horizon the actor stands still, the critics go on', async () => {
  const replay = twoSided()
  const [before, after] = await Promise.all([40, 60].map((updates) => networksAfter(replay, 'paper', { horizon: 40 }, updates)))
  expect(after?.networks['actor']).toEqual(before?.networks['actor'])
  expect(after?.networks['logDeviation']).toEqual(before?.networks['logDeviation'])
  expect(after?.networks['critic1']).not.toEqual(before?.networks['critic1'])
  const { networks } = await networksAfter(replay, 'paper', { horizon: 0 }, 60)
  expect(networks['actor']).not.toEqual(after?.networks['actor'])
})

/** Returns `offset` to `offset` + 125 `step`: 1000 over their range is 8 / `step`, exact in single precision. */
function spreadReturns(offset: number, step: number): Replay {
  let episode = 0
  return banditReplay(126, 3, (_, drawn) => ({ action: drawn.map((x) => x / 4), reward: offset + step * episode++ }))
}

test.each([
  ['multiplies rewards by 1000 over the range of returns', 0, 1, 8],
  ['leaves returns that hardly differ alone', 4096, 0.125, 1],
])('reward scaling %s', async (_, offset, step, factor) => {
  const scaled = await networksAfter(spreadReturns(offset, step), 'paper', { scaleRewards: 1 }, 30)
  const byHand = await networksAfter(spreadReturns(offset * factor, step * factor), 'paper', {}, 30)
  expect(scaled.networks).toEqual(byHand.networks)
})
