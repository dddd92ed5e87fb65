import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import { clampedActions, largestActions, scaledDown } from '../action-range.ts'
import { tooltipOf } from '../arm-tooltip.ts'
import { withPeriod } from '../assumed-period.ts'
import { believedSheet } from '../believed-sheet.ts'
import type { ForeignDataset, ForeignEpisode, ImportHints } from '../dataset-importer.ts'
import { leftInTheFile } from './hdf5-input.ts'
import type { Hdf5Column, Hdf5Input } from './hdf5-input.ts'
import { countedEpisodes } from './minari-metadata.ts'
import type { MinariMetadata } from './minari-metadata.ts'
import { parsePythonJson } from '../python-json.ts'

/** Observed values or actions beyond this are pictures or the like. */
const MOST_COLUMNS = 4096

/** A folder of another program. */
export function foreignMinari(file: Hdf5Input, metadata: MinariMetadata, hints: ImportHints): ForeignDataset {
  const leaves = {
    observations: leavesOf(file, '/episode_0/observations'),
    actions: leavesOf(file, '/episode_0/actions'),
  }
  const observed = columnNames(file, leaves.observations, 'observations')
  const acted = columnNames(file, leaves.actions, 'actions')
  refuseChoices(metadata)
  const beliefs = ['Actions, observations and rewards are taken as they are; the times are nominal.']
  const seen = {
    observation: observed,
    action: acted,
    largestAction: largestOf(file, metadata.total_episodes, leaves.actions),
    hasReward: true,
    simulatorState: [],
    periodS: null,
  }
  const sheet = believedSheet(seen, withPeriod(hints, beliefs), beliefs)
  beliefs.push(
    'A termination is a true end. A truncation is a step limit. An episode with neither is taken as stopped.',
  )
  beliefs.push(...leftInTheFile(file, '/episode_0/infos'))
  const scales = hints.world === null ? sheet.action.map(({ scale }) => scale) : sheet.action.map(() => 1)
  const environment = environmentOf(metadata)
  const read = { file, leaves, scales, tooltip: tooltipOf(sheet.world) }
  const header = {
    sheet: { ...sheet, notes: environment === '' ? sheet.notes : `Environment ${environment}.` },
    stepsPerEpisode: null,
    hasSkills: false,
    transitions: metadata.total_steps,
    producer: `Minari ${metadata.minari_version}`.trim(),
    beliefs,
  }
  return {
    header,
    close: () => file.close(),
    episodes: () => countedEpisodes(file, metadata, (group) => episodeOf(read, group)),
  }
}

/** Places of the numbers below a group, relative to the group of the episode; one for a plain array. */
function leavesOf(file: Hdf5Input, path: string): string[] {
  if (file.column(path)) return [path.replace('/episode_0/', '')]
  const inner = file.names(path).flatMap((name) => leavesOf(file, `${path}/${name}`))
  if (inner.length === 0) throw new ForeignFileError('damaged', `it has no dataset "${path}"`)
  return inner
}

/** A name for every number of a row: the place in the group, and a number where there are several. */
function columnNames(file: Hdf5Input, leaves: readonly string[], root: string): { name: string; unit: string }[] {
  const letter = root.charAt(0)
  const columns = leaves.flatMap((leaf) => {
    const { width } = file.required(`/episode_0/${leaf}`)
    if (width > MOST_COLUMNS) throw new ForeignFileError('unsupported', `"${leaf}" has ${width} values in each step`)
    const prefix = leaf === root ? letter : `${leaf.slice(root.length + 1).replaceAll('/', '.')}.`
    return Array.from({ length: width }, (_, i) => ({ name: `${prefix}${i + 1}`, unit: '' }))
  })
  if (columns.length > 0) return columns
  throw new ForeignFileError('damaged', `its ${root} have no values`)
}

function refuseChoices({ action_space: text }: MinariMetadata): void {
  if (text === undefined || !/"type":\s*"(Multi)?(Discrete|Binary)"/.test(text)) return
  throw new ForeignFileError('unsupported', 'its actions are choices among several, not amounts')
}

function largestOf(file: Hdf5Input, episodes: number, leaves: readonly string[]): number[] {
  function* tables(leaf: string): Generator<Hdf5Column> {
    for (let id = 0; id < episodes; id++) yield file.required(`/episode_${id}/${leaf}`)
  }
  return leaves.flatMap((leaf) => largestActions(tables(leaf), file.required(`/episode_0/${leaf}`).width))
}

/** Name of the Gymnasium environment; empty when it is not said. */
function environmentOf({ env_spec: text }: MinariMetadata): string {
  try {
    const { id } = parsePythonJson(text ?? '{}') as { id?: unknown }
    return typeof id === 'string' ? id : ''
  } catch {
    return ''
  }
}

interface Reading {
  file: Hdf5Input
  leaves: { observations: string[]; actions: string[] }
  scales: readonly number[]
  tooltip: ReturnType<typeof tooltipOf>
}

function episodeOf({ file, leaves, scales, tooltip }: Reading, group: string): ForeignEpisode {
  const rewards = file.required(`${group}/rewards`)
  const [terminations, truncations] = [`${group}/terminations`, `${group}/truncations`].map((path) =>
    file.required(path),
  )
  const steps = rewards.rows
  if (steps < 1) throw new ForeignFileError('damaged', `its ${group.slice(1)} has no step`)
  const observations = sideBySide(file, group, leaves.observations, steps + 1)
  const asked = scaledDown(sideBySide(file, group, leaves.actions, steps), scales)
  const terminal = terminations!.floats(steps - 1, steps)[0] !== 0
  const truncated = truncations!.floats(steps - 1, steps)[0] !== 0
  return {
    number: null,
    observations,
    policyActions: asked,
    sentActions: clampedActions(asked),
    flags: null,
    rewards: rewards.floats(0, steps),
    tooltip: tooltip?.(observations, observations.length / (steps + 1)) ?? null,
    simulatorStates: null,
    tickTimes: null,
    end: ENDS[terminal ? 'terminal' : truncated ? 'truncated' : 'unmarked'],
    startedAtMs: null,
    skill: null,
  }
}

/** The values of all leaves of a step in one row, [rows, all widths]. */
function sideBySide(file: Hdf5Input, group: string, leaves: readonly string[], rows: number): Float32Array {
  const columns = leaves.map((leaf) => file.required(`${group}/${leaf}`))
  const width = columns.reduce((sum, column) => sum + column.width, 0)
  const all = new Float32Array(rows * width)
  let from = 0
  for (const column of columns) {
    if (column.rows !== rows)
      throw new ForeignFileError('damaged', `"${column.path}" has ${column.rows} rows instead of ${rows}`)
    const values = column.floats(0, rows)
    for (let row = 0; row < rows; row++)
      all.set(values.subarray(row * column.width, (row + 1) * column.width), row * width + from)
    from += column.width
  }
  return all
}

const ENDS = {
  terminal: { reason: 'terminal', message: '', stopCode: '', stopTitle: '' },
  truncated: { reason: 'step-limit', message: '', stopCode: '', stopTitle: '' },
  unmarked: {
    reason: 'operator-stop',
    message: 'The episode ends here without a termination or a truncation; taken as stopped.',
    stopCode: '',
    stopTitle: '',
  },
} as const
