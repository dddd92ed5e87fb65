import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import { walk } from './walk.ts'

const states = 6
const actions = 3
const batch = 32
const small = { batch, hidden1: 24, hidden2: 16, warmUp: 0, predictorHidden: 24, features: 12 }

type Mode = 'published' | 'paper' | 'modern'

function make(mode: Mode, settings: Record<string, number> = {}, seed = 9): Explorer {
  const options = { explorer: 'rnd', mode, observationSize: states, actionSize: actions, seed }
  return native.createExplorer({ ...options, settings: { ...small, ...settings } })
}

/** The first update of SAC as a learner, on these transitions with the same reward for each. */
async function firstUpdateOfSac(
  walked: ReturnType<typeof walk>,
  reward: number,
  settings: Record<string, number>,
): Promise<Record<string, number>> {
  const replay = new native.Replay({ observationSize: states, actionSize: actions })
  replay.addEpisode(walked.observations, walked.actions, new Float32Array(batch).fill(reward), false)
  const job = new native.TrainingJob({ learner: 'sac', mode: 'published', settings, seed: 9, threads: 1, replay })
  job.start(1)
  await expect.poll(() => job.progress().state).toBe('done')
  const losses = job.losses()
  job.close()
  return losses
}

describe('random network distillation', () => {
  test('published: every transition gets the mean reward of its batch', async () => {
    // One batch for all losses, so that the mean reward that the explorer tells of is that of both critics' batch.
    const explorer = make('published', { separateBatches: 0, endsTerminal: 0 })
    const walked = walk(explorer, { episode: 1, steps: batch, states, actions })
    const { updates, losses } = explorer.learning()
    expect(updates).toBe(1)
    const sac = { batch, hidden1: 24, hidden2: 16, separateBatches: 0, endsTerminal: 0 }
    const agent = await firstUpdateOfSac(walked, losses['reward'] as number, sac)
    for (const name of ['value', 'critic', 'actor']) expect(losses[name]).toBeCloseTo(agent[name] as number, 5)
    // A reward of each state's own gives another loss: the critics would see its spread.
    const own = make('published', { separateBatches: 0, endsTerminal: 0, meanReward: 0 })
    walk(own, { episode: 1, steps: batch, states, actions })
    const other = own.learning().losses
    expect(other['reward']).toBe(losses['reward'])
    expect(Math.abs((other['critic'] as number) - (losses['critic'] as number))).toBeGreaterThan(1e-4)
  })

  test('the reward is the squared error over all features, of which the predictor minimises the mean', () => {
    // The agent comes first and shares its batch with the predictor: both see the same errors in the first update.
    const explorer = make('paper')
    walk(explorer, { episode: 1, steps: batch, states, actions })
    const { updates, losses } = explorer.learning()
    expect(updates).toBe(1)
    expect(losses['reward']).toBeCloseTo((losses['predictor'] as number) * small.features, 5)
  })

  test('only the published mode has that slip, and its batch of 64', () => {
    const { settings } = native.describeExplorers().find(({ name }) => name === 'rnd')!
    const defaults = Object.fromEntries(settings.map(({ key, defaults }) => [key, defaults]))
    expect(defaults['meanReward']).toEqual({ published: 1, paper: 0, modern: 0 })
    expect(defaults['batch']).toMatchObject({ published: 64, paper: 64 })
    expect(settings.some(({ key }) => key === 'normalise')).toBe(false)
  })

  test.each(['published', 'paper', 'modern'] as const)('in %s mode the predictor learns what it sees again', (mode) => {
    const explorer = make(mode, { predictorRate: 3e-3 })
    const errors: number[] = []
    for (let episode = 1; episode <= 8; episode++) {
      walk(explorer, { episode, steps: 50, states, actions })
      errors.push(explorer.learning().losses['predictor'] as number)
    }
    expect(errors.at(-1)).toBeLessThan((errors[0] as number) / 2)
  })

  test('modern: rewards are divided by their running deviation, whatever their size', () => {
    // Two random networks of very different size: the deviation takes the size out.
    const rewards = [8, 512].map((features) => {
      const explorer = make('modern', { features, predictorRate: 0, orthogonal: 0 })
      for (let episode = 1; episode <= 3; episode++) walk(explorer, { episode, steps: 50, states, actions })
      return explorer.learning().losses['reward'] as number
    })
    expect((rewards[1] as number) / (rewards[0] as number)).toBeLessThan(4)
    const unscaled = [8, 512].map((features) => {
      const explorer = make('modern', { features, predictorRate: 0, orthogonal: 0, runningScale: 0 })
      for (let episode = 1; episode <= 3; episode++) walk(explorer, { episode, steps: 50, states, actions })
      return explorer.learning().losses['reward'] as number
    })
    expect((unscaled[1] as number) / (unscaled[0] as number)).toBeGreaterThan(16)
  })
})
