import type { RunSheet } from '../../../contract/dataset.ts'
import { episodeShape } from '../../dataset/episode-data.ts'
import type { EpisodeShape } from '../../dataset/episode-data.ts'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { EpisodeEnd } from '../../session/episode-recorder.ts'
import type { D4rlColumns } from './d4rl-columns.ts'
import { kinematicsOf, OWN_GROUP } from './d4rl-layout.ts'
import type { ForeignDataset, ForeignEpisode } from '../dataset-importer.ts'
import { endsOf } from '../episode-ends.ts'
import type { Hdf5Column, Hdf5Input } from './hdf5-input.ts'
import { joinedColumns } from '../table/matrix-columns.ts'
import { ownSheet, takenOver } from '../own-sheet.ts'
import { hasTooltip } from '../table/step-columns.ts'

/** A file that Forager exported: everything it has comes back as it was recorded. */
export function ownD4rlDataset(file: Hdf5Input, columns: D4rlColumns, sheetText: string): ForeignDataset {
  const sheet = ownSheet(sheetText)
  const shape = episodeShape(sheet)
  const own = ownColumns(file, sheet, shape, columns)
  const header = {
    sheet: takenOver(sheet),
    stepsPerEpisode: sheet.stepsPerEpisode,
    hasSkills: own.skill.floats(0, own.skill.rows).some((skill) => skill >= 0),
    transitions: columns.observations.rows,
    producer: file.text('metadata/producer') ?? '',
    beliefs: [],
  }
  return { header, close: () => file.close(), episodes: () => episodesOf(columns, own, sheet, shape) }
}

type OwnColumns = ReturnType<typeof ownColumns>

function ownColumns(file: Hdf5Input, sheet: RunSheet, shape: EpisodeShape, { observations, actions }: D4rlColumns) {
  if (observations.width !== shape.observationSize || actions.width !== shape.actionSize)
    throw new ForeignFileError('damaged', 'its columns are not those of its run sheet')
  if (!file.column('next_observations')) throw new ForeignFileError('damaged', 'it has no dataset "next_observations"')
  const written = file.text(`${OWN_GROUP}/actions`) === 'sent' ? 'sent' : 'policy'
  const other = file.required(`infos/${written === 'sent' ? 'policy' : 'sent'}_actions`)
  const ends = endsOf(file.text(`${OWN_GROUP}/ends`))
  if (!ends) throw new ForeignFileError('damaged', 'it does not say how its episodes ended')
  const perEpisode = (name: string): Hdf5Column => file.required(`${OWN_GROUP}/${name}`)
  const tooltip = hasTooltip(sheet) ? { rows: file.required('infos/tooltip'), last: perEpisode('last_tooltip') } : null
  const kinematics = kinematicsOf(sheet, shape)
  const simulator =
    shape.simulatorStateSize > 0 && kinematics
      ? {
          qpos: file.required('infos/qpos'),
          qvel: file.required('infos/qvel'),
          last: perEpisode('last_simulator_state'),
        }
      : null
  return {
    policy: written === 'policy' ? actions : other,
    sent: written === 'sent' ? actions : other,
    flags: file.required('infos/flags'),
    ticks: file.required('infos/tick_time_ns'),
    lastTick: perEpisode('last_tick_time_ns'),
    number: perEpisode('number'),
    steps: perEpisode('steps'),
    startedAt: perEpisode('started_at_ms'),
    skill: perEpisode('skill'),
    end: perEpisode('end'),
    ends,
    tooltip,
    simulator,
  }
}

async function* episodesOf(
  columns: D4rlColumns,
  own: OwnColumns,
  sheet: RunSheet,
  shape: EpisodeShape,
): AsyncGenerator<ForeignEpisode> {
  const { observations, nextObservations, rewards, terminals } = columns
  let from = 0
  for (let row = 0; row < own.steps.rows; row++) {
    const steps = Number(own.steps.integers(row, row + 1)[0])
    const to = from + steps
    if (steps < 1 || to > observations.rows)
      throw new ForeignFileError('damaged', `its episode in row ${row} is said to have ${steps} steps`)
    const end = endOf(own, row)
    if ((terminals.floats(to - 1, to)[0] !== 0) !== (end.reason === 'terminal'))
      throw new ForeignFileError('damaged', `the end of its episode in row ${row} contradicts "terminals"`)
    const skill = own.skill.floats(row, row + 1)[0]!
    yield {
      number: Number(own.number.integers(row, row + 1)[0]),
      observations: followed(observations.floats(from, to), nextObservations!.floats(to - 1, to)),
      policyActions: own.policy.floats(from, to),
      sentActions: own.sent.floats(from, to),
      flags: Uint32Array.from(own.flags.doubles(from, to)),
      rewards: sheet.hasReward ? rewards.floats(from, to) : null,
      tooltip: own.tooltip && followed(own.tooltip.rows.floats(from, to), own.tooltip.last.floats(row, row + 1)),
      simulatorStates: simulatorStates(own, shape, { from, to, row }),
      tickTimes: ticksOf(own, { from, to, row }),
      end,
      startedAtMs: Number(own.startedAt.integers(row, row + 1)[0]),
      skill: skill < 0 ? null : skill,
    }
    from = to
  }
  if (from !== observations.rows)
    throw new ForeignFileError('damaged', `its episodes have ${from} steps in all, its columns ${observations.rows}`)
}

interface Place {
  from: number
  to: number
  /** Of the episode. */
  row: number
}

function endOf({ end, ends }: OwnColumns, row: number): EpisodeEnd {
  const number = Number(end.integers(row, row + 1)[0])
  const found = ends[number]
  if (!found) throw new ForeignFileError('damaged', `its episode in row ${row} has an unknown end ${number}`)
  return found
}

function simulatorStates(
  { simulator }: OwnColumns,
  shape: EpisodeShape,
  { from, to, row }: Place,
): Float64Array | null {
  if (!simulator) return null
  const { qpos, qvel, last } = simulator
  if (qpos.width + qvel.width !== shape.simulatorStateSize)
    throw new ForeignFileError('damaged', 'its simulator states are not those of its run sheet')
  const joined = joinedColumns(qpos.doubles(from, to), qpos.width, qvel.doubles(from, to), qvel.width)
  const states = new Float64Array(joined.length + last.width)
  states.set(joined)
  states.set(last.doubles(row, row + 1), joined.length)
  return states
}

function ticksOf({ ticks, lastTick }: OwnColumns, { from, to, row }: Place): BigInt64Array {
  const times = new BigInt64Array(to - from + 1)
  times.set(ticks.integers(from, to))
  times.set(lastTick.integers(row, row + 1), to - from)
  return times
}

/** Rows and the one after them. */
function followed(rows: Float32Array, last: Float32Array): Float32Array {
  const all = new Float32Array(rows.length + last.length)
  all.set(rows)
  all.set(last, rows.length)
  return all
}
