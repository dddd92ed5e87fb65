import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'

const actions = 6
const observation = new Float32Array(17)

function make(seed = 5): Explorer {
  return native.createExplorer({ explorer: 'uniform', mode: 'paper', observationSize: 17, actionSize: actions, seed, settings: {} })
}

function draw(explorer: Explorer, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const action = new Float32Array(actions)
    explorer.act(observation, action)
    return [...action]
  }).flat()
}

describe('uniform actions', () => {
  test('they fill -1 to 1 evenly and do not depend on each other', () => {
    const explorer = make()
    explorer.beginEpisode(1)
    const all = draw(explorer, 4000)
    for (const value of all) expect(Math.abs(value)).toBeLessThanOrEqual(1)
    // ten equal bins hold a tenth each, within six standard errors
    for (let bin = 0; bin < 10; bin++) {
      const low = -1 + bin / 5
      const share = all.filter((v) => v >= low && v < low + 0.2).length / all.length
      expect(Math.abs(share - 0.1)).toBeLessThan(6 * Math.sqrt(0.09 / all.length))
    }
    // neighbours in one action and the same joint in the next step are uncorrelated
    for (const lag of [1, actions]) {
      const products = all.slice(lag).map((v, i) => v * all[i]!)
      const mean = products.reduce((sum, v) => sum + v, 0) / products.length
      expect(Math.abs(mean)).toBeLessThan(6 * (1 / 3) / Math.sqrt(products.length))
    }
  })

  test('seed and episode alone decide; other episodes and seeds differ', () => {
    const a = make()
    const b = make()
    a.beginEpisode(4)
    draw(a, 7)
    a.beginEpisode(17)
    b.beginEpisode(17)
    const drawn = draw(a, 20)
    expect(draw(b, 20)).toEqual(drawn)
    b.beginEpisode(18)
    expect(draw(b, 20)).not.toEqual(drawn)
    const other = make(6)
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
    expect(() => b.restoreState(new Uint8Array(8))).toThrow('not one of uniform actions')
  })

  test('it has no settings', () => {
    const options = { explorer: 'uniform', mode: 'paper', observationSize: 17, actionSize: 6, seed: 1 }
    expect(() => native.createExplorer({ ...options, settings: { scale: 1 } })).toThrow('There is no setting "scale" here.')
  })
})
