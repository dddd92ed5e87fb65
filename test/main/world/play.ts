import type { Explorer } from '../../../src/main/platform/native-explore.ts'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/world/end-code.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'
import type { World } from '../../../src/main/world/world.ts'

/** gym's time limit, steps */
const STEP_LIMIT = 1000

export function rowOf({ spec }: World): StepRow {
  return stepRow(spec.observation.length, spec.action.length, spec.simulatorState.length)
}

export function explorerFor({ spec }: World, explorer: string, seed: number): Explorer {
  const sizes = { observationSize: spec.observation.length, actionSize: spec.action.length }
  return native.createExplorer({ explorer, mode: 'paper', ...sizes, seed, settings: {} })
}

export interface Played {
  return: number
  length: number
}

/** One episode to its end; `act` fills the row's action. */
export function playEpisode(world: World, row: StepRow, episode: number, act: (row: StepRow) => void): Played {
  world.beginReset(episode)
  world.beginEpisode(row)
  let sum = 0
  for (let step = 1; ; step++) {
    act(row)
    world.step(row)
    sum += row.reward[0]!
    if (row.info[1] !== EndCode.none || step === STEP_LIMIT) return { return: sum, length: step }
  }
}

/** Episodes 1, 2, ... of an explorer until `enough` holds. */
export function play(world: World, explorer: string, seed: number, enough: (played: Played[]) => boolean): Played[] {
  const row = rowOf(world)
  const chooser = explorerFor(world, explorer, seed)
  const played: Played[] = []
  while (!enough(played)) {
    const episode = played.length + 1
    chooser.beginEpisode(episode)
    played.push(playEpisode(world, row, episode, ({ observation, action }) => chooser.act(observation, action)))
  }
  return played
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function deviation(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
}

/** The value that a share `part` of all lies below. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!
}
