import type { RunSheet } from '../../../contract/dataset.ts'
import { pack } from '../../../contract/packed.ts'
import { LEVEL_FACTOR, TILE_BUCKETS } from '../../../contract/timeline.ts'
import type { TimelineTile } from '../../../contract/timeline.ts'
import type { EpisodeSignals } from '../episode-data.ts'
import { stepLength } from './speed-sparkline.ts'

/** Finest level that is kept; finer ones are read from the episodes. */
export const FINEST_KEPT = 2

/** Values of a step that a timeline draws: what was sent, then the tool-tip speed or the world's own reward. */
export interface StepChannels {
  names: { name: string; unit: string }[]
  /** Writes the values of step t of an episode. */
  read(signals: EpisodeSignals, t: number, into: Float32Array): void
}

export function stepChannels(
  { action, hasReward, stepPeriodS }: Pick<RunSheet, 'action' | 'hasReward' | 'stepPeriodS'>,
  hasTooltip: boolean,
): StepChannels {
  const size = action.length
  const last = hasTooltip ? [{ name: 'tool tip', unit: 'm/s' }] : hasReward ? [{ name: 'reward', unit: '' }] : []
  return {
    names: [...action.map(({ name, unit }) => ({ name, unit })), ...last],
    read: (signals, t, into) => {
      for (let a = 0; a < size; a++) into[a] = signals.sentActions[t * size + a]! * action[a]!.scale
      if (hasTooltip) into[size] = stepLength(signals.tooltip, t) / stepPeriodS
      else if (hasReward) into[size] = signals.rewards[t]!
    },
  }
}

/** Least and largest value of every channel, and the flags, of equally many steps a bucket. */
export class BucketRow {
  readonly channels: number
  readonly bucket: number
  /** [buckets, channels, 2] */
  readonly ranges: Float32Array
  readonly flags: Uint32Array
  #steps = 0

  constructor(channels: number, bucket: number, buckets: number) {
    this.channels = channels
    this.bucket = bucket
    this.ranges = new Float32Array(buckets * channels * 2)
    this.flags = new Uint32Array(buckets)
    for (let i = 0; i < this.ranges.length; i += 2) {
      this.ranges[i] = Infinity
      this.ranges[i + 1] = -Infinity
    }
  }

  get buckets(): number {
    return this.flags.length
  }

  /** Adds the next step. */
  add(values: Float32Array, flags: number): void {
    const at = Math.floor(this.#steps++ / this.bucket)
    if (at >= this.buckets) return
    for (let c = 0; c < this.channels; c++) this.#widen(2 * (at * this.channels + c), values[c]!, values[c]!)
    this.flags[at]! |= flags
  }

  /** The next coarser row. */
  coarser(): BucketRow {
    const row = new BucketRow(this.channels, this.bucket * LEVEL_FACTOR, Math.ceil(this.buckets / LEVEL_FACTOR))
    for (let i = 0; i < this.buckets; i++) {
      const to = Math.floor(i / LEVEL_FACTOR)
      row.flags[to]! |= this.flags[i]!
      for (let c = 0; c < this.channels; c++) {
        const from = 2 * (i * this.channels + c)
        row.#widen(2 * (to * this.channels + c), this.ranges[from]!, this.ranges[from + 1]!)
      }
    }
    return row
  }

  #widen(at: number, low: number, high: number): void {
    if (low < this.ranges[at]!) this.ranges[at] = low
    if (high > this.ranges[at + 1]!) this.ranges[at + 1] = high
  }

  tile(from: number, to: number): TimelineTile {
    const end = Math.min(to, this.buckets)
    const width = 2 * this.channels
    return {
      count: Math.max(0, end - from),
      ranges: pack(this.ranges.subarray(from * width, end * width)),
      flags: pack(this.flags.subarray(from, end)),
    }
  }
}

/** Rows of a dataset from level 2 on, each four times as coarse as the one before, until one fits into a tile. */
export class TimelinePyramid {
  readonly rows: readonly BucketRow[]

  constructor(finest: BucketRow) {
    const rows = [finest]
    while (rows.at(-1)!.buckets > TILE_BUCKETS) rows.push(rows.at(-1)!.coarser())
    this.rows = rows
  }

  /** Coarsest level. */
  get levels(): number {
    return FINEST_KEPT + this.rows.length - 1
  }

  tile(level: number, index: number): TimelineTile {
    const row = this.rows[Math.min(level, this.levels) - FINEST_KEPT]!
    return row.tile(index * TILE_BUCKETS, (index + 1) * TILE_BUCKETS)
  }

  /** Least and largest value of a channel over everything; 0 and 0 where there is nothing. */
  range(channel: number): { min: number; max: number } {
    const { ranges, channels, buckets } = this.rows.at(-1)!
    let [min, max] = [Infinity, -Infinity]
    for (let i = 0; i < buckets; i++) {
      min = Math.min(min, ranges[2 * (i * channels + channel)]!)
      max = Math.max(max, ranges[2 * (i * channels + channel) + 1]!)
    }
    return min <= max ? { min, max } : { min: 0, max: 0 }
  }
}
