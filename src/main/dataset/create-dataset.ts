import { renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import type { RunSheet } from '../../contract/dataset.ts'
import { syncFolder } from '../platform/new-path.ts'
import { CoverageGrid } from './coverage/coverage-grid.ts'
import type { TooltipBox } from './coverage/coverage-grid.ts'
import { APPLICATION_ID, LEARNING_SCHEMA, SCHEMA, SIMULATION_SCHEMA, formatVersionOf } from './dataset-format.ts'
import { withDatasetProblems } from './sqlite-problem.ts'

/** Where a new dataset is made before it has its name. */
export const unfinishedOf = (path: string): string => join(dirname(path), `.${basename(path)}.partial`)

/**
 * Writes a new, empty dataset at `path`. It is made whole beside it and then moved into place, so that a crash leaves
 * either no dataset or a good one. The caller holds the writer's lock and knows that `path` is free. `explorerLearns`: the
 * file gets a place for the state of such an explorer.
 */
export function createDataset(path: string, sheet: RunSheet, box: TooltipBox | null, explorerLearns = false): void {
  const partial = unfinishedOf(path)
  withDatasetProblems(path, () => {
    removePartial(partial)
    try {
      writeEmpty(partial, sheet, box, explorerLearns)
      renameSync(partial, path)
      syncFolder(dirname(path))
    } finally {
      removePartial(partial)
    }
  })
}

/** With its journal: that of an earlier attempt must not be taken for one of the next. */
function removePartial(partial: string): void {
  for (const suffix of ['-journal', '']) rmSync(partial + suffix, { force: true })
}

function writeEmpty(path: string, sheet: RunSheet, box: TooltipBox | null, explorerLearns: boolean): void {
  const db = new Database(path)
  try {
    db.pragma('synchronous = FULL')
    db.transaction(() => {
      db.pragma(`application_id = ${APPLICATION_ID}`)
      db.pragma(`user_version = ${formatVersionOf(sheet, explorerLearns)}`)
      db.exec(SCHEMA)
      if (formatVersionOf(sheet) >= 2) db.exec(SIMULATION_SCHEMA)
      if (explorerLearns) db.exec(LEARNING_SCHEMA)
      db.prepare('INSERT INTO run_sheet (id, json) VALUES (1, ?)').run(JSON.stringify(sheet))
      if (box) {
        const { cells } = new CoverageGrid(box)
        db.prepare('INSERT INTO coverage (id, box, cells) VALUES (1, ?, ?)').run(
          JSON.stringify(box),
          Buffer.from(cells),
        )
      }
    })()
  } finally {
    db.close()
  }
}
