import { createHash } from 'node:crypto'
import type { RunSheet } from '../../contract/dataset.ts'
import type { StepRow } from '../world/step-row.ts'

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) {
  throw new Error('dataset blobs are little-endian; this machine is not')
}

/** Sizes that decide every array of an episode. */
export interface EpisodeShape {
  observationSize: number
  actionSize: number
  /** Numbers of reward stored per step: 1 in a world that rewards, else 0. */
  rewardSize: 0 | 1
  /** Size of the simulator state; 0 in a world that has none to give. */
  simulatorStateSize: number
}

export function episodeShape(
  sheet: Pick<RunSheet, 'observation' | 'action' | 'hasReward' | 'simulatorState'>,
): EpisodeShape {
  return {
    observationSize: sheet.observation.length,
    actionSize: sheet.action.length,
    rewardSize: sheet.hasReward ? 1 : 0,
    simulatorStateSize: sheet.simulatorState.length,
  }
}

/** Bytes that each signal takes in so many transitions and episodes, by its column. */
export function signalBytes(
  shape: EpisodeShape,
  { transitions, episodes }: { transitions: number; episodes: number },
): Record<string, number> {
  const sizes = layoutsOf(shape).map(({ column, width, before, make }): [string, number] => [
    column,
    (transitions + before * episodes) * width * make(0).BYTES_PER_ELEMENT,
  ])
  return Object.fromEntries(sizes.filter(([, bytes]) => bytes > 0))
}

/** The signals of one episode of T steps, exactly as long as they are. */
export interface EpisodeSignals {
  /** [T + 1, S] */
  observations: Float32Array
  /** [T, A] action units */
  policyActions: Float32Array
  /** [T, A] action units */
  sentActions: Float32Array
  /** [T + 1, 3] m */
  tooltip: Float32Array
  /** [T + 1] monotonic ns */
  tickTimes: BigInt64Array
  /** [T] StepFlag bits */
  flags: Uint32Array
  /** [T] the world's own rewards; empty in a world without */
  rewards: Float32Array
  /** [T + 1, Q] coordinates and velocities of the simulator; empty in a world without */
  simulatorStates: Float64Array
}

type Name = keyof EpisodeSignals
type Signal = Float32Array | Float64Array | Uint32Array | BigInt64Array

interface Layout {
  name: Name
  /** Column of its blob. */
  column: keyof SignalBlobs
  /** Numbers in a row. */
  width: number
  /** 1: there is a row before the first step. */
  before: 0 | 1
  make(from: number | ArrayBuffer): Signal
}

const f32 = (from: number | ArrayBuffer): Signal => new Float32Array(from as number)
const f64 = (from: number | ArrayBuffer): Signal => new Float64Array(from as number)
const u32 = (from: number | ArrayBuffer): Signal => new Uint32Array(from as number)
const i64 = (from: number | ArrayBuffer): Signal => new BigInt64Array(from as number)

/**
 * Every signal, in the order in which journal chunks and checksums take them. Those of width 0 take no byte, so that
 * the files of an arm are what they were before worlds had rewards.
 */
function layoutsOf(shape: EpisodeShape): Layout[] {
  const { observationSize: S, actionSize: A, rewardSize: R, simulatorStateSize: Q } = shape
  return [
    { name: 'observations', column: 'observations', width: S, before: 1, make: f32 },
    { name: 'policyActions', column: 'policy_actions', width: A, before: 0, make: f32 },
    { name: 'sentActions', column: 'sent_actions', width: A, before: 0, make: f32 },
    { name: 'tooltip', column: 'tooltip', width: 3, before: 1, make: f32 },
    { name: 'tickTimes', column: 'tick_times', width: 1, before: 1, make: i64 },
    { name: 'flags', column: 'flags', width: 1, before: 0, make: u32 },
    { name: 'rewards', column: 'rewards', width: R, before: 0, make: f32 },
    { name: 'simulatorStates', column: 'simulator_states', width: Q, before: 1, make: f64 },
  ]
}

/** Room for one running episode, allocated once per recording and filled row by row. */
export class EpisodeBuffer {
  readonly capacity: number
  steps = 0
  private readonly shape: EpisodeShape
  private readonly layouts: readonly Layout[]
  private readonly whole: EpisodeSignals

  constructor(shape: EpisodeShape, capacity: number) {
    this.shape = shape
    this.capacity = capacity
    this.layouts = layoutsOf(shape)
    this.whole = signalsFrom(this.layouts, ({ width, before, make }) => make((capacity + before) * width))
  }

  /** Starts an episode with what `row` holds before the first step. */
  begin(row: StepRow): void {
    this.steps = 0
    this.place(row, 0)
  }

  append(row: StepRow): void {
    if (this.steps >= this.capacity) throw new Error(`episode is longer than its ${this.capacity} steps`)
    const { policyActions, sentActions, flags, rewards } = this.whole
    const { actionSize, rewardSize } = this.shape
    const t = this.steps
    copyRow(policyActions, row.action, t * actionSize)
    copyRow(sentActions, row.sent, t * actionSize)
    flags[t] = row.info[0]!
    if (rewardSize === 1) rewards[t] = row.reward[0]!
    this.place(row, t + 1)
    this.steps = t + 1
  }

  /** Keeps what holds at an instant and not over a step. */
  private place(row: StepRow, t: number): void {
    const { observations, tooltip, tickTimes, simulatorStates } = this.whole
    const { observationSize, simulatorStateSize } = this.shape
    copyRow(observations, row.observation, t * observationSize)
    copyRow(tooltip, row.tooltip, t * 3)
    tickTimes[t] = row.tickTime[0]!
    if (simulatorStateSize > 0) copyRow(simulatorStates, row.simulatorState, t * simulatorStateSize)
  }

  /** Views of what is filled; valid until the next begin(). */
  signals(): EpisodeSignals {
    return signalsFrom(this.layouts, ({ name, width, before }) =>
      this.whole[name].subarray(0, (this.steps + before) * width),
    )
  }

  /** The rows before the first step, as stored in `running_episode.first`. */
  firstRow(): Buffer {
    return Buffer.concat(
      this.layouts
        .filter(({ before }) => before === 1)
        .map(({ name, width }) => bytesOf(this.whole[name].subarray(0, width))),
    )
  }

  /** Starts an episode with what is stored; false when that is not as long as such rows are. */
  restoreFirstRow(first: unknown): boolean {
    this.steps = 0
    const rows = this.layouts.filter(({ before }) => before === 1)
    const bytes = rows.reduce((sum, { name, width }) => sum + width * this.whole[name].BYTES_PER_ELEMENT, 0)
    if (!(first instanceof Uint8Array) || first.byteLength !== bytes) return false
    const cut = new Cutter(first)
    for (const { name, width } of rows) cut.into(this.whole[name], 0, width)
    return true
  }

  /**
   * Steps [from, steps) as stored in `journal.chunk`: n rows of each signal in turn, those of a signal with a row
   * before the first step being the rows after each step.
   */
  chunk(from: number): Buffer {
    return Buffer.concat(
      this.layouts.map(({ name, width, before }) =>
        bytesOf(this.whole[name].subarray((from + before) * width, (this.steps + before) * width)),
      ),
    )
  }

  /** True when a stored chunk is one of `steps` steps that have room behind those already here. */
  takesChunk(chunk: unknown, steps: number): chunk is Uint8Array {
    const bytes = this.layouts.reduce((sum, { name, width }) => sum + width * this.whole[name].BYTES_PER_ELEMENT, 0)
    const fits = this.steps + steps <= this.capacity
    return fits && chunk instanceof Uint8Array && chunk.byteLength === steps * bytes
  }

  /** Adds the `steps` steps of a stored chunk behind those already here. */
  restoreChunk(chunk: Uint8Array, steps: number): void {
    const cut = new Cutter(chunk)
    for (const { name, width, before } of this.layouts) {
      cut.into(this.whole[name], (this.steps + before) * width, steps * width)
    }
    this.steps += steps
  }
}

/** For a row this short, `set` takes several times as long. */
function copyRow<T extends Float32Array | Float64Array>(target: T, row: T, at: number): void {
  for (let i = 0; i < row.length; i++) target[at + i] = row[i]!
}

function signalsFrom(layouts: readonly Layout[], make: (layout: Layout) => Signal): EpisodeSignals {
  return Object.fromEntries(layouts.map((layout) => [layout.name, make(layout)])) as unknown as EpisodeSignals
}

/** Copies consecutive pieces of a blob into typed arrays. */
class Cutter {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  into(target: Signal, offset: number, count: number): void {
    const size = count * target.BYTES_PER_ELEMENT
    const view = new Uint8Array(target.buffer, target.byteOffset + offset * target.BYTES_PER_ELEMENT, size)
    view.set(this.bytes.subarray(this.at, this.at + size))
    this.at += size
  }
}

/** The bytes of a typed array, without a copy. */
export function bytesOf(array: Signal): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength)
}

/** Blobs of `episode_data`. */
const DATA_COLUMNS = ['observations', 'policy_actions', 'sent_actions', 'tooltip', 'tick_times', 'flags'] as const
/** Blobs of `episode_simulation`. */
const SIMULATION_COLUMNS = ['rewards', 'simulator_states'] as const
/** All of them in the order in which the checksum takes them. */
const SIGNAL_COLUMNS = [...DATA_COLUMNS, ...SIMULATION_COLUMNS] as const

/** True where a dataset keeps `episode_simulation`. */
export function hasSimulation({ rewardSize, simulatorStateSize }: EpisodeShape): boolean {
  return rewardSize > 0 || simulatorStateSize > 0
}

/** SQL that reads the blobs of one episode, as `SignalBlobs`, by its number. */
export function selectSignals(shape: EpisodeShape): string {
  const data = `SELECT ${DATA_COLUMNS.join(', ')}`
  if (!hasSimulation(shape)) {
    return `${data}, x'' AS rewards, x'' AS simulator_states FROM episode_data WHERE episode = ?`
  }
  return `${data}, ${SIMULATION_COLUMNS.join(', ')} FROM episode_data JOIN episode_simulation USING (episode) WHERE episode = ?`
}

export type SignalBlobs = Record<(typeof SIGNAL_COLUMNS)[number], Uint8Array>

export function blobsOf(signals: EpisodeSignals): SignalBlobs {
  return {
    observations: bytesOf(signals.observations),
    policy_actions: bytesOf(signals.policyActions),
    sent_actions: bytesOf(signals.sentActions),
    tooltip: bytesOf(signals.tooltip),
    tick_times: bytesOf(signals.tickTimes),
    flags: bytesOf(signals.flags),
    rewards: bytesOf(signals.rewards),
    simulator_states: bytesOf(signals.simulatorStates),
  }
}

/** The signals in stored blobs, or null when a blob has not the length that `steps` and `shape` ask for. */
export function signalsOf(blobs: SignalBlobs, steps: number, shape: EpisodeShape): EpisodeSignals | null {
  const layouts = layoutsOf(shape)
  const fits = layouts.every(({ column, width, before, make }) => {
    const { byteLength } = blobs[column]
    return byteLength === (steps + before) * width * make(0).BYTES_PER_ELEMENT
  })
  return fits ? signalsFrom(layouts, ({ column, make }) => make(aligned(blobs[column]))) : null
}

/** A buffer of its own for a blob: typed arrays need an aligned start, which a pooled Buffer does not promise. */
function aligned(blob: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(blob.byteLength)
  new Uint8Array(copy).set(blob)
  return copy
}

/** SHA-256 over `episode|steps|end reason` and the signal blobs: a row moved, cut or edited no longer fits. */
export function episodeChecksum(episode: number, steps: number, endReason: string, blobs: SignalBlobs): Buffer {
  const hash = createHash('sha256').update(`${episode}|${steps}|${endReason}`)
  for (const column of SIGNAL_COLUMNS) hash.update(blobs[column])
  return hash.digest()
}
