import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import { randomFloats } from '../nn/random-floats.ts'

const states = 14
const actions = 7

function make(seed = 5): Explorer {
  return native.createExplorer({ explorer: 'random', mode: 'paper', observationSize: states, actionSize: actions, seed, settings: {} })
}

function actionFor(explorer: Explorer, observation: Float32Array): Float32Array {
  const action = new Float32Array(actions)
  explorer.act(observation, action)
  return action
}

/** The policy's weights and biases, read off its answers to the origin and to single coordinates. */
function parameters(explorer: Explorer): { bias: number[]; weight: number[] } {
  const bias = Array.from(actionFor(explorer, new Float32Array(states)), Math.atanh)
  const weight = Array.from({ length: states }, (_, i) => {
    const unit = new Float32Array(states)
    unit[i] = 1
    return Array.from(actionFor(explorer, unit), (a, k) => Math.atanh(a) - (bias[k] as number))
  }).flat()
  return { bias, weight }
}

describe('random linear policies', () => {
  test('weights and biases are uniform within 1/sqrt(S)', () => {
    const explorer = make()
    const bound = 1 / Math.sqrt(states)
    const all: number[] = []
    for (let episode = 0; episode < 60; episode++) {
      explorer.beginEpisode(episode)
      const { bias, weight } = parameters(explorer)
      all.push(...bias, ...weight)
    }
    for (const value of all) expect(Math.abs(value)).toBeLessThan(bound + 1e-6)
    const mean = all.reduce((sum, v) => sum + v, 0) / all.length
    const variance = all.reduce((sum, v) => sum + v * v, 0) / all.length
    // six standard errors of 6300 uniform numbers
    expect(Math.abs(mean)).toBeLessThan((6 * bound) / Math.sqrt(3 * all.length))
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(6 * Math.sqrt(0.8 / all.length))
    // ten equal bins hold a tenth each
    for (let bin = 0; bin < 10; bin++) {
      const low = -bound + (2 * bound * bin) / 10
      const share = all.filter((v) => v >= low && v < low + (2 * bound) / 10).length / all.length
      expect(Math.abs(share - 0.1)).toBeLessThan(6 * Math.sqrt(0.09 / all.length))
    }
  })

  test('the action is tanh(W s + b)', () => {
    const explorer = make()
    explorer.beginEpisode(3)
    const { bias, weight } = parameters(explorer)
    const s = randomFloats(states, 8, 3)
    const action = actionFor(explorer, s)
    action.forEach((value, a) => {
      const sum = s.reduce((total, x, i) => total + x * (weight[i * actions + a] as number), bias[a] as number)
      expect(value).toBeCloseTo(Math.tanh(sum), 4)
    })
  })

  test('seed and episode alone decide; other episodes and seeds differ', () => {
    const s = randomFloats(states, 1, 1)
    const a = make()
    const b = make()
    a.beginEpisode(0)
    a.beginEpisode(17)
    b.beginEpisode(17)
    expect(actionFor(a, s)).toEqual(actionFor(b, s))
    b.beginEpisode(18)
    expect(actionFor(a, s)).not.toEqual(actionFor(b, s))
    const other = make(6)
    other.beginEpisode(17)
    expect(actionFor(a, s)).not.toEqual(actionFor(other, s))
  })

  test('a saved state continues the same policy; other bytes are refused', () => {
    const s = randomFloats(states, 2, 1)
    const a = make()
    a.beginEpisode(9)
    const b = make()
    b.restoreState(a.saveState())
    expect(actionFor(b, s)).toEqual(actionFor(a, s))
    expect(() => b.restoreState(new Uint8Array(3))).toThrow('not one of random linear policies')
  })

  test('wrong names and lengths are refused', () => {
    const options = { explorer: 'magic', mode: 'paper', observationSize: states, actionSize: actions, seed: 1, settings: {} }
    expect(() => native.createExplorer(options)).toThrow('There is no explorer "magic".')
    expect(() => make().act(new Float32Array(3), new Float32Array(actions))).toThrow('observation has 3 numbers instead of 14.')
  })
})

test('every method describes its settings completely and once', () => {
  for (const method of [...native.describeExplorers(), ...native.describeLearners()]) {
    expect(method.modes).toEqual(['published', 'paper', 'modern'])
    expect(new Set(method.settings.map((s) => s.key)).size).toBe(method.settings.length)
    for (const s of method.settings) {
      expect(s.label.length * s.meaning.length * s.source.length, s.key).toBeGreaterThan(0)
      for (const value of Object.values(s.defaults)) {
        expect(value, s.key).toBeGreaterThanOrEqual(s.minimum)
        expect(value, s.key).toBeLessThanOrEqual(s.maximum)
        if (s.integer) expect(Number.isInteger(value), s.key).toBe(true)
      }
    }
  }
})
