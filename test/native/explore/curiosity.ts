import { expect } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import type { Mode } from '../../oracle/oracle.ts'
import { walk } from './walk.ts'

export const states = 6
export const actions = 3
export const batch = 24
export const modes = ['published', 'paper', 'modern'] as const

const small = { batch, hidden1: 24, hidden2: 16, modelHidden: 32, warmUp: 0 }

/** A small explorer with a model that learns from the agent's mini-batches. */
export function makeCurious(explorer: string, mode: Mode, settings: Record<string, number> = {}): Explorer {
  const shape = { observationSize: states, actionSize: actions, seed: 9 }
  return native.createExplorer({ explorer, mode, ...shape, settings: { ...small, ...settings } })
}

/** A loss of the newest update, after each of so many episodes. */
export function lossesAlong(explorer: Explorer, name: string, episodes: number): number[] {
  return Array.from({ length: episodes }, (_, i) => {
    walk(explorer, { episode: i + 1, steps: 50, states, actions })
    const { losses } = explorer.learning()
    expect(Object.entries(losses).filter(([, value]) => !Number.isFinite(value))).toEqual([])
    return losses[name] as number
  })
}
