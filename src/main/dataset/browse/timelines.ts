import { endReasonSchema } from '../../../contract/dataset.ts'
import { pack } from '../../../contract/packed.ts'
import { ProblemError, refusal } from '../../../contract/problem.ts'
import { LEVEL_FACTOR, TILE_BUCKETS } from '../../../contract/timeline.ts'
import type { Timeline, TimelineTile } from '../../../contract/timeline.ts'
import { DatasetReader } from '../dataset-reader.ts'
import type { EpisodeLength } from '../curation/kept-range.ts'
import { pass } from './episode-pass.ts'
import type { Watch } from './episode-pass.ts'
import { BucketRow, FINEST_KEPT, TimelinePyramid, stepChannels } from './timeline-pyramid.ts'
import type { StepChannels } from './timeline-pyramid.ts'

/** Timelines in memory; each takes a few megabytes. */
const MOST_KEPT = 3
/** Of a step that cannot be read: it has no value, and takes its place. */
const UNREADABLE = NaN

interface Kept {
  hash: string
  timeline: Timeline
  pyramid: TimelinePyramid
  channels: StepChannels
  lengths: readonly EpisodeLength[]
  starts: Uint32Array
}

/** Timelines of datasets by path, made in one pass over the data and kept in memory until the data change. */
export class Timelines {
  readonly #kept = new Map<string, Kept>()

  /** The timeline of what is recorded now; null when the watcher gave up. */
  async open(path: string, watch: Watch): Promise<Timeline | null> {
    const reader = new DatasetReader(path)
    try {
      reader.holdState()
      const hash = reader.contentHash()
      const known = this.#kept.get(path)
      if (known?.hash === hash) return known.timeline
      const made = await make(reader, hash, watch)
      if (!made) return null
      this.#kept.delete(path)
      this.#kept.set(path, made)
      const oldest = this.#kept.keys().next().value
      if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
      return made.timeline
    } finally {
      reader.close()
    }
  }

  /** A tile of an opened timeline. Refuses with `timeline-closed`. */
  tile(reader: DatasetReader, level: number, index: number): TimelineTile {
    const kept = this.#kept.get(reader.path)
    if (!kept)
      throw refusal('timeline-closed', 'The timeline of this dataset is not open any more.', 'Open the timeline again.')
    if (level >= FINEST_KEPT) return kept.pyramid.tile(level, index)
    const bucket = LEVEL_FACTOR ** level
    const from = index * TILE_BUCKETS * bucket
    const to = Math.min(kept.timeline.transitions, from + TILE_BUCKETS * bucket)
    const row = new BucketRow(kept.channels.names.length, bucket, Math.max(0, Math.ceil((to - from) / bucket)))
    for (let i = episodeAt(kept.starts, from); i < kept.lengths.length && kept.starts[i]! < to; i++) {
      const start = kept.starts[i]!
      const { episode, steps } = kept.lengths[i]!
      addSteps(row, reader, kept.channels, episode, Math.max(0, from - start), Math.min(steps, to - start))
    }
    return row.tile(0, TILE_BUCKETS)
  }
}

async function make(reader: DatasetReader, hash: string, watch: Watch): Promise<Kept | null> {
  const { sheet } = reader
  const channels = stepChannels(sheet, reader.tooltipBox() !== null)
  const lengths = reader.episodeLengths()
  const { transitions } = reader.totals()
  const bucket = LEVEL_FACTOR ** FINEST_KEPT
  const finest = new BucketRow(channels.names.length, bucket, Math.ceil(transitions / bucket))
  const add = ({ episode, steps }: EpisodeLength): void => addSteps(finest, reader, channels, episode, 0, steps)
  if (!(await pass(lengths, ({ steps }) => steps, add, watch))) return null
  const pyramid = new TimelinePyramid(finest)
  const starts = startsOf(lengths)
  const reasons = reader.recordedEnds()
  const ends = lengths.map(({ episode }) => endReasonSchema.options.indexOf(reasons.get(episode) ?? 'crash'))
  const timeline: Timeline = {
    transitions,
    stepPeriodS: sheet.stepPeriodS,
    channels: channels.names.map((each, i) => ({ ...each, ...pyramid.range(i) })),
    levels: pyramid.levels,
    episodes: pack(Uint32Array.from(lengths, ({ episode }) => episode)),
    starts: pack(starts),
    ends: pack(Uint32Array.from(ends)),
  }
  return { hash, timeline, pyramid, channels, lengths, starts }
}

function startsOf(lengths: readonly EpisodeLength[]): Uint32Array {
  let start = 0
  return Uint32Array.from(lengths, ({ steps }) => (start += steps) - steps)
}

/** Index of the last episode that begins at or before a transition. */
function episodeAt(starts: Uint32Array, transition: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= transition) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}

/** Adds steps [from, to) of an episode; of a damaged one as many steps without a value. */
function addSteps(
  row: BucketRow,
  reader: DatasetReader,
  channels: StepChannels,
  episode: number,
  from: number,
  to: number,
): void {
  const values = new Float32Array(channels.names.length).fill(UNREADABLE)
  const signals = readable(reader, episode)
  for (let t = from; t < to; t++) {
    if (signals) channels.read(signals, t, values)
    row.add(values, signals?.flags[t] ?? 0)
  }
}

function readable(reader: DatasetReader, episode: number): ReturnType<DatasetReader['trainingEpisode']> | null {
  try {
    return reader.trainingEpisode(episode)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'episode-damaged') return null
    throw error
  }
}
