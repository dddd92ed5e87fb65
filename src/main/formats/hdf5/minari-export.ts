import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RunSheet } from '../../../contract/dataset.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { EpisodeShape } from '../../dataset/episode-data.ts'
import { appVersion } from '../../platform/app-version.ts'
import { chosenActions } from '../chosen-actions.ts'
import { kinematicsOf } from './d4rl-layout.ts'
import type { Counts, DatasetExporter, ExportChoices } from '../dataset-exporter.ts'
import type { EpisodeSource } from '../episode-source.ts'
import { Hdf5Input } from './hdf5-input.ts'
import type { NumberKind, Numbers } from './hdf5-library.ts'
import { Hdf5Output } from './hdf5-output.ts'
import { columnsOf } from '../table/matrix-columns.ts'
import { DATA_FILE, METADATA_FILE, MINARI_VERSION, OWN_KEY, minariId, minariNameProblem } from './minari-layout.ts'
import { hasTooltip } from '../table/step-columns.ts'

/** A dataset folder of Minari: a group of HDF5 datasets for each episode, and a JSON file about all. */
export const minariExporter: DatasetExporter = {
  format: 'minari',
  label: 'Minari',
  summary: 'A folder that Minari and what builds on Gymnasium load; put it into ~/.minari/datasets.',
  makes: 'folder',
  extension: '-v0',
  nameProblem: minariNameProblem,
  actionUnits: 'scaled',
  losses: ({ shape }, { actions }) => [
    ...(shape.rewardSize === 0
      ? ['A reward: the dataset has none, the format wants one. It is written as zeros.']
      : []),
    'Whether a value of 1 is true: terminations and truncations are int8 0 and 1, not HDF5 booleans.',
    `A second action: "actions" are the ${actions} actions; the others lie beside them, where Minari ignores them.`,
    'End reasons: a terminal is in terminations, every other end in truncations. The reasons are attributes of each episode.',
    'Bounds of the observations: the space is given as unbounded.',
    'The environment itself: recover_environment() of Minari has nothing to make.',
    'The state of the explorer: a run cannot be continued from the folder.',
  ],
  write,
  recount,
}

async function write(source: EpisodeSource, partial: string, choices: ExportChoices, name: string): Promise<void> {
  const folder = join(partial, 'data')
  mkdirSync(folder, { recursive: true })
  const file = await Hdf5Output.create(join(folder, DATA_FILE))
  let id = 0
  for await (const episode of source.episodes()) {
    writeEpisode(file, id, episode, source, choices)
    id += 1
  }
  file.close()
  const metadata = metadataOf(source, choices, minariId(join(dirname(partial), name)))
  writeFileSync(join(folder, METADATA_FILE), JSON.stringify(metadata, null, 2))
}

/** A dataset of an episode's group. */
interface Column {
  name: string
  kind: NumberKind
  width: number | null
  values: Numbers
}

function writeEpisode(
  file: Hdf5Output,
  id: number,
  episode: RecordedEpisode,
  { sheet, shape }: EpisodeSource,
  choices: ExportChoices,
): void {
  const group = `/episode_${id}`
  for (const path of [group, `${group}/infos`, `${group}/${OWN_KEY}`]) file.group(path)
  for (const { name, kind, width, values } of columnsOfEpisode(episode, sheet, shape, choices)) {
    file.rows(`${group}/${name}`, kind, width, values.length / (width ?? 1)).append(values)
  }
  file.flushRows()
  const { steps, end, startedAtMs, skill } = episode
  const counts = { id, total_steps: steps, number: episode.episode, started_at_ms: startedAtMs }
  const whole = skill === null ? counts : { ...counts, skill }
  for (const [name, value] of Object.entries(whole)) file.attribute(group, name, BigInt(value))
  const rewards = sheet.hasReward ? episode.rewards : new Float32Array(steps)
  for (const [name, value] of Object.entries(rewardStatistics(rewards))) file.attribute(group, name, value)
  const texts = { end_reason: end.reason, end_message: end.message, stop_code: end.stopCode, stop_title: end.stopTitle }
  for (const [name, value] of Object.entries(texts)) file.attribute(group, name, value)
}

function columnsOfEpisode(
  e: RecordedEpisode,
  sheet: RunSheet,
  shape: EpisodeShape,
  { actions }: ExportChoices,
): Column[] {
  const { observationSize: S, actionSize: A } = shape
  const other = actions === 'policy' ? 'sent' : 'policy'
  const last = (set: boolean): Int8Array =>
    Int8Array.from({ length: e.steps }, (_, t) => Number(set && t === e.steps - 1))
  const kinematics = kinematicsOf(sheet, shape)
  const state = (from: number, count: number): Numbers => {
    const { coordinates, velocities, of } = kinematics!
    return columnsOf(of(e), coordinates + velocities, from, count)
  }
  return [
    { name: 'observations', kind: 'float32', width: S, values: e.observations },
    { name: 'actions', kind: 'float32', width: A, values: chosenActions(e, actions) },
    { name: 'rewards', kind: 'float32', width: null, values: sheet.hasReward ? e.rewards : new Float32Array(e.steps) },
    { name: 'terminations', kind: 'int8', width: null, values: last(e.endReason === 'terminal') },
    { name: 'truncations', kind: 'int8', width: null, values: last(e.endReason !== 'terminal') },
    { name: 'infos/tick_time_ns', kind: 'int64', width: null, values: e.tickTimes },
    ...(hasTooltip(sheet)
      ? [{ name: 'infos/tooltip', kind: 'float32', width: 3, values: e.tooltip } satisfies Column]
      : []),
    ...(kinematics
      ? [
          {
            name: 'infos/qpos',
            kind: kinematics.kind,
            width: kinematics.coordinates,
            values: state(0, kinematics.coordinates),
          },
          {
            name: 'infos/qvel',
            kind: kinematics.kind,
            width: kinematics.velocities,
            values: state(kinematics.coordinates, kinematics.velocities),
          },
        ]
      : []),
    // Of each step, while infos have a row more.
    { name: `${OWN_KEY}/${other}_actions`, kind: 'float32', width: A, values: chosenActions(e, other) },
    { name: `${OWN_KEY}/flags`, kind: 'uint32', width: null, values: e.flags },
  ]
}

/** As Minari computes them for each episode. */
function rewardStatistics(rewards: Float32Array): Record<string, number> {
  const sum = rewards.reduce((total, reward) => total + reward, 0)
  const mean = sum / rewards.length
  const square = rewards.reduce((total, reward) => total + (reward - mean) ** 2, 0) / rewards.length
  return {
    rewards_max: rewards.reduce((most, reward) => Math.max(most, reward), -Infinity),
    rewards_min: rewards.reduce((least, reward) => Math.min(least, reward), Infinity),
    rewards_mean: mean,
    rewards_std: Math.sqrt(square),
    rewards_sum: sum,
  }
}

function metadataOf({ sheet, totals }: EpisodeSource, { actions }: ExportChoices, id: string): object {
  return {
    dataset_id: id,
    total_episodes: totals.episodes,
    total_steps: totals.transitions,
    data_format: 'hdf5',
    minari_version: MINARI_VERSION,
    observation_space: boxText(sheet.observation.length, '-Infinity', 'Infinity'),
    action_space: boxText(sheet.action.length, '-1.0', '1.0'),
    jpeg_encoding: false,
    algorithm_name: sheet.explorer,
    description: description(sheet, actions),
    ...(sheet.operator === '' ? {} : { author: [sheet.operator] }),
    [OWN_KEY]: { version: appVersion(), actions, run_sheet: sheet },
  }
}

/** A Gymnasium Box as Minari keeps it: JSON text as Python writes it, which knows infinity. */
function boxText(size: number, low: string, high: string): string {
  const all = (value: string): string => `[${new Array<string>(size).fill(value).join(', ')}]`
  return `{"type": "Box", "dtype": "float32", "shape": [${size}], "low": ${all(low)}, "high": ${all(high)}}`
}

function description(sheet: RunSheet, actions: string): string {
  const observed = sheet.observation.map(({ name, unit }) => `${name} [${unit}]`).join(', ')
  const acted = sheet.action.map(({ name, unit, scale }) => `${name} [${scale} ${unit}]`).join(', ')
  const reward = sheet.hasReward ? '' : ' Rewards are zeros: the data were gathered without one.'
  const text = `Observations: ${observed}. Actions: the ${actions} ones, -1..1 of ${acted}. Step: ${sheet.stepPeriodS} s.`
  return `${text}${reward}${sheet.notes === '' ? '' : ` ${sheet.notes}`}`
}

async function recount(path: string): Promise<Counts> {
  const file = await Hdf5Input.open(join(path, 'data', DATA_FILE))
  try {
    const groups = file.names('/')
    const transitions = groups.reduce((sum, group) => sum + file.required(`${group}/actions`).rows, 0)
    return { episodes: groups.length, transitions }
  } finally {
    file.close()
  }
}
