import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { EpisodeMeasures } from '../../../contract/dataset.ts'
import { taskText } from '../../../contract/task.ts'
import type { Task } from '../../../contract/task.ts'
import { openOwnDatabase } from '../../platform/own-database.ts'
import type { DatabaseForm } from '../../platform/own-database.ts'

/** Of this program: `FMEA`. */
const STORE_ID = 0x464d4541

const SCHEMA = `
CREATE TABLE measure (
  dataset TEXT NOT NULL,
  episode INTEGER NOT NULL,
  checksum BLOB NOT NULL,         -- of the episode that was measured
  jerk REAL,
  tracking_error REAL,
  interventions TEXT NOT NULL,    -- counts as JSON
  PRIMARY KEY (dataset, episode)
) STRICT, WITHOUT ROWID;
CREATE TABLE task_return (
  dataset TEXT NOT NULL,
  task TEXT NOT NULL,
  episode INTEGER NOT NULL,
  checksum BLOB NOT NULL,
  value REAL,                     -- NULL: not a finite number
  PRIMARY KEY (dataset, task, episode)
) STRICT, WITHOUT ROWID;
`

/** An episode by its number, and which data it was. */
export interface MeasuredEpisode<T> {
  episode: number
  checksum: Uint8Array
  value: T
}

/**
 * What was measured of the episodes of datasets, so that a list can be sorted by it without reading signals again. Nothing
 * here is worth keeping: a damaged file is made anew and measured again. Never a part of a dataset.
 */
export class MeasureStore {
  readonly #db: Database.Database

  constructor(path: string) {
    this.#db = openOwnDatabase(path, FORM, remove)
  }

  close(): void {
    this.#db.close()
  }

  measures(dataset: string): MeasuredEpisode<EpisodeMeasures>[] {
    const rows = this.#db
      .prepare<
        [string],
        { episode: number; checksum: Buffer; jerk: number | null; tracking_error: number | null; interventions: string }
      >('SELECT episode, checksum, jerk, tracking_error, interventions FROM measure WHERE dataset = ?')
      .all(dataset)
    return rows.map(({ episode, checksum, jerk, tracking_error: trackingError, interventions }) => ({
      episode,
      checksum,
      value: { jerk, trackingError, interventions: JSON.parse(interventions) as number[] },
    }))
  }

  keepMeasures(dataset: string, measured: readonly MeasuredEpisode<EpisodeMeasures>[]): void {
    const insert = this.#db.prepare('INSERT OR REPLACE INTO measure VALUES (?, ?, ?, ?, ?, ?)')
    this.#db.transaction(() => {
      for (const { episode, checksum, value } of measured) {
        const { jerk, trackingError, interventions } = value
        insert.run(dataset, episode, checksum, jerk, trackingError, JSON.stringify(interventions))
      }
    })()
  }

  returns(dataset: string, task: Task): MeasuredEpisode<number | null>[] {
    return this.#db
      .prepare<[string, string], MeasuredEpisode<number | null>>(
        'SELECT episode, checksum, value FROM task_return WHERE dataset = ? AND task = ?',
      )
      .all(dataset, taskKey(task))
  }

  keepReturns(dataset: string, task: Task, measured: readonly MeasuredEpisode<number | null>[]): void {
    const insert = this.#db.prepare('INSERT OR REPLACE INTO task_return VALUES (?, ?, ?, ?, ?)')
    const key = taskKey(task)
    this.#db.transaction(() => {
      for (const { episode, checksum, value } of measured) insert.run(dataset, key, episode, checksum, value)
    })()
  }
}

const taskKey = (task: Task): string => createHash('sha256').update(taskText(task)).digest('hex').slice(0, 32)

/** It can be measured again, so nothing waits for the disk. */
const FORM: DatabaseForm = {
  id: STORE_ID,
  schema: SCHEMA,
  probes: ['SELECT interventions FROM measure LIMIT 1', 'SELECT value FROM task_return LIMIT 1'],
  pragmas: ['journal_mode = WAL', 'synchronous = OFF'],
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
}
