import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import { walk } from './walk.ts'

const states = 6
const actions = 3
const small = { batch: 32, hidden1: 32, hidden2: 32, warmUp: 0, discriminator1: 32, discriminator2: 32 }

type Mode = 'published' | 'paper' | 'modern'

function make(mode: Mode, settings: Record<string, number> = {}, seed = 2): Explorer {
  const options = { explorer: 'diayn', mode, observationSize: states, actionSize: actions, seed }
  return native.createExplorer({ ...options, settings: { ...small, ...settings } })
}

describe('diversity is all you need', () => {
  test.each(['published', 'paper', 'modern'] as const)(
    'in %s mode no reward is above log K, and skills are told apart better and better',
    (mode) => {
      const skills = 4
      const explorer = make(mode, { skills, discriminatorRate: 1e-3, learningRate: 1e-3 })
      const accuracies: number[] = []
      let largest = -Infinity
      for (let episode = 1; episode <= 40; episode++) {
        walk(explorer, { episode, steps: 40, states, actions })
        const { accuracy, reward } = explorer.learning().losses
        accuracies.push(accuracy as number)
        largest = Math.max(largest, reward as number)
      }
      const mean = (x: number[]): number => x.reduce((sum, v) => sum + v, 0) / x.length
      expect(largest).toBeLessThanOrEqual(Math.log(skills))
      expect(mean(accuracies.slice(-8))).toBeGreaterThan(1.5 / skills)
      expect(mean(accuracies.slice(-8))).toBeGreaterThan(mean(accuracies.slice(0, 8)))
    },
  )

  test('before it has learned, the reward is that of a guess among all skills: log q − log p is near 0', () => {
    const explorer = make('published', { skills: 50, discriminatorRate: 0 })
    walk(explorer, { episode: 1, steps: 32, states, actions })
    expect(Math.abs(explorer.learning().losses['reward'] as number)).toBeLessThan(0.5)
    expect(explorer.learning().losses['discriminator']).toBeGreaterThan(Math.log(50) - 0.5)
  })

  test('the reward is log q(z|s′) − log p(z) of what the discriminator learns from', () => {
    // The agent comes first and shares its batch with the discriminator: both see the same errors in the first update.
    const explorer = make('paper', { skills: 7 })
    walk(explorer, { episode: 1, steps: 15, states, actions })
    walk(explorer, { episode: 2, steps: 17, states, actions })
    const { updates, losses } = explorer.learning()
    expect(updates).toBe(1)
    expect(losses['reward']).toBeCloseTo(Math.log(7) - (losses['discriminator'] as number), 5)
  })

  test('a skill is drawn for each episode from seed and episode alone, uniformly', () => {
    const explorer = make('paper', { skills: 5 })
    const other = make('paper', { skills: 5 })
    const counts = new Map<number, number>()
    for (let episode = 1; episode <= 500; episode++) {
      explorer.beginEpisode(episode)
      const skill = explorer.skill() as number
      counts.set(skill, (counts.get(skill) ?? 0) + 1)
      if (episode % 50 !== 0) continue
      other.beginEpisode(episode)
      expect(other.skill()).toBe(skill)
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4])
    // Six standard errors of a fifth of 500.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(6 * Math.sqrt(80))
  })

  test('the policy sees its skill', () => {
    const explorer = make('paper', { skills: 2 })
    const first = new Map<number, Float32Array>()
    // The noise is the episode's own: equal numbers would need equal skills and equal noise.
    for (let episode = 1; first.size < 2; episode++) {
      explorer.beginEpisode(episode)
      const action = new Float32Array(actions)
      explorer.act(new Float32Array(states), action)
      first.set(explorer.skill() as number, action)
    }
    expect(first.get(0)).not.toEqual(first.get(1))
  })

  test('settings of the modes', () => {
    const { settings } = native.describeExplorers().find(({ name }) => name === 'diayn')!
    const defaults = Object.fromEntries(settings.map(({ key, defaults }) => [key, defaults]))
    expect(defaults['skills']).toEqual({ published: 50, paper: 50, modern: 16 })
    expect(defaults['entropyWeight']).toMatchObject({ published: 1, paper: 0.1 })
    expect(defaults['rewardScale']).toMatchObject({ published: 5, paper: 1 })
    expect(defaults['meanReward']).toEqual({ published: 0, paper: 0, modern: 0 })
    expect(defaults['batch']).toMatchObject({ published: 256 })
  })
})
