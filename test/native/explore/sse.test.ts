import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { StepEnd } from '../../../src/main/platform/native-explore.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import { walk } from './walk.ts'
import type { Walked } from './walk.ts'

const states = 6
const actions = 3
const batch = 32
const [hidden1, hidden2] = [24, 16]
const small = { batch, hidden1, hidden2, modelHidden1: 20, modelHidden2: 24, warmUp: 0 }

type Mode = 'published' | 'paper' | 'modern'
const modes: Mode[] = ['published', 'paper', 'modern']

function make(mode: Mode, settings: Record<string, number> = {}, realTime = false): Explorer {
  const options = { explorer: 'sse', mode, observationSize: states, actionSize: actions, seed: 4, realTime }
  return native.createExplorer({ ...options, settings: { ...small, ...settings } })
}

/** Losses after each step of an episode, a row for each update. */
function explore(explorer: Explorer, of: { episode: number; steps: number }): Record<string, number>[] {
  const rows: Record<string, number>[] = []
  walk(explorer, { ...of, states, actions, each: () => rows.push(explorer.learning().losses) })
  return rows.filter(({ model }) => !Number.isNaN(model))
}

const mean = (rows: Record<string, number>[], name: string): number =>
  rows.reduce((sum, row) => sum + (row[name] as number), 0) / rows.length

/** The largest entropy of one coordinate of tanh(u), u ~ N(0, deviation^2), by quadrature over deviations. */
function largestEntropy(): number {
  const squash = (u: number): number => Math.log(1 - Math.tanh(u) ** 2)
  const entropies = Array.from({ length: 100 }, (_, i) => {
    const deviation = 0.5 + i / 100
    let expected = 0
    for (let e = -8; e < 8; e += 0.01) expected += 0.01 * Math.exp(-e * e * 0.5) * squash(deviation * e)
    return 0.5 * Math.log(2 * Math.PI * Math.E * deviation ** 2) + expected / Math.sqrt(2 * Math.PI)
  })
  return Math.max(...entropies)
}

/** The same state with model 2 as a copy of model 1: weights and moments of both lie one behind the other. */
function withEqualModels(state: Uint8Array): Uint8Array {
  const [name, counters] = ['sse'.length, 2 * 8]
  const [adams, streams, moments] = [2, 4, 1 + 6 * states]
  const head = name + counters + 8 * (1 + adams + 2 * streams) + 4 * moments
  const layer = (inputs: number, outputs: number): number => 16 * Math.ceil(outputs / 16) * (inputs + 1)
  const { modelHidden1: h1, modelHidden2: h2 } = small
  const model = 4 * 3 * (layer(states + actions, h1) + layer(h1, h2) + layer(h2, states))
  const out = state.slice()
  out.copyWithin(head + model, head, head + model)
  return out
}

describe('self-supervised exploration', () => {
  test('two identical models never disagree, and the policy goes to its largest entropy', () => {
    const settings = { modelRate: 0, policyRate: 3e-3, horizon: 3 }
    // First a policy that is far from it: actions cost much.
    const timid = make('paper', { ...settings, actionCost: 100 })
    const past: Walked[] = [walk(timid, { episode: 1, steps: 300, states, actions })]
    timid.beginEpisode(2)
    const free = make('paper', settings)
    for (const each of past) free.recall({ episode: 1, steps: 300, ...each, terminal: false })
    free.restoreState(withEqualModels(timid.saveState()))
    const { model1, model2 } = free.networks()
    expect(model2).toEqual(model1)

    const rows = explore(free, { episode: 2, steps: 900 })
    for (const { disagreement } of rows) expect(disagreement).toBe(0)
    const largest = actions * largestEntropy()
    expect(mean(rows.slice(0, 20), 'entropy')).toBeLessThan(largest - 1)
    expect(Math.abs(mean(rows.slice(-200), 'entropy') - largest)).toBeLessThan(0.02 * largest)
  })

  test.each(modes)('in %s mode the policy climbs to where the models disagree', (mode) => {
    const [still, climbing] = [0, 2e-3].map((policyRate) => {
      const explorer = make(mode, { modelRate: 0, entropyWeight: 0, policyRate })
      return explore(explorer, { episode: 1, steps: 600 }).slice(-50)
    }) as [Record<string, number>[], Record<string, number>[]]
    expect(mean(climbing, 'disagreement')).toBeGreaterThan(1.08 * mean(still, 'disagreement'))
    expect(mean(climbing, 'policy')).toBeLessThan(1.05 * mean(still, 'policy'))
  })

  test.each(modes)('in %s mode the models learn the world', (mode) => {
    const explorer = make(mode, { modelRate: 1e-3 })
    const rows = explore(explorer, { episode: 1, steps: 600 })
    expect(mean(rows.slice(-50), 'model')).toBeLessThan(mean(rows.slice(0, 50), 'model') / 3)
  })

  test.each(modes)('in %s mode it learns when episodes end', (mode) => {
    const explorer = make(mode, { modelRate: 1e-3 })
    const losses: number[] = []
    const [state, action] = [new Float32Array(states), new Float32Array(actions)]
    for (let episode = 1; episode <= 40; episode++) {
      explorer.beginEpisode(episode)
      for (let t = 1; t <= 20; t++) {
        // One step before its true end the world leaves its usual states, and goes on leaving them.
        explorer.act(state.fill(t < 20 ? 0.1 : 2), action)
        explorer.observe(state.fill(t < 19 ? 0.1 : t < 20 ? 2 : 4), t < 20 ? StepEnd.none : StepEnd.terminal)
        explorer.learn()
      }
      losses.push(explorer.learning().losses['done'] as number)
    }
    // 1/20 of the steps end: whoever only knows that much has this cross-entropy.
    const ignorant = -(Math.log(1 / 20) + 19 * Math.log(19 / 20)) / 20
    expect(losses.slice(-10).reduce((sum, each) => sum + each, 0) / 10).toBeLessThan(ignorant / 2)
  })

  test('a larger discount and a longer horizon weigh later steps: with a discount of 0 the first one counts alone', () => {
    const rows = [1, 5].map((horizon) => {
      const explorer = make('paper', { horizon, discount: 0 })
      return explore(explorer, { episode: 1, steps: batch })[0] as Record<string, number>
    })
    // The loss is a mean over the horizon.
    expect(5 * (rows[1]?.['policy'] as number)).toBeCloseTo(rows[0]?.['policy'] as number, 4)
  })

  test('modern: the size of the coordinates makes no difference, otherwise it does', () => {
    const losses = (mode: Mode, size: number): Record<string, number> => {
      const explorer = make(mode, { entropyWeight: 0 })
      const [state, action] = [new Float32Array(states), new Float32Array(actions)]
      explorer.beginEpisode(1)
      for (let t = 0; t < 60; t++) {
        // Whatever it does, the world goes its way.
        explorer.act(state.map((_, i) => size * Math.sin(t + i)), action)
        explorer.observe(state.map((_, i) => size * Math.sin(t + 1 + i)), StepEnd.none)
        explorer.learn()
      }
      return explorer.learning().losses
    }
    const [modern, large] = [losses('modern', 1), losses('modern', 1000)]
    expect((large['model'] as number) / (modern['model'] as number)).toBeCloseTo(1, 1)
    expect((large['disagreement'] as number) / (modern['disagreement'] as number)).toBeCloseTo(1, 1)
    expect(losses('paper', 1000)['model']).toBeGreaterThan(1e4 * (losses('paper', 1)['model'] as number))
  })

  test.each(modes)('in real time, %s acts with the newest weights and normalisation', async (mode) => {
    const [threaded, direct] = [make(mode, {}, true), make(mode)]
    for (const explorer of [threaded, direct]) {
      walk(explorer, { episode: 1, steps: 60, states, actions, learns: false })
      explorer.learn()
    }
    await expect.poll(() => threaded.behind()).toBe(0)
    const learned = walk(direct, { episode: 2, steps: 5, states, actions, learns: false })
    expect(walk(threaded, { episode: 2, steps: 5, states, actions, learns: false })).toEqual(learned)
    threaded.close()
  })

  test('does the same with any number of threads', () => {
    const explorers = [1, 2].map((threads) => {
      const options = { explorer: 'sse', mode: 'modern', observationSize: states, actionSize: actions, seed: 4, threads }
      return native.createExplorer({ ...options, settings: small })
    })
    const [a, b] = explorers.map((explorer) => [walk(explorer, { episode: 1, steps: 60, states, actions }), explorer.saveState()])
    expect(b).toEqual(a)
  })

  test('settings of the modes', () => {
    const { settings } = native.describeExplorers().find(({ name }) => name === 'sse')!
    const defaults = Object.fromEntries(settings.map(({ key, defaults }) => [key, defaults]))
    // Slips of the released code.
    for (const key of ['repeatedSquash', 'doneSeesAction', 'endsTerminal'])
      expect(defaults[key], key).toEqual({ published: 1, paper: 0, modern: 0 })
    expect(defaults['distance']).toEqual({ published: 0, paper: 1, modern: 1 })
    // What the released code answers where the paper is silent.
    const released = {
      batch: 64,
      warmUp: 0,
      models: 2,
      modelHidden1: 300,
      modelHidden2: 400,
      hidden1: 300,
      hidden2: 400,
      modelRate: 2e-4,
      policyRate: 1e-4,
      horizon: 10,
      discount: 0.8,
      entropyWeight: 1,
      actionCost: 0,
      gradientNorm: 0,
      normalise: 0,
    }
    for (const [key, value] of Object.entries(released))
      expect(defaults[key], key).toMatchObject({ published: value, paper: value })
  })
})
