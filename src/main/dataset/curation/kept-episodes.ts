import { createHash } from 'node:crypto'
import type { KeptCounts } from '../../../contract/curation.ts'
import type { DatasetReader, TrainingEpisode } from '../dataset-reader.ts'
import { isWhole, keptPart, keptRangesOf } from './kept-range.ts'
import type { EpisodeLength, KeptRange } from './kept-range.ts'

/** Kept episodes of a dataset in order, with the kept part of each. */
export function keptRanges(reader: DatasetReader): KeptRange[] {
  return keptRangesOf(reader.episodeLengths(), reader.curation())
}

/** The kept part of an episode. Refuses with `episode-missing` or `episode-damaged`. */
export function keptEpisode(reader: DatasetReader, range: KeptRange): TrainingEpisode {
  return keptPart(reader.trainingEpisode(range.episode), range, reader.shape)
}

/** Every kept episode in order, one at a time: what training, statistics and exports take. */
export function* keptEpisodes(
  reader: DatasetReader,
  ranges: readonly KeptRange[] = keptRanges(reader),
): Generator<TrainingEpisode> {
  for (const range of ranges) yield keptEpisode(reader, range)
}

/** Transitions in the ranges. */
export function keptTransitions(ranges: readonly KeptRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0)
}

/** How much of recorded episodes is kept, and how much is not. */
export function keptCounts(lengths: readonly EpisodeLength[], ranges: readonly KeptRange[]): KeptCounts {
  const transitions = keptTransitions(ranges)
  return {
    episodes: ranges.length,
    transitions,
    excludedEpisodes: lengths.length - ranges.length,
    trimmedEpisodes: ranges.filter((range) => !isWhole(range)).length,
    leftOutTransitions: lengths.reduce((sum, { steps }) => sum + steps, 0) - transitions,
  }
}

/**
 * SHA-256, hexadecimal, of which episodes and steps are kept; null where nothing is left out. Together with the hash of
 * the content it says which data somebody has used.
 */
export function keptHash(lengths: readonly EpisodeLength[], ranges: readonly KeptRange[]): string | null {
  if (ranges.length === lengths.length && ranges.every(isWhole)) return null
  const hash = createHash('sha256')
  for (const { episode, from, to } of ranges) hash.update(`${episode}:${from}-${to};`)
  return hash.digest('hex')
}

/** Names data and what is kept of them: the same text, the same transitions. */
export function keptContent(reader: DatasetReader): string {
  const kept = keptHash(reader.episodeLengths(), keptRanges(reader))
  return kept === null ? reader.contentHash() : `${reader.contentHash()} ${kept}`
}
