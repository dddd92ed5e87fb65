import type { ActionChoice } from '../../contract/exchange.ts'
import type { EpisodeSource, SourceFacts } from './episode-source.ts'

/** What a person chooses of an export. */
export interface ExportChoices {
  /** Which action is the format's one action: what the policy asked for, or what the supervisor let through. */
  actions: ActionChoice
}

export interface Counts {
  episodes: number
  transitions: number
}

/**
 * A format of another tool that a dataset can be written in. The runner (export-dataset.ts) does what all have in
 * common: it refuses a target that exists, gives a `partial` path beside it, tells the progress, forces everything to disk,
 * has it counted again, renames it, and removes it when anything fails. It runs in a thread of its own, so a writer may
 * take its time; libraries are loaded by dynamic import inside write() and recount(), not when the table is read.
 */
export interface DatasetExporter {
  /** As typed on the command line. */
  format: string
  /** For a person, e.g. `D4RL HDF5`. */
  label: string
  /** One line: which tools open it. */
  summary: string
  /** What is written: one file or a folder. */
  makes: 'file' | 'folder'
  /** End of the proposed name: `.hdf5`, `-v0`; empty for a folder of any name. */
  extension: string
  /** Why a target cannot have this base name, as a sentence; null when it can. Left out where any name will do. */
  nameProblem?(name: string): string | null
  /** Which unit its actions have: `scaled` -1..1 as stored, `physical` multiplied by each action's scale. */
  actionUnits: 'scaled' | 'physical'
  /** How often write() walks the episodes; the progress counts all walks. Default 1. */
  walks?: number
  /** What the format cannot hold of this source, in plain sentences, known before anything is written. */
  losses(source: SourceFacts, choices: ExportChoices): string[]
  /**
   * Writes everything to `partial`, which does not exist yet; `name` is the base name of the target. Holds one episode,
   * or one bounded block, at a time.
   */
  write(source: EpisodeSource, partial: string, choices: ExportChoices, name: string): Promise<void>
  /** Opens what was written and counts what is really there. Throws when it cannot be read. */
  recount(path: string): Promise<Counts>
}
