import { randomUUID } from 'node:crypto'
import type { RunSheet } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import { datasetNameOf } from '../platform/dataset-name.ts'
import type { WorldSpec } from '../world/world.ts'
import { formatVersionOf } from './dataset-format.ts'

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
  robotSimulated?: boolean
}

/** The sheet of a new dataset at `path`. */
export function newRunSheet(path: string, world: WorldSpec, choices: RunChoices, explorerLearns = false): RunSheet {
  return {
    format: 'forager-dataset',
    formatVersion: formatVersionOf(world, explorerLearns),
    id: randomUUID(),
    name: datasetNameOf(path),
    world: world.name,
    worldOptions: world.options,
    ...choices,
    stepPeriodS: world.stepPeriodS,
    observation: world.observation,
    action: world.action,
    hasReward: world.hasReward,
    simulatorState: world.simulatorState,
    robot: world.robot,
    limitsHash: world.limitsHash,
    createdAt: Date.now(),
    imported: null,
  }
}

/** Refuses with `dataset-differs` when `wanted` would mix another kind of data into the `stored` run. Names both. */
export function refuseOtherRun(stored: RunSheet, wanted: RunSheet, path: string): void {
  if (stored.imported) throw isImported(path, stored.imported.from)
  const differing = (['world', 'explorer', 'mode', 'seed', 'stepsPerEpisode', 'limitsHash'] as const).find(
    (key) => stored[key] !== wanted[key],
  )
  if (differing === 'limitsHash' && wanted.world.startsWith('panda'))
    throw otherLimits(path, stored.limitsHash, wanted.limitsHash)
  if (differing) throw differs(path, KEY_WORDS[differing], String(stored[differing]), String(wanted[differing]))
  const [was, is] = [stored.robotSimulated, wanted.robotSimulated]
  if (was !== undefined && is !== undefined && was !== is) throw otherArm(path, was)
  for (const [word, a, b] of [
    ['option', stored.worldOptions, wanted.worldOptions],
    ['setting', stored.settings, wanted.settings],
  ] as const) {
    const key = differingKey(a, b)
    if (key !== undefined) throw differs(path, `${word} ${key}`, String(a[key]), String(b[key]))
  }
}

function differingKey(a: Record<string, unknown>, b: Record<string, unknown>): string | undefined {
  return Object.keys({ ...a, ...b }).find((key) => a[key] !== b[key])
}

const KEY_WORDS = {
  world: 'world',
  explorer: 'explorer',
  mode: 'mode',
  seed: 'seed',
  stepsPerEpisode: 'steps per episode',
  limitsHash: 'world model',
} as const

function otherLimits(path: string, stored: string, wanted: string): Error {
  return refusal(
    'dataset-differs',
    `${path} was recorded under other limits of the arm than those in force (SHA-256 ${stored}, now ${wanted}). The file is unchanged.`,
    'Set the limits on Robot > Limits as they were, or choose another name for a new dataset.',
  )
}

function otherArm(path: string, wasSimulated: boolean): Error {
  const [was, is] = wasSimulated ? ['a simulated arm', 'a real one'] : ['a real arm', 'a simulated one']
  return refusal(
    'dataset-differs',
    `${path} was recorded on ${was}; this run would be on ${is}. The file is unchanged.`,
    `Connect to ${was}, or choose another name for a new dataset.`,
  )
}

function isImported(path: string, from: string): Error {
  return refusal(
    'dataset-differs',
    `${path} was imported from ${from}; recording into it would mix two origins. The file is unchanged.`,
    'Choose another name for a new dataset, and join both when you train.',
  )
}

function differs(path: string, what: string, stored: string, wanted: string): Error {
  return refusal(
    'dataset-differs',
    `${path} was recorded with ${what} ${stored}; this run asks for ${wanted}. The file is unchanged.`,
    `Continue it with ${what} ${stored}, or choose another name for a new dataset.`,
  )
}
