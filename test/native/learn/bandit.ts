import { native } from '../../../src/main/platform/native.ts'
import type { Replay } from '../../../src/main/platform/native-learn.ts'
import type { PolicyParts } from '../../../src/main/platform/native-policy.ts'
import { RandomStream } from './random-stream.ts'

export const bandit = { observationSize: 3, actionSize: 2 }

/** How a bandit's data come about: for a state in [-1, 1]^3 and two numbers of N(0, 1), the action and its reward. */
export type Behaviour = (state: number[], noise: number[]) => { action: number[]; reward: number }

export function randomStates(count: number, seed: number): number[][] {
  const random = new RandomStream(seed, 'states')
  return Array.from({ length: count }, () => Array.from({ length: bandit.observationSize }, () => random.uniform(-1, 1)))
}

/** A replay of episodes of one step: no value follows, so Q is the reward itself. */
export function banditReplay(count: number, seed: number, behaviour: Behaviour): Replay {
  const replay = new native.Replay(bandit)
  const random = new RandomStream(seed, 'noise')
  for (const state of randomStates(count, seed)) {
    const { action, reward } = behaviour(state, random.normals(bandit.actionSize))
    replay.addEpisode(Float32Array.from([...state, ...state]), Float32Array.from(action), Float32Array.of(reward), true)
  }
  return replay
}

/** The policy's action in each state. */
export function actionsOf(parts: PolicyParts, states: number[][]): number[][] {
  const policy = new native.Policy(parts)
  policy.reset(3)
  const action = new Float32Array(bandit.actionSize)
  return states.map((state) => {
    policy.act(Float32Array.from(state), action)
    return [...action]
  })
}

/** Mean squared difference per coordinate. */
export function meanSquare(a: number[][], b: number[][]): number {
  const squares = a.flatMap((row, r) => row.map((value, c) => (value - (b[r]?.[c] as number)) ** 2))
  return squares.reduce((sum, value) => sum + value, 0) / squares.length
}
