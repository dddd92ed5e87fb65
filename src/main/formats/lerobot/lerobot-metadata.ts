import type { ColumnSource, SchemaElement } from 'hyparquet-writer'
import type { RunSheet } from '../../../contract/dataset.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { ColumnSummary } from '../table/column-statistics.ts'
import { TASK, framesPerSecond } from './lerobot-features.ts'
import type { EpisodePlace, Feature } from './lerobot-features.ts'
import { STATISTICS, statisticsJson } from './lerobot-statistics.ts'
import { listElements, scalarElement } from '../table/parquet-output.ts'

export const CHUNK_FILES = 1000
export const DATA_FILE_MB = 100
export const DATA_PATH = 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet'

/** `meta/info.json`. */
export function infoJson(
  sheet: RunSheet,
  features: readonly Feature[],
  totals: { episodes: number; transitions: number },
): object {
  return {
    codebase_version: 'v3.0',
    robot_type: sheet.world,
    total_episodes: totals.episodes,
    total_frames: totals.transitions,
    total_tasks: 1,
    chunks_size: CHUNK_FILES,
    data_files_size_in_mb: DATA_FILE_MB,
    video_files_size_in_mb: 200,
    fps: framesPerSecond(sheet),
    splits: { train: `0:${totals.episodes}` },
    data_path: DATA_PATH,
    video_path: null,
    features: Object.fromEntries(
      features.map(({ name, dtype, width, names }) => [name, { dtype, shape: [width], names }]),
    ),
  }
}

/** The dataset card: what LeRobot has no place for, the units above all. */
export function cardText(sheet: RunSheet, actions: 'policy' | 'sent'): string {
  const words = { policy: 'what the policy asked for', sent: 'what the supervisor let through' }
  const other = actions === 'policy' ? 'sent' : 'policy'
  const units = (of: readonly { name: string; unit: string }[]): string =>
    of.map(({ name, unit }) => `${name} [${unit || 'no unit'}]`).join(', ')
  return [
    `# ${sheet.name}`,
    '',
    `${sheet.world}, explored by ${sheet.explorer} (${sheet.mode} mode) with seed ${sheet.seed}. Recorded by Forager.`,
    '',
    `- \`observation.state\`: ${units(sheet.observation)}`,
    '- `observation.environment_state`, where there is one: tool tip in the base frame, m',
    `- \`action\`: ${words[actions]}; ${units(sheet.action)}`,
    `- \`action.${other}\`: ${words[other]}; the same units`,
    '- `tick_time_ns`: monotonic clock at the observation; `timestamp` is nominal',
    '- `step_flags`: bits of what happened during the step',
    '- `next.done` marks the last frame of an episode; `next.truncated` that it was no true end of the decision process',
    '',
    'The observation after the last action of each episode has no frame; it is in `meta/episodes` as',
    '`forager/final_observation`. The run sheet is `meta/forager.json`.',
    '',
  ].join('\n')
}

/** Footer entry by which pandas takes the text `task` for the index of the tasks. */
export function tasksPandas(): string {
  const column = (name: string, pandasType: string, numpyType: string): object => ({
    name,
    field_name: name,
    pandas_type: pandasType,
    numpy_type: numpyType,
    metadata: null,
  })
  return JSON.stringify({
    index_columns: ['task'],
    column_indexes: [
      { name: null, field_name: null, pandas_type: 'unicode', numpy_type: 'object', metadata: { encoding: 'UTF-8' } },
    ],
    columns: [column('task_index', 'int64', 'int64'), column('task', 'unicode', 'object')],
    creator: { library: 'forager', version: '1' },
    pandas_version: '2.2.0',
  })
}

export const TASKS_SCHEMA: SchemaElement[][] = [
  [scalarElement('task_index', 'INT64')],
  [scalarElement('task', 'STRING')],
]

export function tasksColumns(): ColumnSource[] {
  return [
    { name: 'task_index', data: BigInt64Array.of(0n) },
    { name: 'task', data: [TASK] },
  ]
}

/** What `meta/episodes` keeps of an episode. */
export interface EpisodeRecord {
  place: EpisodePlace
  file: number
  episode: Pick<RecordedEpisode, 'episode' | 'steps' | 'endReason' | 'end' | 'startedAtMs' | 'skill'>
  finalObservation: Float32Array
  finalTip: Float32Array
  finalSimulatorState: Float64Array
  finalTickTime: bigint
  /** Of each feature, each dimension. */
  statistics: ColumnSummary[][]
}

/** One column of `meta/episodes`. */
interface EpisodeColumn {
  name: string
  type: 'INT64' | 'FLOAT' | 'DOUBLE' | 'STRING'
  list: boolean
  of(record: EpisodeRecord): bigint | string | bigint[] | number[] | string[]
}

/** LeRobot's columns, then ours, which its readers pass over, then the statistics. */
export function episodeColumns(features: readonly Feature[]): EpisodeColumn[] {
  const integer = (name: string, of: (record: EpisodeRecord) => number): EpisodeColumn => ({
    name,
    type: 'INT64',
    list: false,
    of: (record) => BigInt(of(record)),
  })
  const text = (name: string, of: (record: EpisodeRecord) => string): EpisodeColumn => ({
    name,
    type: 'STRING',
    list: false,
    of,
  })
  return [
    integer('episode_index', ({ place }) => place.index),
    { name: 'tasks', type: 'STRING', list: true, of: () => [TASK] },
    integer('length', ({ episode }) => episode.steps),
    integer('data/chunk_index', ({ file }) => Math.floor(file / CHUNK_FILES)),
    integer('data/file_index', ({ file }) => file % CHUNK_FILES),
    integer('dataset_from_index', ({ place }) => place.from),
    integer('dataset_to_index', ({ place, episode }) => place.from + episode.steps),
    integer('meta/episodes/chunk_index', () => 0),
    integer('meta/episodes/file_index', () => 0),
    integer('forager/episode', ({ episode }) => episode.episode),
    text('forager/end_reason', ({ episode }) => episode.endReason),
    text('forager/end_message', ({ episode }) => episode.end.message),
    text('forager/stop_code', ({ episode }) => episode.end.stopCode),
    text('forager/stop_title', ({ episode }) => episode.end.stopTitle),
    integer('forager/started_at_ms', ({ episode }) => episode.startedAtMs),
    integer('forager/skill', ({ episode }) => episode.skill ?? -1),
    { name: 'forager/final_tick_time_ns', type: 'INT64', list: false, of: ({ finalTickTime }) => finalTickTime },
    { name: 'forager/final_observation', type: 'FLOAT', list: true, of: (record) => [...record.finalObservation] },
    { name: 'forager/final_tip', type: 'FLOAT', list: true, of: ({ finalTip }) => [...finalTip] },
    {
      name: 'forager/final_simulator_state',
      type: 'DOUBLE',
      list: true,
      of: (record) => [...record.finalSimulatorState],
    },
    ...features.flatMap(({ name }, i) => [
      ...STATISTICS.map((statistic): EpisodeColumn => ({
        name: `stats/${name}/${statistic}`,
        type: 'DOUBLE',
        list: true,
        of: ({ statistics }) => statistics[i]!.map((summary) => summary[statistic]),
      })),
      {
        name: `stats/${name}/count`,
        type: 'INT64',
        list: true,
        of: ({ statistics }) => statisticsJson(statistics[i]!).count!.map(BigInt),
      } satisfies EpisodeColumn,
    ]),
  ]
}

export function episodeSchema(columns: readonly EpisodeColumn[]): SchemaElement[][] {
  return columns.map(({ name, type, list }) => (list ? listElements(name, type) : [scalarElement(name, type)]))
}

export function episodeBlock(columns: readonly EpisodeColumn[], records: readonly EpisodeRecord[]): ColumnSource[] {
  return columns.map(({ name, of }) => ({ name, data: records.map(of) }))
}
