import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { RunSheet } from '../../contract/dataset.ts'
import type { EpisodeEnd } from '../session/episode-recorder.ts'
import { CoverageGrid } from './coverage/coverage-grid.ts'
import type { TooltipBox } from './coverage/coverage-grid.ts'
import { createDataset } from './create-dataset.ts'
import { episodeShape } from './episode-data.ts'
import type { EpisodeShape, EpisodeSignals } from './episode-data.ts'
import { EpisodeStore } from './episode-store.ts'
import { withDatasetProblems } from './sqlite-problem.ts'

/** A whole episode that comes from elsewhere. */
export interface BulkEpisode {
  /** Higher than the one before. */
  episode: number
  steps: number
  startedAtMs: number
  signals: EpisodeSignals
  end: EpisodeEnd
  skill: number | null
}

/**
 * Writes a whole new dataset of episodes that are there already. Nothing is journalled: until finish() the file is worth
 * nothing, and its caller, who gave it a name of its own, removes it when anything fails.
 */
export class BulkWriter {
  readonly shape: EpisodeShape
  private readonly path: string
  private readonly db: Database.Database
  private readonly store: EpisodeStore
  private readonly grid: CoverageGrid | null

  /** `withSkills`: a place for the skill of each episode is made. */
  constructor(path: string, sheet: RunSheet, box: TooltipBox | null, withSkills: boolean) {
    rmSync(path, { force: true })
    createDataset(path, sheet, box, withSkills)
    this.path = path
    this.shape = episodeShape(sheet)
    this.grid = box ? new CoverageGrid(box) : null
    this.db = new Database(path)
    // The file is forced to disk as a whole when it is complete.
    this.db.pragma('journal_mode = OFF')
    this.db.pragma('synchronous = OFF')
    this.store = new EpisodeStore(this.db, sheet.stepPeriodS, this.shape)
    this.db.exec('BEGIN IMMEDIATE')
  }

  add({ end, ...whole }: BulkEpisode): void {
    withDatasetProblems(this.path, () => {
      const newCells = this.visited(whole.signals.tooltip)
      this.store.insert({ ...whole, newCells }, end, new Uint8Array(0))
    })
  }

  /** Cells that an episode reached first, those of its start not counted. */
  private visited(tooltip: Float32Array): number {
    if (!this.grid) return 0
    this.grid.visit(tooltip, 0)
    let newCells = 0
    for (let at = 3; at < tooltip.length; at += 3) if (this.grid.visit(tooltip, at)) newCells += 1
    return newCells
  }

  /** Stores the sheet in its final form and closes the file. */
  finish(sheet: RunSheet): void {
    withDatasetProblems(this.path, () => {
      this.db.prepare('UPDATE run_sheet SET json = ? WHERE id = 1').run(JSON.stringify(sheet))
      if (this.grid) this.store.keepCoverage(this.grid)
      this.db.exec('COMMIT')
      this.db.pragma('journal_mode = DELETE')
      this.db.close()
    })
  }

  /** Lets go of the file, finished or not. */
  close(): void {
    if (this.db.open) this.db.close()
  }
}
