import type { RunSheet } from '../../contract/dataset.ts'
import type { EpisodeEnd } from '../session/episode-recorder.ts'

/** One episode of a foreign file. T = steps, S and A as in the header. */
export interface ForeignEpisode {
  /** Higher than the one before; null: counted from 1. */
  number: number | null
  /** [T + 1, S] */
  observations: Float32Array
  /** [T, A], -1..1 of each action's scale. */
  policyActions: Float32Array
  /** [T, A] likewise; null: not known, taken to be the policy's. */
  sentActions: Float32Array | null
  /** [T] of StepFlag bits; null: not known, taken to be none. */
  flags: Uint32Array | null
  /** [T]; null exactly when the header has no reward. */
  rewards: Float32Array | null
  /** [T + 1, 3] m; null: not known. */
  tooltip: Float32Array | null
  /** [T + 1, Q]; null exactly when the header names no simulator state. */
  simulatorStates: Float64Array | null
  /** [T + 1] ns; null: not known, the nominal times are taken. */
  tickTimes: BigInt64Array | null
  end: EpisodeEnd
  /** Epoch, ms; null: not known. */
  startedAtMs: number | null
  /** From 0; null: none or not known. */
  skill: number | null
}

/** What a foreign file says of itself, completed by what is believed where it says nothing. */
export interface ForeignHeader {
  /** Everything of the new run sheet that the format decides. A file of ours gives its own sheet back. */
  sheet: Omit<RunSheet, 'format' | 'formatVersion' | 'id' | 'name' | 'target' | 'stepsPerEpisode' | 'imported'>
  /** Null: the longest episode is taken. */
  stepsPerEpisode: number | null
  /** Some episodes have a skill. */
  hasSkills: boolean
  /** Of the whole file, for the progress; null while it is not known. */
  transitions: number | null
  /** Likewise; absent while it is not known. */
  episodes?: number
  /** Program that wrote the file, as far as it says. */
  producer: string
  /**
   * Every assumption that was made, in plain sentences: units, period, what an end without a flag means. Episodes that
   * are read may add some.
   */
  beliefs: string[]
}

export interface ForeignDataset {
  header: ForeignHeader
  /** In order; one episode in memory at a time. Throws ForeignFileError for what does not hold. */
  episodes(): AsyncIterable<ForeignEpisode>
  close(): void
}

/** What a person says of a file that does not say it itself. */
export interface ImportHints {
  /** Known world whose names, units and period are given to columns that have none; null: the file decides. */
  world: string | null
  /** s; null: the file decides. */
  stepPeriodS: number | null
  /** Steps after which an episode was cut, for a file that marks no cut; null: the file decides. */
  stepsPerEpisode: number | null
}

/** A format of another tool that a dataset can be made of. The runner is import-dataset.ts; it runs in a thread. */
export interface DatasetImporter {
  format: string
  label: string
  /** Cheap, by content; false for anything else, also for a file that cannot be read. */
  recognises(path: string): Promise<boolean>
  /** Files whose bytes make the identity of the data, for the hash in the run sheet. */
  files(path: string): string[]
  /** Throws ForeignFileError for what does not hold. */
  open(path: string, hints: ImportHints): Promise<ForeignDataset>
}
