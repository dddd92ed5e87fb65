import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunSheet } from '../../../contract/dataset.ts'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import { believedSheet } from '../believed-sheet.ts'
import type {
  DatasetImporter,
  ForeignDataset,
  ForeignEpisode,
  ForeignHeader,
  ImportHints,
} from '../dataset-importer.ts'
import { parquetFiles } from './lerobot-count.ts'
import { LerobotEpisodes } from './lerobot-episodes.ts'
import type { LerobotColumns } from './lerobot-episodes.ts'
import { ownSheet, takenOver } from '../own-sheet.ts'
import { ParquetInput } from '../table/parquet-input.ts'

const featureSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  names: z.unknown().optional(),
})
const infoSchema = z.object({
  codebase_version: z.string(),
  fps: z.number().positive(),
  robot_type: z.string().nullable().optional(),
  total_episodes: z.int().min(0),
  total_frames: z.int().min(0),
  features: z.record(z.string(), featureSchema),
})
type Info = z.infer<typeof infoSchema>

const MOST_JSON = 64 << 20 // bytes

/** A folder in LeRobot's dataset format, version 3.0. Videos and images are not read. */
export const lerobotImporter: DatasetImporter = {
  format: 'lerobot',
  label: 'LeRobot v3.0',
  recognises: (path) => Promise.resolve(existsSync(join(path, 'meta/info.json'))),
  files: (path) => {
    const listed = ['meta/info.json', 'meta/forager.json']
      .map((name) => join(path, name))
      .filter((each) => existsSync(each))
    return [...listed, ...files(path, 'meta/episodes'), ...files(path, 'data')]
  },
  open,
}

function files(path: string, folder: string): string[] {
  try {
    return parquetFiles(join(path, folder))
  } catch {
    throw new ForeignFileError('unreadable', `it has no readable folder ${folder}`)
  }
}

async function open(path: string, hints: ImportHints): Promise<ForeignDataset> {
  const info = readInfo(path)
  const own = readOwn(path)
  const columns = columnsOf(info, own?.actionIsSent ?? false)
  const beliefs: string[] = []
  const largestAction = own ? [] : await largest(path, columns)
  const sheet = own ? takenOver(own.sheet) : foreignSheet(info, columns, largestAction, hints, beliefs)
  refuseMisfit(sheet, columns)
  const episodes = await LerobotEpisodes.read(files(path, 'meta/episodes'), own !== null)
  if (episodes.frames !== info.total_frames || episodes.count !== info.total_episodes)
    throw new ForeignFileError(
      'damaged',
      `meta/info.json names ${info.total_episodes} episodes and ${info.total_frames} frames, ` +
        `meta/episodes has ${episodes.count} and ${episodes.frames}`,
    )
  if (!own) beliefs.push(...lerobotBeliefs(info, columns))
  if (!own && episodes.singles > 0)
    beliefs.push(`${episodes.singles} episodes of a single frame have no transition and are left out.`)
  const header: ForeignHeader = {
    sheet,
    stepsPerEpisode: own?.sheet.stepsPerEpisode ?? hints.stepsPerEpisode,
    hasSkills: episodes.hasSkills,
    transitions: own ? episodes.frames : episodes.frames - episodes.count,
    episodes: own ? episodes.count : episodes.count - episodes.singles,
    producer: own ? `Forager ${sheet.appVersion}` : `LeRobot ${info.codebase_version}`,
    beliefs,
  }
  const data = files(path, 'data')
  return { header, episodes: () => walk(data, columns, episodes, header), close: () => undefined }
}

function readJson(path: string): unknown {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > MOST_JSON) throw new Error('it is too large')
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new ForeignFileError('damaged', `${path} cannot be read (${(error as Error).message})`)
  }
}

function readInfo(path: string): Info {
  const parsed = infoSchema.safeParse(readJson(join(path, 'meta/info.json')))
  if (!parsed.success) throw new ForeignFileError('damaged', 'meta/info.json does not describe a dataset')
  const { codebase_version: version } = parsed.data
  if (/^v?3\./.test(version)) return parsed.data
  throw new ForeignFileError('unsupported', `it has LeRobot's format ${version}; 3.0 is read`)
}

/** What our own export adds; null in a folder of another tool. */
function readOwn(path: string): { sheet: RunSheet; actionIsSent: boolean } | null {
  const file = join(path, 'meta/forager.json')
  if (!existsSync(file)) return null
  const parsed = z.object({ actions: z.enum(['policy', 'sent']), run_sheet: z.unknown() }).safeParse(readJson(file))
  if (!parsed.success) throw new ForeignFileError('damaged', 'meta/forager.json is no run sheet')
  return { sheet: ownSheet(parsed.data.run_sheet), actionIsSent: parsed.data.actions === 'sent' }
}

/** Features by what they mean. */
function columnsOf({ features }: Info, actionIsSent: boolean): LerobotColumns {
  const numeric = (name: string): { name: string; width: number } | null => {
    const feature = features[name]
    if (!feature || !/^(float|int|uint|bool)/.test(feature.dtype) || feature.shape.length > 1) return null
    return { name, width: feature.shape[0] ?? 1 }
  }
  const observation = numeric('observation.state')
  const action = numeric('action')
  if (!observation) throw new ForeignFileError('unfit', 'it has no feature observation.state of numbers')
  if (!action) throw new ForeignFileError('unfit', 'it has no feature action of numbers')
  const other = numeric(actionIsSent ? 'action.policy' : 'action.sent')
  const tip = numeric('observation.environment_state')
  return {
    observation,
    action,
    other: other?.width === action.width ? other : null,
    actionIsSent,
    tip: tip?.width === 3 && namesOf(features[tip.name]!, 3).join() === 'tip.x,tip.y,tip.z' ? tip : null,
    reward: numeric('next.reward'),
    done: numeric('next.done'),
    truncated: numeric('next.truncated'),
    tickTime: numeric('tick_time_ns'),
    flags: numeric('step_flags'),
    simulator: numeric('observation.simulator_state'),
    observationNames: namesOf(features[observation.name]!, observation.width),
    actionNames: namesOf(features[action.name]!, action.width),
  }
}

/** Names are a list, a list in an object, or missing. */
function namesOf({ names }: Info['features'][string], width: number): string[] {
  const list: unknown = Array.isArray(names) ? names : Object.values((names as object | null | undefined) ?? {})[0]
  const flat: unknown[] = Array.isArray(list) ? list.flat() : []
  return Array.from({ length: width }, (_, i) => plainName(flat[i], i))
}

/** `joint_3.pos` is the `q3` of an arm and `joint_3.vel` its `dq3`. */
function plainName(name: unknown, place: number): string {
  if (typeof name !== 'string') return String(place)
  const [, joint, kind] = /^joint_(\d)\.(pos|vel)$/.exec(name) ?? []
  return joint === undefined ? name : `${kind === 'vel' ? 'd' : ''}q${joint}`
}

/** Largest size of each action. */
async function largest(path: string, { action }: LerobotColumns): Promise<number[]> {
  const most = new Array<number>(action.width).fill(0)
  for (const file of files(path, 'data')) {
    const input = await ParquetInput.open(file)
    try {
      for await (const { columns, rows } of input.groups([action.name])) {
        const cells = columns.get(action.name)!
        for (let row = 0; row < rows; row++) {
          const cell = cells[row]
          const values: ArrayLike<unknown> = Array.isArray(cell) ? cell : [cell]
          for (let i = 0; i < action.width; i++) most[i] = Math.max(most[i]!, Math.abs(Number(values[i])) || 0)
        }
      }
    } finally {
      input.close()
    }
  }
  return most
}

function foreignSheet(
  { fps }: Info,
  columns: LerobotColumns,
  largestAction: number[],
  hints: ImportHints,
  beliefs: string[],
): ForeignHeader['sheet'] {
  const named = (names: readonly string[]): { name: string; unit: string }[] =>
    names.map((name) => ({ name, unit: '' }))
  const seen = {
    observation: named(columns.observationNames),
    action: named(columns.actionNames),
    largestAction,
    hasReward: columns.reward !== null,
    simulatorState: columns.simulator
      ? named(Array.from({ length: columns.simulator.width }, (_, i) => String(i)))
      : [],
    periodS: null,
  }
  return believedSheet(seen, { ...hints, stepPeriodS: hints.stepPeriodS ?? 1 / fps }, beliefs)
}

function lerobotBeliefs({ fps, features, robot_type }: Info, { done, truncated, reward }: LerobotColumns): string[] {
  const pictures = Object.entries(features).filter(([, { dtype }]) => dtype === 'video' || dtype === 'image')
  return [
    `A step takes ${Number((1 / fps).toPrecision(6))} s: the folder says ${fps} frames per second.`,
    ...(robot_type ? [`Recorded with a robot of type "${robot_type}".`] : []),
    'The last frame of each episode gives its last observation; its action has no result and is left out.',
    'What was sent is what was asked for.',
    reward ? 'Reward of each action: next.reward.' : 'There is no reward.',
    done && truncated
      ? 'An episode truly ended where next.done is set and next.truncated is not; any other was cut.'
      : 'Nothing tells a true end from a cut: all episodes are taken for cut at a number of steps.',
    ...(pictures.length > 0 ? [`Not read: pictures of ${pictures.map(([name]) => name).join(', ')}.`] : []),
  ]
}

function refuseMisfit(sheet: ForeignHeader['sheet'], columns: LerobotColumns): void {
  const fits =
    sheet.observation.length === columns.observation.width &&
    sheet.action.length === columns.action.width &&
    sheet.hasReward === (columns.reward !== null) &&
    sheet.simulatorState.length === (columns.simulator?.width ?? 0)
  if (!fits) throw new ForeignFileError('damaged', 'its features do not fit its run sheet')
}

/** The episodes in the order of the frames, which must be that of meta/episodes. */
async function* walk(
  data: readonly string[],
  columns: LerobotColumns,
  episodes: LerobotEpisodes,
  header: ForeignHeader,
): AsyncGenerator<ForeignEpisode> {
  const assembly = episodes.assemble(
    columns,
    header.sheet.action.map(({ scale }) => scale),
  )
  for (const file of data) {
    const input = await ParquetInput.open(file)
    try {
      const missing = assembly.wanted.find((name) => !input.columns.includes(name))
      if (missing !== undefined) throw new ForeignFileError('damaged', `${file} has no column ${missing}`)
      for await (const { columns: values, rows } of input.groups(assembly.wanted)) {
        for (let row = 0; row < rows; row++) {
          const done = assembly.add(values, row)
          if (done) yield done
        }
      }
    } finally {
      input.close()
    }
  }
  assembly.refuseIncomplete()
}
