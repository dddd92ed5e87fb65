import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type * as HyparquetWriter from 'hyparquet-writer'
import type { ColumnSource, SchemaElement } from 'hyparquet-writer'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { DatasetExporter, ExportChoices } from '../dataset-exporter.ts'
import type { EpisodeSource } from '../episode-source.ts'
import { countFrames } from './lerobot-count.ts'
import { lerobotFeatures } from './lerobot-features.ts'
import type { EpisodePlace, Feature } from './lerobot-features.ts'
import * as metadata from './lerobot-metadata.ts'
import type { EpisodeRecord } from './lerobot-metadata.ts'
import { DatasetStatistics, episodeStatistics } from './lerobot-statistics.ts'
import { ParquetOutput, listElements, scalarElement } from '../table/parquet-output.ts'
import { scaleLosses } from '../table/step-columns.ts'

/** Frames of whole episodes become a row group from this many on. */
const BLOCK_FRAMES = 1 << 14
/** Rows of `meta/episodes` in a row group; each has hundreds of statistics. */
const BLOCK_EPISODES = 256

type Library = typeof HyparquetWriter

/** A folder in LeRobot's dataset format, version 3.0, without cameras. */
export const lerobotExporter: DatasetExporter = {
  format: 'lerobot',
  label: 'LeRobot v3.0',
  summary:
    'Frames with observation.state and action in Parquet, with statistics; for Hugging Face LeRobot and its visualiser.',
  makes: 'folder',
  extension: '',
  actionUnits: 'physical',
  walks: 2,
  losses: ({ sheet }) => [
    'A frame for the last observation of each episode; it is kept in meta/episodes, where LeRobot does not look.',
    'The state of the explorer: the run cannot be continued from this folder.',
    ...scaleLosses(sheet),
  ],
  write,
  recount: countFrames,
}

async function write(source: EpisodeSource, partial: string, { actions }: ExportChoices): Promise<void> {
  const { sheet, totals } = source
  const library = await import('hyparquet-writer')
  const features = lerobotFeatures(sheet, actions)
  const statistics = new DatasetStatistics(features)
  const frames = new FrameFiles(library, partial, features)
  const episodes = new EpisodeFile(library, partial, features)
  try {
    const place = { index: 0, from: 0 }
    for await (const episode of source.episodes()) {
      const values = features.map((feature) => feature.values(episode, place))
      values.forEach((each, i) => statistics.add(i, each))
      const file = frames.add(values, episode.steps)
      const ofEpisode = features.map((feature, i) => episodeStatistics(feature, values[i]!))
      episodes.add(recordOf(episode, { ...place }, file, ofEpisode))
      place.index += 1
      place.from += episode.steps
    }
    frames.finish()
    episodes.finish()
    for await (const episode of walkAgain(source, features)) episode.forEach((each, i) => statistics.addAgain(i, each))
  } finally {
    frames.close()
    episodes.close()
  }
  writeTasks(library, partial)
  writeJson(join(partial, 'meta/stats.json'), statistics.json())
  writeJson(join(partial, 'meta/info.json'), metadata.infoJson(sheet, features, totals))
  writeJson(join(partial, 'meta/forager.json'), { actions, run_sheet: sheet })
  writeFileSync(join(partial, 'README.md'), metadata.cardText(sheet, actions), { flag: 'wx' })
}

type Values = ReturnType<Feature['values']>

/** The values of each episode once more, as they were written. */
async function* walkAgain(source: EpisodeSource, features: readonly Feature[]): AsyncGenerator<Values[]> {
  const place = { index: 0, from: 0 }
  for await (const episode of source.episodes()) {
    yield features.map((feature) => feature.values(episode, place))
    place.index += 1
    place.from += episode.steps
  }
}

function recordOf(
  episode: RecordedEpisode,
  place: EpisodePlace,
  file: number,
  statistics: EpisodeRecord['statistics'],
): EpisodeRecord {
  const { steps, observations, tooltip, simulatorStates, tickTimes } = episode
  const last = <A extends Float32Array | Float64Array>(rows: A): A =>
    rows.slice((rows.length / (steps + 1)) * steps) as A
  return {
    place,
    file,
    episode,
    finalObservation: last(observations),
    finalTip: last(tooltip),
    finalSimulatorState: last(simulatorStates),
    finalTickTime: tickTimes[steps]!,
    statistics,
  }
}

/** `data/chunk-000/file-000.parquet` and those after it, each closed by the episode that fills it. */
class FrameFiles {
  readonly #library: Library
  readonly #folder: string
  readonly #features: readonly Feature[]
  #file = -1
  #output: ParquetOutput | null = null
  #block: Values[][] = []
  #frames = 0

  constructor(library: Library, folder: string, features: readonly Feature[]) {
    this.#library = library
    this.#folder = folder
    this.#features = features
  }

  /** Adds an episode; returns the number of the file that has it. */
  add(values: Values[], steps: number): number {
    if (this.#output === null) this.#begin()
    const file = this.#file
    this.#block.push(values)
    this.#frames += steps
    if (this.#frames >= BLOCK_FRAMES) this.#writeBlock()
    if (this.#output!.size >= metadata.DATA_FILE_MB << 20) this.finish()
    return file
  }

  #begin(): void {
    this.#file += 1
    const chunk = Math.floor(this.#file / metadata.CHUNK_FILES)
    const path = join(this.#folder, 'data', chunkName(chunk), fileName(this.#file % metadata.CHUNK_FILES))
    mkdirSync(dirname(path), { recursive: true })
    this.#output = new ParquetOutput(this.#library, path, this.#features.map(elementsOf), {})
  }

  #writeBlock(): void {
    const columns = this.#features.map((feature, i) =>
      columnOf(
        feature,
        this.#block.map((values) => values[i]!),
        this.#frames,
      ),
    )
    this.#output!.write(columns)
    this.#block = []
    this.#frames = 0
  }

  finish(): void {
    if (this.#output === null) return
    this.#writeBlock()
    this.#output.finish()
    this.#output = null
  }

  close(): void {
    this.#output?.close()
  }
}

/** `meta/episodes/chunk-000/file-000.parquet`. */
class EpisodeFile {
  readonly #output: ParquetOutput
  readonly #columns: ReturnType<typeof metadata.episodeColumns>
  #block: EpisodeRecord[] = []

  constructor(library: Library, folder: string, features: readonly Feature[]) {
    const path = join(folder, 'meta/episodes', chunkName(0), fileName(0))
    mkdirSync(dirname(path), { recursive: true })
    this.#columns = metadata.episodeColumns(features)
    this.#output = new ParquetOutput(library, path, metadata.episodeSchema(this.#columns), {})
  }

  add(record: EpisodeRecord): void {
    this.#block.push(record)
    if (this.#block.length >= BLOCK_EPISODES) this.#writeBlock()
  }

  #writeBlock(): void {
    this.#output.write(metadata.episodeBlock(this.#columns, this.#block))
    this.#block = []
  }

  finish(): void {
    this.#writeBlock()
    this.#output.finish()
  }

  close(): void {
    this.#output.close()
  }
}

function chunkName(chunk: number): string {
  return `chunk-${String(chunk).padStart(3, '0')}`
}

function fileName(file: number): string {
  return `file-${String(file).padStart(3, '0')}.parquet`
}

const TYPES = { float32: 'FLOAT', float64: 'DOUBLE', int64: 'INT64', bool: 'BOOLEAN' } as const

/** A feature of one number is a plain column, a wider one a column of lists. */
function elementsOf({ name, dtype, width }: Feature): SchemaElement[] {
  return width === 1 ? [scalarElement(name, TYPES[dtype])] : listElements(name, TYPES[dtype])
}

function columnOf({ name, dtype, width }: Feature, block: readonly Values[], frames: number): ColumnSource {
  const data = new Array<unknown>(frames)
  let row = 0
  for (const values of block) {
    for (let at = 0; at < values.length; at += width)
      data[row++] = width === 1 ? values[at] : [...values.subarray(at, at + width)]
  }
  if (dtype === 'bool') return { name, data: data.map(Boolean) }
  return dtype === 'int64' ? { name, data } : { name, data, encoding: 'PLAIN' }
}

function writeTasks(library: Library, folder: string): void {
  const path = join(folder, 'meta/tasks.parquet')
  const output = new ParquetOutput(library, path, metadata.TASKS_SCHEMA, { pandas: metadata.tasksPandas() })
  try {
    output.write(metadata.tasksColumns())
    output.finish()
  } finally {
    output.close()
  }
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { flag: 'wx' })
}
