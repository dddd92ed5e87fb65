import { setImmediate as breathe } from 'node:timers/promises'
import type { RunSheet } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import type { DatasetReader, RecordedEpisode } from '../dataset/dataset-reader.ts'
import type { EpisodeShape } from '../dataset/episode-data.ts'
import { keptCounts, keptRanges } from '../dataset/kept-episodes.ts'
import { keptPart } from '../dataset/kept-range.ts'
import type { KeptRange } from '../dataset/kept-range.ts'

/** What an exporter is given: the sheet and totals at once, the signals one episode at a time. */
export interface EpisodeSource {
  path: string
  sheet: RunSheet
  shape: EpisodeShape
  /** Of all that episodes() gives. */
  totals: { episodes: number; transitions: number }
  /** What people excluded or cut off and is therefore not in it. */
  leftOut: { episodes: number; transitions: number }
  /**
   * The kept episodes in order of their numbers, each read when it is asked for and checked against its checksum. May be
   * walked several times, each time from the start. All values are finite. Throws `export-stopped` when a person
   * cancelled, so a writer that reads from here needs no further check.
   */
  episodes(): AsyncIterable<RecordedEpisode>
}

/** The thread reads for so long before it listens to messages again, ms. */
const BREATHE_EVERY_MS = 50

/** What happens around the reading of a source. */
export interface SourceSeams {
  /** Called for every episode after it was taken, in every walk. */
  taken(transitions: number): void
  signal: AbortSignal
}

/** All of a source but its signals. */
export type SourceFacts = Omit<EpisodeSource, 'episodes'>

/** What a dataset has to give, without its signals. */
export function sourceFacts(reader: DatasetReader): SourceFacts {
  const { path, sheet, shape } = reader
  const counts = keptCounts(reader.episodeLengths(), keptRanges(reader))
  const { episodes, transitions, excludedEpisodes, leftOutTransitions } = counts
  const leftOut = { episodes: excludedEpisodes, transitions: leftOutTransitions }
  return { path, sheet, shape, totals: { episodes, transitions }, leftOut }
}

/**
 * What people kept of one dataset, as it is now and stays for this reader, whatever is recorded meanwhile. Episodes keep
 * their numbers.
 */
export function episodeSource(reader: DatasetReader, { taken, signal }: SourceSeams): EpisodeSource {
  reader.holdState()
  const { path } = reader
  const ranges = keptRanges(reader)
  async function* walk(): AsyncGenerator<RecordedEpisode> {
    let breathedAt = performance.now()
    for (const range of ranges) {
      if (signal.aborted) throw exportStopped()
      const episode = keptOf(reader, range)
      refuseNotFinite(path, episode)
      yield episode
      taken(episode.steps)
      if (performance.now() - breathedAt < BREATHE_EVERY_MS) continue
      await breathe()
      breathedAt = performance.now()
    }
    await breathe()
    if (signal.aborted) throw exportStopped()
  }
  return { ...sourceFacts(reader), episodes: walk }
}

/** The kept part of an episode: one that somebody cut off ends there by that cut, whatever ended it later. */
function keptOf(reader: DatasetReader, range: KeptRange): RecordedEpisode {
  const whole = reader.recordedEpisode(range.episode)
  const kept = keptPart(whole, range, reader.shape)
  if (kept.endReason === whole.endReason) return kept
  return { ...kept, end: { reason: kept.endReason, message: '', stopCode: '', stopTitle: '' } }
}

export function exportStopped(): Error {
  return refusal('export-stopped', 'The export was cancelled. Nothing was written.', 'Export again when you want to.')
}

/** Other tools take a value that is not a number for a fact. */
function refuseNotFinite(path: string, episode: RecordedEpisode): void {
  const { observations, policyActions, sentActions, tooltip, rewards, simulatorStates } = episode
  const arrays = { observations, policyActions, sentActions, tooltip, rewards, 'simulator states': simulatorStates }
  for (const [name, values] of Object.entries(arrays)) {
    const at = values.findIndex((value) => !Number.isFinite(value))
    if (at < 0) continue
    throw refusal(
      'episode-not-finite',
      `The ${name} of episode ${episode.episode} of ${path} have a value that is not a number, at index ${at}. Nothing was exported.`,
      'Run: forager check FILE. It names every place.',
    )
  }
}
