import { createHash } from 'node:crypto'
import type { KeptCounts } from '../../contract/curation.ts'
import type { EndReason } from '../../contract/dataset.ts'
import type { Curation } from './curation-fold.ts'
import type { DatasetReader, TrainingEpisode } from './dataset-reader.ts'
import type { EpisodeShape } from './episode-data.ts'

/** What is kept of one episode: steps (from, to], observations from..to of the `recorded` steps. */
export interface KeptRange {
  episode: number
  recorded: number
  from: number
  to: number
}

/** Kept episodes of a dataset in order, with the kept part of each. */
export function keptRanges(reader: DatasetReader): KeptRange[] {
  const curation = reader.curation()
  return reader.episodeLengths().flatMap(({ episode, steps }) => {
    const range = keptRange(curation, episode, steps)
    return range ? [range] : []
  })
}

/** The kept part of an episode of so many recorded steps; null when it is excluded. */
export function keptRange(curation: Curation, episode: number, recorded: number): KeptRange | null {
  if (curation.excluded.has(episode)) return null
  const { from, to } = curation.trims.get(episode) ?? { from: 0, to: recorded }
  return { episode, recorded, from, to }
}

export const isWhole = ({ from, to, recorded }: KeptRange): boolean => from === 0 && to === recorded

/** The kept part of an episode. Refuses with `episode-missing` or `episode-damaged`. */
export function keptEpisode(reader: DatasetReader, range: KeptRange): TrainingEpisode {
  return keptPart(reader.trainingEpisode(range.episode), range, reader.shape)
}

/** The kept part of a recorded episode that was read: its steps, and one observation more. Views, not copies. */
export function keptPart<T extends TrainingEpisode>(whole: T, range: KeptRange, shape: EpisodeShape): T {
  if (isWhole(range)) return whole
  const { from, to, recorded } = range
  const { observationSize: S, actionSize: A, rewardSize: R, simulatorStateSize: Q } = shape
  return {
    ...whole,
    steps: to - from,
    endReason: keptEndReason(whole.endReason, to, recorded),
    observations: whole.observations.subarray(from * S, (to + 1) * S),
    policyActions: whole.policyActions.subarray(from * A, to * A),
    sentActions: whole.sentActions.subarray(from * A, to * A),
    tooltip: whole.tooltip.subarray(from * 3, (to + 1) * 3),
    tickTimes: whole.tickTimes.subarray(from, to + 1),
    flags: whole.flags.subarray(from, to),
    rewards: whole.rewards.subarray(from * R, to * R),
    simulatorStates: whole.simulatorStates.subarray(from * Q, (to + 1) * Q),
  }
}

/** Whatever ended the recorded episode, one that is cut before is a truncation: a limit of steps, set by a person. */
export function keptEndReason(recorded: EndReason, to: number, steps: number): EndReason {
  return to < steps ? 'step-limit' : recorded
}

/** Every kept episode in order, one at a time: what training, statistics and exports take. */
export function* keptEpisodes(
  reader: DatasetReader,
  ranges: readonly KeptRange[] = keptRanges(reader),
): Generator<TrainingEpisode> {
  for (const range of ranges) yield keptEpisode(reader, range)
}

/** How much of a dataset is kept, and how much is not. */
export function keptCounts(lengths: readonly { steps: number }[], ranges: readonly KeptRange[]): KeptCounts {
  const recorded = lengths.reduce((sum, { steps }) => sum + steps, 0)
  const transitions = ranges.reduce((sum, { from, to }) => sum + to - from, 0)
  return {
    episodes: ranges.length,
    transitions,
    excludedEpisodes: lengths.length - ranges.length,
    trimmedEpisodes: ranges.filter((range) => !isWhole(range)).length,
    leftOutTransitions: recorded - transitions,
  }
}

/**
 * SHA-256, hexadecimal, of which episodes and steps are kept; null where nothing is left out. Together with the hash of
 * the content it says which data somebody has used.
 */
export function keptHash(lengths: readonly { steps: number }[], ranges: readonly KeptRange[]): string | null {
  if (ranges.length === lengths.length && ranges.every(isWhole)) return null
  const hash = createHash('sha256')
  for (const { episode, from, to } of ranges) hash.update(`${episode}:${from}-${to};`)
  return hash.digest('hex')
}
