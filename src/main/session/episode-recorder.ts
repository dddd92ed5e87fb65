import type { Coverage, EndReason } from '../../contract/dataset.ts'
import type { StepRow } from '../world/step-row.ts'

/** Why an episode ended, as it is stored. */
export interface EpisodeEnd {
  reason: EndReason
  /** Plain sentence, empty for a full-length episode. */
  message: string
  /** Of the stop cause; empty when no stop ended it. */
  stopCode: string
  stopTitle: string
}

/** An episode as it was kept. */
export interface EpisodeKept {
  episode: number
  steps: number
  slowedSteps: number
  clippedSteps: number
  lateTicks: number
  newCells: number
}

/** The episode that a dead process left open. */
export interface CutEpisode {
  episode: number
  /** Committed steps that are kept: all, unless the journal is damaged. */
  steps: number
  /** Committed steps behind a damaged place of the journal, which nobody can read any more. */
  unreadableSteps: number
}

/** Where a recording goes on. */
export interface ResumePoint {
  transitions: number
  episodes: number
  /** Highest episode number in use; 0 in a new dataset. */
  lastEpisode: number
  endReasons: Record<string, number>
  lateTicks: number
  slowedSteps: number
  clippedSteps: number
  /** Explorer state after the last finished episode; null when there is none. */
  explorerState: Uint8Array | null
  /** The episode that the last process left open; kept with end reason `crash`, or forgotten to be repeated. */
  cutEpisode: CutEpisode | null
}

/**
 * Where the session loop puts what it gathers. Written by the dataset; everything committed survives a power cut. In
 * real time every step is committed; at full speed at most 0.5 s are not, on a slow disk at most 2 s.
 */
export interface EpisodeRecorder {
  readonly resume: ResumePoint
  /** Transitions forced to disk so far, in the whole dataset. */
  readonly committed: number
  /** Transitions of it that people left out, as of the newest finished episode: they are recorded again. */
  readonly leftOut: number
  /** Opens the next episode with the first observation in `row`; returns its number. `skill`: the explorer's, if any. */
  beginEpisode(row: StepRow, skill?: number | null): number
  /** Adds one transition; the world has filled the row. */
  append(row: StepRow): void
  /** Closes the episode in one transaction; null when it was dropped: it had no step, or will be repeated. */
  endEpisode(end: EpisodeEnd, explorerState: Uint8Array): EpisodeKept | null
  /** Forces everything so far to disk; called before the session waits for a person. */
  flush(): void
  coverage(): Coverage | null
  /** Size of the dataset on disk. */
  bytes(): number
  close(): void
}
