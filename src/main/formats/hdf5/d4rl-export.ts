import type { RunSheet } from '../../../contract/dataset.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { EpisodeShape } from '../../dataset/episode-data.ts'
import { appVersion } from '../../platform/app-version.ts'
import { chosenActions } from '../chosen-actions.ts'
import { kinematicsOf, OWN_GROUP } from './d4rl-layout.ts'
import type { Counts, DatasetExporter, ExportChoices } from '../dataset-exporter.ts'
import { EpisodeEnds } from '../episode-ends.ts'
import type { EpisodeSource } from '../episode-source.ts'
import type { NumberKind, Numbers } from './hdf5-library.ts'
import { Hdf5Input } from './hdf5-input.ts'
import { Hdf5Output } from './hdf5-output.ts'
import { columnsOf } from '../table/matrix-columns.ts'
import { hasTooltip } from '../table/step-columns.ts'

/** A dataset of the file and what an episode adds to it. */
interface Column {
  name: string
  kind: NumberKind
  width: number | null
  of(episode: RecordedEpisode): Numbers
}

/** D4RL's flat HDF5 file: all steps of all episodes in one row each. */
export const d4rlExporter: DatasetExporter = {
  format: 'd4rl',
  label: 'D4RL HDF5',
  summary: 'One HDF5 file that D4RL, CORL, d3rlpy and h5py open.',
  makes: 'file',
  extension: '.hdf5',
  actionUnits: 'scaled',
  losses: ({ sheet, shape }, { actions }) => [
    ...(shape.rewardSize === 0
      ? ['A reward: the dataset has none, the format wants one. It is written as zeros.']
      : []),
    'Whether a value of 1 is true: terminals and timeouts are int8 0 and 1, not HDF5 booleans.',
    `A second action: "actions" are the ${actions} actions; the others lie in infos, where the tools of D4RL ignore them.`,
    'End reasons: a terminal is in terminals, every other end in timeouts. The reasons lie in metadata, likewise ignored.',
    "D4RL's own qlearning_dataset drops the last step of every episode that was cut, because it takes the next row for the next observation.",
    'The state of the explorer: a run cannot be continued from the file.',
    ...(hasTooltip(sheet) ? ['The cells that the tool tip reached: an import counts them again.'] : []),
  ],
  write,
  recount,
}

async function write(source: EpisodeSource, partial: string, choices: ExportChoices): Promise<void> {
  const { sheet, shape, totals } = source
  const file = await Hdf5Output.create(partial)
  for (const group of ['infos', 'metadata', OWN_GROUP]) file.group(group)
  describe(file, sheet, choices)
  const ends = new EpisodeEnds()
  const perStep = stepColumns(sheet, shape, choices).map((column) => ({ column, of: totals.transitions }))
  const perEpisode = episodeColumns(sheet, shape, ends).map((column) => ({ column, of: totals.episodes }))
  const growing = [...perStep, ...perEpisode].map(({ column, of }) => {
    return { column, rows: file.rows(column.name, column.kind, column.width, of) }
  })
  for await (const episode of source.episodes()) {
    for (const { column, rows } of growing) rows.append(column.of(episode))
  }
  file.text(`${OWN_GROUP}/ends`, ends.text())
  file.close()
}

/** What a person or a program needs to know to read the numbers. */
function describe(file: Hdf5Output, sheet: RunSheet, { actions }: ExportChoices): void {
  const { observation, action, hasReward } = sheet
  file.text('metadata/producer', `Forager ${appVersion()}`)
  file.text('metadata/world', sheet.world)
  file.text(
    'metadata/actions',
    `The ${actions} action of each step, -1 to 1; times action_scale it is in action_units.`,
  )
  file.text('metadata/rewards', hasReward ? `Of ${sheet.world}.` : 'Zeros: the data were gathered without a reward.')
  file.text('metadata/notes', sheet.notes)
  const names = { observation_names: observation, action_names: action }
  for (const [name, columns] of Object.entries(names))
    file.texts(
      `metadata/${name}`,
      columns.map((each) => each.name),
    )
  const units = { observation_units: observation, action_units: action }
  for (const [name, columns] of Object.entries(units))
    file.texts(
      `metadata/${name}`,
      columns.map((each) => each.unit),
    )
  file.numbers(
    'metadata/action_scale',
    'float64',
    Float64Array.from(action, ({ scale }) => scale),
  )
  file.numbers('metadata/step_period_s', 'float64', Float64Array.of(sheet.stepPeriodS))
  file.text(`${OWN_GROUP}/run_sheet`, JSON.stringify(sheet))
  file.text(`${OWN_GROUP}/actions`, actions)
}

function stepColumns(sheet: RunSheet, shape: EpisodeShape, { actions }: ExportChoices): Column[] {
  const { observationSize: S, actionSize: A } = shape
  const other = actions === 'policy' ? 'sent' : 'policy'
  return [
    { name: 'observations', kind: 'float32', width: S, of: (e) => e.observations.subarray(0, e.steps * S) },
    { name: 'next_observations', kind: 'float32', width: S, of: (e) => e.observations.subarray(S) },
    { name: 'actions', kind: 'float32', width: A, of: (e) => chosenActions(e, actions) },
    {
      name: 'rewards',
      kind: 'float32',
      width: null,
      of: (e) => (sheet.hasReward ? e.rewards : new Float32Array(e.steps)),
    },
    { name: 'terminals', kind: 'int8', width: null, of: (e) => atTheEnd(e, e.endReason === 'terminal') },
    { name: 'timeouts', kind: 'int8', width: null, of: (e) => atTheEnd(e, e.endReason !== 'terminal') },
    { name: `infos/${other}_actions`, kind: 'float32', width: A, of: (e) => chosenActions(e, other) },
    { name: 'infos/tick_time_ns', kind: 'int64', width: null, of: (e) => e.tickTimes.subarray(0, e.steps) },
    { name: 'infos/flags', kind: 'uint32', width: null, of: (e) => e.flags },
    ...(hasTooltip(sheet)
      ? [
          {
            name: 'infos/tooltip',
            kind: 'float32',
            width: 3,
            of: (e) => e.tooltip.subarray(0, 3 * e.steps),
          } satisfies Column,
        ]
      : []),
    ...kinematicColumns(sheet, shape),
  ]
}

function kinematicColumns(sheet: RunSheet, shape: EpisodeShape): Column[] {
  const kinematics = kinematicsOf(sheet, shape)
  if (!kinematics) return []
  const { kind, coordinates, velocities } = kinematics
  const both = coordinates + velocities
  const columns = (episode: RecordedEpisode, from: number, count: number): Numbers =>
    columnsOf(kinematics.of(episode).subarray(0, episode.steps * both), both, from, count)
  return [
    { name: 'infos/qpos', kind, width: coordinates, of: (e) => columns(e, 0, coordinates) },
    { name: 'infos/qvel', kind, width: velocities, of: (e) => columns(e, coordinates, velocities) },
  ]
}

/** A one in the last of an episode's rows. */
function atTheEnd({ steps }: RecordedEpisode, set: boolean): Int8Array {
  const flags = new Int8Array(steps)
  if (set) flags[steps - 1] = 1
  return flags
}

/** One row per episode: what makes an import give back exactly what was recorded. */
function episodeColumns(sheet: RunSheet, shape: EpisodeShape, ends: EpisodeEnds): Column[] {
  const { simulatorStateSize: Q } = shape
  const columns: Column[] = [
    { name: 'number', kind: 'int64', width: null, of: (e) => BigInt64Array.of(BigInt(e.episode)) },
    { name: 'steps', kind: 'int64', width: null, of: (e) => BigInt64Array.of(BigInt(e.steps)) },
    { name: 'started_at_ms', kind: 'int64', width: null, of: (e) => BigInt64Array.of(BigInt(e.startedAtMs)) },
    { name: 'skill', kind: 'int32', width: null, of: (e) => Int32Array.of(e.skill ?? -1) },
    { name: 'end', kind: 'int32', width: null, of: (e) => Int32Array.of(ends.numberOf(e.end)) },
    { name: 'last_tick_time_ns', kind: 'int64', width: null, of: (e) => e.tickTimes.subarray(e.steps) },
  ]
  if (hasTooltip(sheet))
    columns.push({ name: 'last_tooltip', kind: 'float32', width: 3, of: (e) => e.tooltip.subarray(3 * e.steps) })
  if (Q > 0)
    columns.push({
      name: 'last_simulator_state',
      kind: 'float64',
      width: Q,
      of: (e) => e.simulatorStates.subarray(Q * e.steps),
    })
  return columns.map((column) => ({ ...column, name: `${OWN_GROUP}/${column.name}` }))
}

/** Rows are transitions; an episode ends where a flag is set. */
async function recount(path: string): Promise<Counts> {
  const file = await Hdf5Input.open(path)
  try {
    const terminals = file.required('terminals')
    const timeouts = file.required('timeouts')
    const { rows } = file.required('observations')
    let episodes = 0
    for (const column of [terminals, timeouts]) {
      for (let from = 0; from < column.rows; from += BLOCK) {
        for (const flag of column.floats(from, Math.min(from + BLOCK, column.rows))) episodes += flag
      }
    }
    return { episodes, transitions: rows }
  } finally {
    file.close()
  }
}

const BLOCK = 1 << 16
