import { describe, expect, test } from 'vitest'
import { actions, batch, lossesAlong, makeCurious, modes, states } from './curiosity.ts'
import { walk } from './walk.ts'

/** Floats of a dense layer in the core's panels of 16 outputs, with the biases, as a state holds them. */
function layerFloats(inputs: number, outputs: number): number {
  return Math.ceil(outputs / 16) * (inputs + 1) * 16
}

describe('disagreement', () => {
  test('identical members never disagree', () => {
    const models = 3
    const hidden = 32
    const explorer = makeCurious('disagreement', 'modern', { models })
    walk(explorer, { episode: 1, steps: batch, states, actions })
    expect(explorer.learning().losses['reward']).toBeGreaterThan(1e-4)
    // The members, each with its moments of Adam, are the last of a state.
    const state = explorer.saveState()
    const bytes = 4 * 3 * (layerFloats(states + actions, hidden) + layerFloats(hidden, states))
    const first = state.slice(state.length - models * bytes, state.length - (models - 1) * bytes)
    for (let member = 1; member < models; member++) state.set(first, state.length - member * bytes)
    explorer.restoreState(state)
    const { model1, model2, model3 } = explorer.networks()
    expect(model2).toEqual(model1)
    expect(model3).toEqual(model1)
    walk(explorer, { episode: 2, steps: 20, states, actions })
    // They learned on: from the same mini-batches, so they are the same still.
    expect(explorer.networks()['model1']).not.toEqual(model1)
    expect(explorer.learning().losses['reward']).toBe(0)
  })

  test.each(modes)('in %s mode the members learn, and agree more and more where they have been', (mode) => {
    for (const name of ['model', 'reward']) {
      const losses = lossesAlong(makeCurious('disagreement', mode, { modelRate: 3e-3 }), name, 10)
      expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2)
    }
  })

  test('needs two members', () => {
    expect(() => makeCurious('disagreement', 'paper', { models: 1 })).toThrow('does not take the value 1')
  })
})
