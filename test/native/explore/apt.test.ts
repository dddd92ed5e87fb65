import { describe, expect, test } from 'vitest'
import { StepEnd } from '../../../src/main/platform/native-explore.ts'
import { actions, batch, lossesAlong, makeCurious, modes, states } from './curiosity.ts'

const small = { trunk: 16, neighbours: 5 }

describe('active pre-training', () => {
  test.each(modes)('in %s mode the trunk learns features that tell of the action', (mode) => {
    const explorer = makeCurious('apt', mode, { ...small, modelRate: 3e-3 })
    const losses = lossesAlong(explorer, 'inverse', 10)
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2)
    for (const layer of explorer.networks()['trunkGain'] ?? []) expect(new Set(layer.bias).size).toBe(small.trunk)
  })

  test('states that are all the same are worth nothing, others are worth their distance', () => {
    const reward = (spread: number) => {
      const explorer = makeCurious('apt', 'modern', small)
      const action = new Float32Array(actions)
      explorer.beginEpisode(1)
      for (let t = 0; t <= batch; t++) {
        const state = Float32Array.from({ length: states }, (_, i) => 0.5 + i + spread * Math.sin(t * (i + 1)))
        explorer.act(state, action)
        explorer.observe(state, StepEnd.none)
        explorer.learn()
      }
      return explorer.learning().losses['reward'] as number
    }
    expect(reward(0)).toBe(0)
    expect(reward(0.1)).toBeGreaterThan(0.01)
    expect(reward(1)).toBeGreaterThan(2 * reward(0.1))
  })

  test('a mini-batch smaller than the neighbours is refused', () => {
    expect(() => makeCurious('apt', 'paper', { batch: 11 })).toThrow(
      'APT needs a mini-batch of at least as many transitions as neighbours: a batch of 11 has no 12.',
    )
  })
})
