import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'

const actions = 3
const observation = new Float32Array(4)

function make(settings: Record<string, number> = {}, seed = 5, mode = 'paper'): Explorer {
  return native.createExplorer({ explorer: 'ou', mode, observationSize: 4, actionSize: actions, seed, settings })
}

/** Actions of one episode, [steps, A]. */
function draw(explorer: Explorer, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const action = new Float32Array(actions)
    explorer.act(observation, action)
    return [...action]
  }).flat()
}

const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

describe('Ornstein-Uhlenbeck noise', () => {
  // Small enough that nothing is clipped.
  const process = { reversion: 0.3, deviation: 0.02, timeStep: 0.5, mean: 0.2 }
  const keeps = 1 - process.reversion * process.timeStep

  test('its mean, deviation and correlation in time are those of the process', () => {
    const explorer = make(process)
    explorer.beginEpisode(1)
    const all = draw(explorer, 40_000).slice(actions * 200)
    const centre = mean(all)
    const deviations = all.map((value) => value - centre)
    const variance = mean(deviations.map((d) => d * d))
    const correlation = (lag: number): number => mean(deviations.slice(lag).map((d, i) => d * deviations[i]!)) / variance
    expect(centre).toBeCloseTo(process.mean, 2)
    // of x ← k x + s ε: s² / (1 − k²)
    const stationary = (process.deviation ** 2 * process.timeStep) / (1 - keeps ** 2)
    expect(variance / stationary).toBeGreaterThan(0.93)
    expect(variance / stationary).toBeLessThan(1.07)
    expect(correlation(actions)).toBeCloseTo(keeps, 1)
    expect(correlation(5 * actions)).toBeCloseTo(keeps ** 5, 1)
    // Neighbouring coordinates of one action do not know of each other.
    expect(Math.abs(correlation(1))).toBeLessThan(0.05)
  })

  test('without noise it goes from 0 to its mean by θ dt a step', () => {
    const explorer = make({ ...process, deviation: 0 })
    explorer.beginEpisode(1)
    const all = draw(explorer, 4)
    all.forEach((value, i) => expect(value).toBeCloseTo(0.2 * (1 - keeps ** (1 + Math.floor(i / actions))), 6))
  })

  test('each episode begins at 0, and actions stay within −1 and 1', () => {
    const explorer = make({ deviation: 100 })
    for (const episode of [1, 2]) {
      explorer.beginEpisode(episode)
      const all = draw(explorer, 500)
      expect(Math.max(...all)).toBe(1)
      expect(Math.min(...all)).toBe(-1)
    }
    const slow = make({ timeStep: 1e-6, deviation: 1 })
    slow.beginEpisode(3)
    for (const value of draw(slow, 1)) expect(Math.abs(value)).toBeLessThan(6e-3)
  })

  test('seed and episode alone decide, in every mode alike', () => {
    const [a, b] = [make(), make({}, 5, 'modern')]
    a.beginEpisode(4)
    draw(a, 7)
    a.beginEpisode(17)
    b.beginEpisode(17)
    const drawn = draw(a, 20)
    expect(draw(b, 20)).toEqual(drawn)
    b.beginEpisode(18)
    expect(draw(b, 20)).not.toEqual(drawn)
    const other = make({}, 6)
    other.beginEpisode(17)
    expect(draw(other, 20)).not.toEqual(drawn)
  })

  test('a saved state goes on with the next number; other bytes are refused', () => {
    const a = make()
    a.beginEpisode(9)
    draw(a, 3)
    const b = make()
    b.restoreState(a.saveState())
    expect(draw(b, 5)).toEqual(draw(a, 5))
    expect(() => b.restoreState(new Uint8Array(24))).toThrow('not one of Ornstein-Uhlenbeck noise')
  })

  test('the defaults are those of DDPG with a time step of 0.01', () => {
    const { settings, learns } = native.describeExplorers().find(({ name }) => name === 'ou')!
    expect(learns).toBe(false)
    expect(Object.fromEntries(settings.map(({ key, defaults }) => [key, defaults.paper]))).toEqual({
      reversion: 0.15,
      mean: 0,
      deviation: 0.3,
      timeStep: 0.01,
    })
    expect(() => make({ timeStep: 0 })).toThrow('Setting "timeStep" does not take the value')
  })
})
