import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import { walk } from './walk.ts'
import type { Walked } from './walk.ts'

const states = 5
const actions = 2
const weights = actions * (states + 1)
const steps = 20

type Mode = 'published' | 'paper' | 'modern'

function make(mode: Mode, settings: Record<string, number> = {}): Explorer {
  return native.createExplorer({ explorer: 'gep', mode, observationSize: states, actionSize: actions, seed: 4, settings })
}

/** The running policy and the library, from the explorer's networks: per action its weights, then its bias. */
function look(explorer: Explorer): { policy: number[]; library: { reached: number[]; policy: number[] }[] } {
  const networks = explorer.networks()
  const flat = (name: string): number[] => {
    const [{ weight, bias }] = networks[name] as [PolicyLayer]
    return [...bias].flatMap((b, a) => [...weight.subarray(a * states, (a + 1) * states), b])
  }
  const count = Object.keys(networks).filter((name) => name.startsWith('reached')).length
  const library = Array.from({ length: count }, (_, i) => ({
    reached: [...(networks[`reached ${i + 1}`]?.[0]?.bias ?? [])],
    policy: flat(`policy ${i + 1}`),
  }))
  return { policy: flat('policy'), library }
}

/** Walks so many episodes; means of the observations that were acted on, episode by episode. */
function gather(explorer: Explorer, episodes: number): number[][] {
  return Array.from({ length: episodes }, (_, episode) => {
    const { observations } = walk(explorer, { episode: episode + 1, steps, states, actions })
    return Array.from({ length: states }, (_, s) => {
      let sum = 0
      for (let t = 0; t < steps; t++) sum += observations[t * states + s] as number
      return sum / steps
    })
  })
}

const difference = (a: number[], b: number[]): number[] => a.map((x, i) => x - (b[i] as number))
const length = (x: number[]): number => Math.hypot(...x)
/** Distance to the nearest policy of the library, per weight. */
const variation = (policy: number[], library: { policy: number[] }[]): number =>
  Math.min(...library.map((entry) => length(difference(policy, entry.policy)))) / Math.sqrt(weights)

function closeTo(a: number[] | undefined, b: number[] | undefined): void {
  expect(a).toHaveLength(states)
  a!.forEach((x, i) => expect(x).toBeCloseTo(b?.[i] as number, 5))
}

describe('goal exploration', () => {
  test.each([
    ['published', 49],
    ['paper', 50],
  ] as const)('in %s mode %i policies are random before the first is varied', (mode, random) => {
    const explorer = make(mode)
    for (let episode = 1; episode <= random + 1; episode++) {
      gather(explorer, 0)
      explorer.beginEpisode(episode)
      const { policy, library } = look(explorer)
      expect(library).toHaveLength(episode - 1)
      // Two random policies differ by far more than the noise on a varied one.
      if (episode > 1) expect(variation(policy, library) < 0.05, `episode ${episode}`).toBe(episode > random)
      walk(explorer, { episode, steps: 2, states, actions })
    }
  })

  test('published: what a policy reached is the mean of all observations so far', () => {
    const explorer = make('published')
    const means = gather(explorer, 4)
    explorer.beginEpisode(5)
    const { library } = look(explorer)
    for (let k = 0; k < 4; k++) {
      const sofar = Array.from({ length: states }, (_, s) => {
        return means.slice(0, k + 1).reduce((sum, mean) => sum + (mean[s] as number), 0) / (k + 1)
      })
      closeTo(library[k]?.reached, sofar)
    }
  })

  test('paper: what a policy reached is the mean of its own episode', () => {
    const explorer = make('paper')
    const means = gather(explorer, 4)
    explorer.beginEpisode(5)
    look(explorer).library.forEach(({ reached }, k) => closeTo(reached, means[k]))
  })

  test.each([
    ['published', 0.01],
    ['paper', 0.01],
    ['modern', 0.2],
  ] as const)('in %s mode a policy is varied by noise of %d on each weight', (mode, sigma) => {
    // Without a limit and with biases, so that nothing but the noise is between two policies.
    const explorer = make(mode, { bootstrap: 2, weightLimit: 0, bias: 1, weightBound: 50 })
    gather(explorer, 3)
    const squares: number[] = []
    for (let episode = 4; episode < 64; episode++) {
      explorer.beginEpisode(episode)
      const { policy, library } = look(explorer)
      const from = library.toSorted(
        (a, b) => length(difference(policy, a.policy)) - length(difference(policy, b.policy)),
      )[0]!
      squares.push(...difference(policy, from.policy).map((d) => d * d))
      // Not walked: it begins again from the same library.
    }
    const deviation = Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / squares.length)
    expect(Math.abs(deviation / sigma - 1)).toBeLessThan(6 / Math.sqrt(2 * squares.length))
  })

  test('modern: weights stay within 1 and there are no biases', () => {
    const explorer = make('modern', { bootstrap: 2, noise: 3 })
    gather(explorer, 5)
    const { library } = look(explorer)
    const all = library.flatMap((entry) => entry.policy)
    expect(Math.max(...all.map(Math.abs))).toBe(1)
    const biases = library.flatMap(({ policy }) => policy.filter((_, i) => i % (states + 1) === states))
    expect(biases.every((bias) => bias === 0)).toBe(true)
  })

  test('a goal chooses the policy that reached nearest to it', () => {
    // Two policies far apart in what they reach; goals within a bound around the origin all choose the nearer one.
    const explorer = make('paper', { bootstrap: 2, weightBound: 1, goalBound: 0 })
    gather(explorer, 2)
    explorer.beginEpisode(3)
    const { policy, library } = look(explorer)
    const nearest = library.toSorted((a, b) => length(a.reached) - length(b.reached))[0]!
    expect(length(difference(policy, nearest.policy)) / Math.sqrt(weights)).toBeLessThan(0.05)
  })

  test('an episode without a step leaves no trace', () => {
    const explorer = make('paper')
    explorer.beginEpisode(1)
    explorer.act(new Float32Array(states), new Float32Array(actions))
    explorer.beginEpisode(1)
    expect(look(explorer).library).toEqual([])
  })

  describe.each(['published', 'paper', 'modern'] as const)('to go on in %s mode', (mode) => {
    const few = { bootstrap: 3 }
    const of = (episode: number) => ({ episode, steps: 3 + (episode % 5), states, actions })
    const walkedOn = (explorer: Explorer, from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => walk(explorer, of(from + i)))
    const recallAll = (explorer: Explorer, past: Walked[]) => {
      for (const [i, each] of past.entries())
        explorer.recall({ episode: i + 1, steps: of(i + 1).steps, ...each, terminal: false })
    }

    test('the past episodes and a state that does not grow with them are enough', () => {
      const [whole, next] = [make(mode, few), make(mode, few)]
      const early = walkedOn(whole, 1, 2)
      const size = whole.saveState().length
      const past = [...early, ...walkedOn(whole, 3, 12)]
      const state = whole.saveState()
      expect(state).toHaveLength(size)
      recallAll(next, past)
      next.restoreState(state)
      expect(walkedOn(next, 13, 20)).toEqual(walkedOn(whole, 13, 20))
      expect(next.networks()).toEqual(whole.networks())
      expect(next.saveState()).toEqual(whole.saveState())
    })

    test('an episode that broke off after the state was taken counts as well', () => {
      const [whole, next] = [make(mode, few), make(mode, few)]
      const past = walkedOn(whole, 1, 7)
      const state = whole.saveState()
      past.push(...walkedOn(whole, 8, 8))
      recallAll(next, past)
      next.restoreState(state)
      expect(walkedOn(next, 9, 12)).toEqual(walkedOn(whole, 9, 12))
    })

    test('a state of an earlier version, which has the library in it, needs no past', () => {
      const [whole, next] = [make(mode, few), make(mode, few)]
      walkedOn(whole, 1, 9)
      const entries = look(whole).library.map(({ reached, policy }) => Buffer.from(Float32Array.of(...reached, ...policy).buffer))
      next.restoreState(Buffer.concat([whole.saveState(), ...entries]))
      expect(walkedOn(next, 10, 14)).toEqual(walkedOn(whole, 10, 14))
    })
  })

  test('other bytes, and a state without its past, are refused', () => {
    const explorer = make('paper')
    expect(() => explorer.restoreState(new Uint8Array(3))).toThrow('not one of goal exploration')
    expect(() => explorer.restoreState(explorer.saveState().slice(0, -4))).toThrow('not one of goal exploration')
    const longer = new Uint8Array(explorer.saveState().length + 4)
    longer.set(explorer.saveState())
    expect(() => explorer.restoreState(longer)).toThrow('not one of goal exploration')
    gather(explorer, 2)
    expect(() => make('paper').restoreState(explorer.saveState())).toThrow('episodes before this state')
  })
})
