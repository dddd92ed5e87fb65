import { basename } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { RunSheet } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import type { DatasetReader, RecordedEpisode } from '../dataset/dataset-reader.ts'
import type { EpisodeShape } from '../dataset/episode-data.ts'
import { refuseUnjoinable } from '../dataset/curation/joined-datasets.ts'
import { keptCounts } from '../dataset/curation/kept-episodes.ts'
import { keptPart } from '../dataset/curation/kept-range.ts'
import type { KeptRange } from '../dataset/curation/kept-range.ts'
import { openKept } from '../dataset/curation/open-kept.ts'
import type { KeptPart } from '../dataset/curation/open-kept.ts'

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

/** A dataset or a view that is open, and what is kept of it. */
export interface OpenSource {
  facts: SourceFacts
  /** The facts with the signals. */
  watched(seams: SourceSeams): EpisodeSource
  close(): void
}

/**
 * Opens what people kept of a dataset, or what a view takes from its datasets, as it is now and stays, whatever is
 * recorded meanwhile. Episodes of one dataset keep their numbers; those of several are counted through.
 * Refuses as readers and views do, and with `datasets-differ` where datasets do not go together.
 */
export function openExportSource(path: string): OpenSource {
  const parts = openKept(path)
  const close = (): void => parts.forEach(({ reader }) => reader.close())
  try {
    refuseUnjoinable(parts.map(({ reader }) => reader))
    const facts = factsOf(path, parts)
    return { facts, close, watched: (seams) => ({ ...facts, episodes: () => walk(parts, seams) }) }
  } catch (error) {
    close()
    throw error
  }
}

function factsOf(path: string, parts: readonly KeptPart[]): SourceFacts {
  const first = parts[0]?.reader
  if (!first) throw new Error('a view has no dataset')
  const counts = parts.map(({ reader, ranges }) => keptCounts(reader.episodeLengths(), ranges))
  const total = (of: 'episodes' | 'transitions' | 'excludedEpisodes' | 'leftOutTransitions'): number =>
    counts.reduce((sum, each) => sum + each[of], 0)
  return {
    path,
    sheet: parts.length === 1 ? first.sheet : joinedSheet(path, parts),
    shape: first.shape,
    totals: { episodes: total('episodes'), transitions: total('transitions') },
    leftOut: { episodes: total('excludedEpisodes'), transitions: total('leftOutTransitions') },
  }
}

/** The sheet of several datasets: what they share, and from which they come. */
function joinedSheet(path: string, parts: readonly KeptPart[]): RunSheet {
  const sheets = parts.map(({ reader }) => reader.sheet)
  const explorers = [...new Set(sheets.map(({ explorer }) => explorer))].join(', ')
  const names = sheets.map(({ name, id }) => `${name} (${id})`).join(', ')
  return {
    ...sheets[0]!,
    name: basename(path),
    explorer: explorers,
    stepsPerEpisode: Math.max(...sheets.map(({ stepsPerEpisode }) => stepsPerEpisode)),
    notes: `Joined of ${names}.`,
  }
}

async function* walk(parts: readonly KeptPart[], { taken, signal }: SourceSeams): AsyncGenerator<RecordedEpisode> {
  let breathedAt = performance.now()
  let count = 0
  for (const { reader, ranges } of parts) {
    for (const range of ranges) {
      if (signal.aborted) throw exportStopped()
      const episode = keptOf(reader, range)
      refuseNotFinite(reader.path, episode)
      count += 1
      yield parts.length === 1 ? episode : { ...episode, episode: count }
      taken(episode.steps)
      if (performance.now() - breathedAt < BREATHE_EVERY_MS) continue
      await breathe()
      breathedAt = performance.now()
    }
  }
  await breathe()
  if (signal.aborted) throw exportStopped()
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
      `This names every place: ${terminalCommand('check', path)}`,
    )
  }
}
