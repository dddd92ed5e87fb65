import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { StepEnd } from '../../../src/main/platform/native-explore.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import { walk } from './walk.ts'

const states = 6
const actions = 3
const small = { batch: 16, hidden1: 16, hidden2: 16, warmUp: 0, predictorHidden: 16, features: 8 }

function make(
  options: { settings?: Record<string, number>; mode?: string; realTime?: boolean; threads?: number } = {},
): Explorer {
  const { settings = {}, ...rest } = options
  return native.createExplorer({
    explorer: 'rnd',
    mode: 'paper',
    observationSize: states,
    actionSize: actions,
    seed: 3,
    settings: { ...small, ...settings },
    ...rest,
  })
}

describe('an explorer that learns', () => {
  test('makes one update for each step, from the first whole batch on', () => {
    const explorer = make()
    walk(explorer, { episode: 1, steps: 15, states, actions })
    expect(explorer.learning().updates).toBe(0)
    walk(explorer, { episode: 2, steps: 10, states, actions })
    expect(explorer.learning()).toMatchObject({ updates: 10, behind: 0 })
  })

  test('acts uniformly and makes no update before the end of the warm-up', () => {
    const explorer = make({ settings: { warmUp: 40 } })
    walk(explorer, { episode: 1, steps: 39, states, actions })
    expect(explorer.learning().updates).toBe(0)
    walk(explorer, { episode: 2, steps: 1, states, actions })
    expect(explorer.learning().updates).toBe(1)
  })

  test('does the same with any number of threads', () => {
    const [a, b] = [make({ threads: 1 }), make({ threads: 2 })]
    for (let episode = 1; episode <= 3; episode++)
      expect(walk(b, { episode, steps: 30, states, actions })).toEqual(walk(a, { episode, steps: 30, states, actions }))
    expect(b.saveState()).toEqual(a.saveState())
  })

  test('an act() without an observation leaves no trace', () => {
    const [a, b] = [make(), make()]
    walk(a, { episode: 1, steps: 30, states, actions })
    walk(b, { episode: 1, steps: 30, states, actions })
    // The simulation broke off in the first step of the episode, whose number is given to the next one.
    b.beginEpisode(2)
    b.act(new Float32Array(states), new Float32Array(actions))
    expect(walk(b, { episode: 2, steps: 30, states, actions })).toEqual(
      walk(a, { episode: 2, steps: 30, states, actions }),
    )
  })

  test('an episode that broke off is cut where it was last observed', () => {
    const [a, b] = [make({ settings: { endsTerminal: 1 } }), make({ settings: { endsTerminal: 1 } })]
    const past = walk(a, { episode: 1, steps: 30, states, actions })
    a.beginEpisode(2)
    b.recall({ episode: 1, steps: 30, ...past, terminal: false })
    b.restoreState(a.saveState())
    expect(walk(b, { episode: 2, steps: 30, states, actions })).toEqual(
      walk(a, { episode: 2, steps: 30, states, actions }),
    )
  })

  test('is never told a reward: there is no place for one', () => {
    const explorer = make()
    expect(explorer.observe.length).toBeLessThanOrEqual(2)
    expect(() => explorer.observe(new Float32Array(states + 1), StepEnd.none)).toThrow('observation has 7 numbers')
    expect(() => explorer.observe(new Float32Array(states), 3 as StepEnd)).toThrow('end is not a whole number')
  })

  test('states of other explorers, settings and shapes are refused', () => {
    const explorer = make()
    const state = explorer.saveState()
    const refused = 'This explorer state is not one of rnd with these settings.'
    expect(() => explorer.restoreState(state.slice(1))).toThrow(refused)
    expect(() => make({ settings: { hidden1: 17 } }).restoreState(state)).toThrow(refused)
    const renamed = state.slice()
    renamed[0] = 'x'.charCodeAt(0)
    expect(() => explorer.restoreState(renamed)).toThrow(refused)
    explorer.restoreState(state)
    explorer.close()
    expect(() => explorer.learn()).toThrow('closed')
  })
})

describe('in real time', () => {
  test('no step waits for an update, and all updates are made in the end', async () => {
    // An update takes far longer than the few microseconds of a step that does not wait.
    const explorer = make({ realTime: true, settings: { batch: 256, hidden1: 400, hidden2: 300 } })
    walk(explorer, { episode: 1, steps: 280, states, actions })
    const { updates, behind } = explorer.learning()
    expect(updates + behind).toBe(280 - 256 + 1)
    expect(behind).toBeGreaterThan(10)
    await expect.poll(() => explorer.behind()).toBe(0)
    expect(explorer.learning().updates).toBe(25)
    explorer.close()
  })

  // The published policy has two networks, the others one.
  test.each(['published', 'paper'])('in %s mode it acts with the newest finished weights', async (mode) => {
    const explorer = make({ realTime: true, mode })
    const waiting = make({ realTime: true, mode })
    const first = walk(explorer, { episode: 1, steps: 60, states, actions, learns: false })
    expect(walk(waiting, { episode: 1, steps: 60, states, actions, learns: false })).toEqual(first)
    explorer.learn()
    await expect.poll(() => explorer.behind()).toBe(0)
    const learned = walk(explorer, { episode: 2, steps: 5, states, actions, learns: false })
    expect(walk(waiting, { episode: 2, steps: 5, states, actions, learns: false })).not.toEqual(learned)
    // The same as an explorer that learned the same without a thread of its own.
    const direct = make({ mode })
    walk(direct, { episode: 1, steps: 60, states, actions, learns: false })
    direct.learn()
    expect(walk(direct, { episode: 2, steps: 5, states, actions, learns: false })).toEqual(learned)
    explorer.close()
    waiting.close()
  })

  test('updates that are due are part of the state', async () => {
    const explorer = make({ realTime: true, settings: { batch: 64, hidden1: 400, hidden2: 300 } })
    const past = walk(explorer, { episode: 1, steps: 100, states, actions })
    const state = explorer.saveState()
    explorer.close()
    const next = make({ realTime: true, settings: { batch: 64, hidden1: 400, hidden2: 300 } })
    next.recall({ episode: 1, steps: 100, ...past, terminal: false })
    next.restoreState(state)
    next.learn()
    await expect.poll(() => next.behind()).toBe(0)
    expect(next.learning().updates).toBe(100 - 64 + 1)
    next.close()
  })
})
