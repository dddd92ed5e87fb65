import { createHash } from 'node:crypto'
import type { StepRow } from '../world/step-row.ts'

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) {
  throw new Error('dataset blobs are little-endian; this machine is not')
}

/** Sizes that decide every array of an episode. */
export interface EpisodeShape {
  observationSize: number
  actionSize: number
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
}

/** Room for one running episode, allocated once per recording and filled row by row. */
export class EpisodeBuffer {
  readonly shape: EpisodeShape
  readonly capacity: number
  steps = 0
  private readonly whole: EpisodeSignals

  constructor(shape: EpisodeShape, capacity: number) {
    const { observationSize, actionSize } = shape
    this.shape = shape
    this.capacity = capacity
    this.whole = {
      observations: new Float32Array((capacity + 1) * observationSize),
      policyActions: new Float32Array(capacity * actionSize),
      sentActions: new Float32Array(capacity * actionSize),
      tooltip: new Float32Array((capacity + 1) * 3),
      tickTimes: new BigInt64Array(capacity + 1),
      flags: new Uint32Array(capacity),
    }
  }

  /** Starts an episode with the first observation, tool tip and tick time of `row`. */
  begin(row: StepRow): void {
    this.steps = 0
    this.whole.observations.set(row.observation, 0)
    this.whole.tooltip.set(row.tooltip, 0)
    this.whole.tickTimes.set(row.tickTime, 0)
  }

  append(row: StepRow): void {
    if (this.steps >= this.capacity) throw new Error(`episode is longer than its ${this.capacity} steps`)
    const { observationSize, actionSize } = this.shape
    const t = this.steps
    this.whole.policyActions.set(row.action, t * actionSize)
    this.whole.sentActions.set(row.sent, t * actionSize)
    this.whole.flags[t] = row.info[0]!
    this.whole.observations.set(row.observation, (t + 1) * observationSize)
    this.whole.tooltip.set(row.tooltip, (t + 1) * 3)
    this.whole.tickTimes[t + 1] = row.tickTime[0]!
    this.steps = t + 1
  }

  /** Views of what is filled; valid until the next begin(). */
  signals(): EpisodeSignals {
    const { observationSize, actionSize } = this.shape
    const T = this.steps
    return {
      observations: this.whole.observations.subarray(0, (T + 1) * observationSize),
      policyActions: this.whole.policyActions.subarray(0, T * actionSize),
      sentActions: this.whole.sentActions.subarray(0, T * actionSize),
      tooltip: this.whole.tooltip.subarray(0, (T + 1) * 3),
      tickTimes: this.whole.tickTimes.subarray(0, T + 1),
      flags: this.whole.flags.subarray(0, T),
    }
  }

  /** The row before the first step, as stored in `running_episode.first`. */
  firstRow(): Buffer {
    const { observations, tooltip, tickTimes } = this.whole
    return Buffer.concat([
      bytesOf(observations.subarray(0, this.shape.observationSize)),
      bytesOf(tooltip.subarray(0, 3)),
      bytesOf(tickTimes.subarray(0, 1)),
    ])
  }

  restoreFirstRow(first: Uint8Array): void {
    this.steps = 0
    const cut = new Cutter(first)
    cut.into(this.whole.observations, 0, this.shape.observationSize)
    cut.into(this.whole.tooltip, 0, 3)
    cut.into(this.whole.tickTimes, 0, 1)
    cut.end()
  }

  /**
   * Steps [from, steps) as stored in `journal.chunk`, n of them: observations [n, S], policy actions [n, A],
   * sent actions [n, A], tool tip [n, 3], ticks [n], flags [n]; observation, tool tip and tick are those after the step.
   */
  chunk(from: number): Buffer {
    const { observationSize, actionSize } = this.shape
    const to = this.steps
    const { observations, policyActions, sentActions, tooltip, tickTimes, flags } = this.whole
    return Buffer.concat([
      bytesOf(observations.subarray((from + 1) * observationSize, (to + 1) * observationSize)),
      bytesOf(policyActions.subarray(from * actionSize, to * actionSize)),
      bytesOf(sentActions.subarray(from * actionSize, to * actionSize)),
      bytesOf(tooltip.subarray((from + 1) * 3, (to + 1) * 3)),
      bytesOf(tickTimes.subarray(from + 1, to + 1)),
      bytesOf(flags.subarray(from, to)),
    ])
  }

  /** Adds the `steps` steps of a stored chunk behind those already here. */
  restoreChunk(chunk: Uint8Array, steps: number): void {
    const { observationSize, actionSize } = this.shape
    const t = this.steps
    if (t + steps > this.capacity) throw new Error('journal is longer than an episode can be')
    const cut = new Cutter(chunk)
    cut.into(this.whole.observations, (t + 1) * observationSize, steps * observationSize)
    cut.into(this.whole.policyActions, t * actionSize, steps * actionSize)
    cut.into(this.whole.sentActions, t * actionSize, steps * actionSize)
    cut.into(this.whole.tooltip, (t + 1) * 3, steps * 3)
    cut.into(this.whole.tickTimes, t + 1, steps)
    cut.into(this.whole.flags, t, steps)
    cut.end()
    this.steps = t + steps
  }
}

type Signal = Float32Array | Uint32Array | BigInt64Array

/** Copies consecutive pieces of a blob into typed arrays; a blob of another length is an error. */
class Cutter {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  into(target: Signal, offset: number, count: number): void {
    const size = count * target.BYTES_PER_ELEMENT
    if (this.at + size > this.bytes.byteLength) throw new Error('journal chunk is too short')
    const view = new Uint8Array(target.buffer, target.byteOffset + offset * target.BYTES_PER_ELEMENT, size)
    view.set(this.bytes.subarray(this.at, this.at + size))
    this.at += size
  }

  end(): void {
    if (this.at !== this.bytes.byteLength) throw new Error('journal chunk is too long')
  }
}

/** The bytes of a typed array, without a copy. */
export function bytesOf(array: Signal): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength)
}

/** Blobs of `episode_data` in the order in which the checksum takes them. */
export const SIGNAL_COLUMNS = [
  'observations',
  'policy_actions',
  'sent_actions',
  'tooltip',
  'tick_times',
  'flags',
] as const

export type SignalBlobs = Record<(typeof SIGNAL_COLUMNS)[number], Uint8Array>

export function blobsOf(signals: EpisodeSignals): SignalBlobs {
  return {
    observations: bytesOf(signals.observations),
    policy_actions: bytesOf(signals.policyActions),
    sent_actions: bytesOf(signals.sentActions),
    tooltip: bytesOf(signals.tooltip),
    tick_times: bytesOf(signals.tickTimes),
    flags: bytesOf(signals.flags),
  }
}

/** The signals in stored blobs, or null when a blob has not the length that `steps` and `shape` ask for. */
export function signalsOf(blobs: SignalBlobs, steps: number, shape: EpisodeShape): EpisodeSignals | null {
  const { observationSize: S, actionSize: A } = shape
  const lengths = [4 * (steps + 1) * S, 4 * steps * A, 4 * steps * A, 12 * (steps + 1), 8 * (steps + 1), 4 * steps]
  if (SIGNAL_COLUMNS.some((column, i) => blobs[column].byteLength !== lengths[i])) return null
  return {
    observations: new Float32Array(aligned(blobs.observations)),
    policyActions: new Float32Array(aligned(blobs.policy_actions)),
    sentActions: new Float32Array(aligned(blobs.sent_actions)),
    tooltip: new Float32Array(aligned(blobs.tooltip)),
    tickTimes: new BigInt64Array(aligned(blobs.tick_times)),
    flags: new Uint32Array(aligned(blobs.flags)),
  }
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
