import type { RunSheet } from '../../../contract/dataset.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { EpisodeShape } from '../../dataset/episode-data.ts'
import { chosenActions } from '../chosen-actions.ts'
import { kinematicsOf } from './d4rl-layout.ts'
import type { Counts, DatasetExporter, ExportChoices } from '../dataset-exporter.ts'
import type { EpisodeSource } from '../episode-source.ts'
import { Hdf5Input } from './hdf5-input.ts'
import type { NumberKind, Numbers } from './hdf5-library.ts'
import { Hdf5Output } from './hdf5-output.ts'
import { columnsOf } from '../table/matrix-columns.ts'
import { hasTooltip } from '../table/step-columns.ts'

/** A robomimic HDF5 file: one demonstration for each episode. Its observations are named as robosuite names those of a Panda. */
export const robomimicExporter: DatasetExporter = {
  format: 'robomimic',
  label: 'robomimic HDF5',
  summary: 'One HDF5 file of demonstrations that robomimic trains from.',
  makes: 'file',
  extension: '.hdf5',
  actionUnits: 'scaled',
  losses: ({ sheet, shape }, { actions }) => [
    ...(shape.rewardSize === 0
      ? ['A reward: the dataset has none, the format wants one. It is written as zeros.']
      : []),
    `A second action: only the ${actions} actions are written.`,
    'End reasons: "dones" are 1 at a terminal only; which other end an episode had is not in the file.',
    'Tick times, flags, skills and numbers of episodes.',
    ...(sheet.simulatorState.length === 0
      ? ['States of a simulator: there are none; "states" repeats the observations.']
      : []),
    ...(hasTooltip(sheet) ? ['The orientation of the hand: only its position is recorded.'] : []),
    'An environment that robomimic could open: env_args only names the world.',
  ],
  write,
  recount,
}

async function write(source: EpisodeSource, partial: string, choices: ExportChoices): Promise<void> {
  const { sheet, shape, totals } = source
  const file = await Hdf5Output.create(partial)
  file.group('/data')
  let demo = 0
  for await (const episode of source.episodes()) {
    const group = `/data/demo_${demo}`
    for (const path of [group, `${group}/obs`, `${group}/next_obs`]) file.group(path)
    for (const { name, kind, width, values } of columnsOfEpisode(episode, sheet, shape, choices))
      file.rows(`${group}/${name}`, kind, width, episode.steps).append(values)
    file.flushRows()
    file.attribute(group, 'num_samples', BigInt(episode.steps))
    demo += 1
  }
  file.attribute('/data', 'total', BigInt(totals.transitions))
  // Type 2: an environment of Gym, the nearest of the three that robomimic knows.
  const environment = { env_name: sheet.world, env_type: 2, env_kwargs: {} }
  file.attribute('/data', 'env_args', JSON.stringify(environment))
  file.attribute('/data', 'run_sheet', JSON.stringify(sheet))
  file.close()
}

interface Column {
  name: string
  kind: NumberKind
  width: number | null
  values: Numbers
}

function columnsOfEpisode(
  e: RecordedEpisode,
  sheet: RunSheet,
  shape: EpisodeShape,
  { actions }: ExportChoices,
): Column[] {
  const { observationSize: S, actionSize: A, simulatorStateSize: Q } = shape
  const states =
    Q > 0 ? e.simulatorStates.subarray(0, e.steps * Q) : Float64Array.from(e.observations.subarray(0, e.steps * S))
  const dones = Int8Array.from({ length: e.steps }, (_, t) => Number(e.endReason === 'terminal' && t === e.steps - 1))
  const observed = observedParts(e, sheet, shape).flatMap(({ name, width, values }): Column[] => [
    { name: `obs/${name}`, kind: 'float32', width, values: values.subarray(0, e.steps * width) },
    { name: `next_obs/${name}`, kind: 'float32', width, values: values.subarray(width) },
  ])
  return [
    { name: 'actions', kind: 'float32', width: A, values: chosenActions(e, actions) },
    { name: 'rewards', kind: 'float32', width: null, values: sheet.hasReward ? e.rewards : new Float32Array(e.steps) },
    { name: 'dones', kind: 'int8', width: null, values: dones },
    { name: 'states', kind: 'float64', width: Q > 0 ? Q : S, values: states },
    ...observed,
  ]
}

/** The observation in the parts that robosuite names, [T + 1, width] each; one part in a world that is no arm. */
function observedParts(
  { observations, tooltip }: RecordedEpisode,
  sheet: RunSheet,
  shape: EpisodeShape,
): { name: string; width: number; values: Float32Array }[] {
  const S = shape.observationSize
  const joints = hasTooltip(sheet) ? (kinematicsOf(sheet, shape)?.coordinates ?? 0) : 0
  if (joints === 0 || 2 * joints !== S) return [{ name: 'flat', width: S, values: observations }]
  return [
    { name: 'robot0_joint_pos', width: joints, values: columnsOf(observations, S, 0, joints) },
    { name: 'robot0_joint_vel', width: joints, values: columnsOf(observations, S, joints, joints) },
    { name: 'robot0_eef_pos', width: 3, values: tooltip },
  ]
}

async function recount(path: string): Promise<Counts> {
  const file = await Hdf5Input.open(path)
  try {
    const demos = file.names('/data')
    const transitions = demos.reduce((sum, demo) => sum + file.required(`/data/${demo}/actions`).rows, 0)
    return { episodes: demos.length, transitions }
  } finally {
    file.close()
  }
}
