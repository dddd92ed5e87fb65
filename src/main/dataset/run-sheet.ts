import { randomUUID } from 'node:crypto'
import type { RunSheet } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import { datasetNameOf } from '../platform/dataset-name.ts'
import type { WorldSpec } from '../world/world.ts'
import { FORMAT_VERSION } from './dataset-format.ts'

/** What a person or a caller decides about a run; the rest of the sheet comes from the world. */
export interface RunChoices {
  explorer: string
  mode: string
  settings: Record<string, number>
  seed: number
  target: number
  stepsPerEpisode: number
  operator: string
  notes: string
  appVersion: string
}

/** The sheet of a new dataset at `path`. */
export function newRunSheet(path: string, world: WorldSpec, choices: RunChoices): RunSheet {
  return {
    format: 'forager-dataset',
    formatVersion: FORMAT_VERSION,
    id: randomUUID(),
    name: datasetNameOf(path),
    world: world.name,
    ...choices,
    stepPeriodS: world.stepPeriodS,
    observation: world.observation,
    action: world.action,
    robot: world.robot,
    limitsHash: world.limitsHash,
    createdAt: Date.now(),
  }
}

/** Refuses with `dataset-differs` when `wanted` would mix another kind of data into the `stored` run. Names both. */
export function refuseOtherRun(stored: RunSheet, wanted: RunSheet, path: string): void {
  const differing = (['world', 'explorer', 'mode', 'seed', 'stepsPerEpisode', 'limitsHash'] as const).find(
    (key) => stored[key] !== wanted[key],
  )
  if (differing) throw differs(path, KEY_WORDS[differing], String(stored[differing]), String(wanted[differing]))
  const keys = [...new Set([...Object.keys(stored.settings), ...Object.keys(wanted.settings)])]
  const setting = keys.find((key) => stored.settings[key] !== wanted.settings[key])
  if (setting === undefined) return
  throw differs(path, `setting ${setting}`, String(stored.settings[setting]), String(wanted.settings[setting]))
}

const KEY_WORDS = {
  world: 'world',
  explorer: 'explorer',
  mode: 'mode',
  seed: 'seed',
  stepsPerEpisode: 'steps per episode',
  limitsHash: 'set of limits',
} as const

function differs(path: string, what: string, stored: string, wanted: string): Error {
  return refusal(
    'dataset-differs',
    `${path} was recorded with ${what} ${stored}; this run asks for ${wanted}. The file is unchanged.`,
    `Continue it with ${what} ${stored}, or choose another name for a new dataset.`,
  )
}
