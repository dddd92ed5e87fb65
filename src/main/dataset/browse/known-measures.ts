import type { EpisodeMeasures } from '../../../contract/dataset.ts'

/** What is known of a dataset's episodes by their number. */
export interface KnownMeasures {
  measures: ReadonlyMap<number, EpisodeMeasures>
  /** Returns of the task that was asked for; null for an episode where it has no finite number. */
  returns: ReadonlyMap<number, number | null>
}

export const NOT_MEASURED: KnownMeasures = { measures: new Map(), returns: new Map() }
