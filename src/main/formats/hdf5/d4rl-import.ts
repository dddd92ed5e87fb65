import { statSync } from 'node:fs'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import { clampedActions, largestActions, scaledDown } from '../action-range.ts'
import { tooltipOf } from '../arm-tooltip.ts'
import { withPeriod } from '../assumed-period.ts'
import { believedSheet } from '../believed-sheet.ts'
import { d4rlColumns } from './d4rl-columns.ts'
import type { D4rlColumns } from './d4rl-columns.ts'
import { OWN_GROUP } from './d4rl-layout.ts'
import { ownD4rlDataset } from './d4rl-own.ts'
import type { DatasetImporter, ForeignDataset, ForeignEpisode, ImportHints } from '../dataset-importer.ts'
import { Hdf5Input, leftInTheFile, looksLikeHdf5 } from './hdf5-input.ts'

/** D4RL's flat HDF5 file, of ours or of anybody. */
export const d4rlImporter: DatasetImporter = {
  format: 'd4rl',
  label: 'D4RL HDF5',
  recognises: async (path) => {
    if (!looksLikeHdf5(path)) return false
    try {
      const file = await Hdf5Input.open(path)
      try {
        return ['observations', 'actions', 'terminals'].every((name) => file.column(name) !== null)
      } finally {
        file.close()
      }
    } catch {
      return false
    }
  },
  files: (path) => [path],
  open: async (path, hints) => {
    const file = await openHdf5(path)
    try {
      const columns = d4rlColumns(file)
      const own = file.text(`${OWN_GROUP}/run_sheet`)
      return own === null ? foreignDataset(file, columns, hints) : ownD4rlDataset(file, columns, own)
    } catch (error) {
      file.close()
      throw error
    }
  },
}

async function openHdf5(path: string): Promise<Hdf5Input> {
  if (!statSync(path).isFile()) throw new ForeignFileError('unreadable', 'it is not a file')
  return Hdf5Input.open(path)
}

/** Stretch of rows that is one episode, and why it ended. */
interface Stretch {
  from: number
  /** First row after it. */
  to: number
  end: 'terminal' | 'timeout' | 'unmarked'
}

function foreignDataset(file: Hdf5Input, columns: D4rlColumns, hints: ImportHints): ForeignDataset {
  const { observations, actions, timeouts, nextObservations } = columns
  if (!timeouts && !nextObservations && hints.stepsPerEpisode === null)
    throw new ForeignFileError(
      'unsupported',
      'it has neither timeouts nor next observations, so nothing tells where an episode was cut; say its step limit with --episode-steps',
    )
  const beliefs = ['Actions, observations and rewards are taken as they are; the times are nominal.']
  const seen = {
    observation: numbered('o', observations.width),
    action: numbered('a', actions.width),
    largestAction: largestActions([actions], actions.width),
    hasReward: true,
    simulatorState: [],
    periodS: null,
  }
  const sheet = believedSheet(seen, withPeriod(hints, beliefs), beliefs)
  if (!timeouts) beliefs.push(`The file has no timeouts. ${cutBelief(hints)}`)
  beliefs.push(
    'A terminal is a true end. A timeout is a step limit. Rows that end without either are taken as stopped.',
  )
  beliefs.push(...leftInTheFile(file, 'infos'))
  const scales = hints.world === null ? sheet.action.map(({ scale }) => scale) : sheet.action.map(() => 1)
  const reading = { columns, scales, tally: { repeated: 0, dropped: 0 }, tooltip: tooltipOf(sheet.world) }
  const header = {
    sheet,
    stepsPerEpisode: hints.stepsPerEpisode,
    hasSkills: false,
    transitions: observations.rows,
    producer: file.text('metadata/producer') ?? '',
    beliefs,
  }
  return { header, close: () => file.close(), episodes: () => episodesOf(reading, hints, beliefs) }
}

function numbered(letter: string, count: number): { name: string; unit: string }[] {
  return Array.from({ length: count }, (_, i) => ({ name: `${letter}${i + 1}`, unit: '' }))
}

function cutBelief({ stepsPerEpisode }: ImportHints): string {
  return stepsPerEpisode === null
    ? 'An episode is taken to be cut where the next row does not go on from the next observation.'
    : `An episode is taken to be cut after ${stepsPerEpisode} steps.`
}

interface Reading {
  columns: D4rlColumns
  scales: readonly number[]
  /** Of steps without a successor. */
  tally: { repeated: number; dropped: number }
  tooltip: ReturnType<typeof tooltipOf>
}

async function* episodesOf(reading: Reading, hints: ImportHints, beliefs: string[]): AsyncGenerator<ForeignEpisode> {
  for (const stretch of stretchesOf(reading.columns, hints.stepsPerEpisode)) {
    const episode = episodeOf(reading, stretch)
    if (episode) yield episode
  }
  const { repeated, dropped } = reading.tally
  if (repeated > 0)
    beliefs.push(
      `The file has no observation after ${repeated} terminal steps. The one before is repeated there; learners do not use it.`,
    )
  if (dropped > 0)
    beliefs.push(
      `${dropped} steps were left out: they ended without a terminal, and the file has no observation after them.`,
    )
}

const BLOCK = 1 << 14

/** Episodes in the order of the rows. */
function* stretchesOf(columns: D4rlColumns, limit: number | null): Generator<Stretch> {
  const { observations, terminals, timeouts } = columns
  let from = 0
  for (let start = 0; start < observations.rows; start += BLOCK) {
    const stop = Math.min(start + BLOCK, observations.rows)
    const terminal = terminals.floats(start, stop)
    const timeout = timeouts?.floats(start, stop)
    const cut = timeouts ? null : brokenRows(columns, start, stop)
    for (let row = start; row < stop; row++) {
      const end = endOf(terminal[row - start]!, timeout?.[row - start] ?? 0, cut?.[row - start] === 1)
      const limited = !timeouts && row + 1 - from === limit
      if (end === null && !limited) continue
      yield { from, to: row + 1, end: end === null || (end === 'unmarked' && limited) ? 'timeout' : end }
      from = row + 1
    }
  }
  if (from < observations.rows) yield { from, to: observations.rows, end: 'unmarked' }
}

function endOf(terminal: number, timeout: number, cut: boolean): Stretch['end'] | null {
  if (terminal !== 0) return 'terminal'
  if (timeout !== 0) return 'timeout'
  return cut ? 'unmarked' : null
}

/** One where the row after does not begin with the next observation of the row, in rows [start, stop). */
function brokenRows({ observations, nextObservations }: D4rlColumns, start: number, stop: number): Uint8Array | null {
  if (!nextObservations) return null
  const { rows, width } = observations
  const broken = new Uint8Array(stop - start)
  const after = observations.floats(Math.min(start + 1, rows), Math.min(stop + 1, rows))
  const next = nextObservations.floats(start, stop)
  for (let row = start; row < stop && row + 1 < rows; row++) {
    const at = (row - start) * width
    for (let i = at; i < at + width; i++) {
      if (next[i] !== after[i]) broken[row - start] = 1
    }
  }
  return broken
}

/** Null where nothing is left after the step without a successor is taken off. */
function episodeOf({ columns, scales, tally, tooltip }: Reading, stretch: Stretch): ForeignEpisode | null {
  const { observations, nextObservations, actions, rewards } = columns
  const { from, end } = stretch
  const S = observations.width
  let to = stretch.to
  if (!nextObservations && end !== 'terminal') {
    to -= 1
    tally.dropped += 1
    if (to === from) return null
  }
  const seen = new Float32Array((to - from + 1) * S)
  seen.set(observations.floats(from, to))
  if (nextObservations) seen.set(nextObservations.floats(to - 1, to), (to - from) * S)
  else if (end === 'terminal') {
    seen.set(observations.floats(to - 1, to), (to - from) * S)
    tally.repeated += 1
  } else seen.set(observations.floats(to, to + 1), (to - from) * S)
  const asked = scaledDown(actions.floats(from, to), scales)
  return {
    number: null,
    observations: seen,
    policyActions: asked,
    sentActions: clampedActions(asked),
    flags: null,
    rewards: rewards.floats(from, to),
    tooltip: tooltip?.(seen, S) ?? null,
    simulatorStates: null,
    tickTimes: null,
    end: ENDS[end],
    startedAtMs: null,
    skill: null,
  }
}

const ENDS = {
  terminal: { reason: 'terminal', message: '', stopCode: '', stopTitle: '' },
  timeout: { reason: 'step-limit', message: '', stopCode: '', stopTitle: '' },
  unmarked: {
    reason: 'operator-stop',
    message: 'The rows end here without a terminal or a timeout; taken as stopped.',
    stopCode: '',
    stopTitle: '',
  },
} as const
