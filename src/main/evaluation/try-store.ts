import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { returnTrySchema, tryResultSchema } from '../../contract/evaluation.ts'
import type { ReturnTry, TryResult } from '../../contract/evaluation.ts'
import { refusal } from '../../contract/problem.ts'
import { setAside } from '../platform/set-aside.ts'

/** One try with what the grid needs to know whether it still counts, and its signals. T = steps. */
export interface StoredTry {
  result: TryResult
  /** Updates of the policy when it was tried. A policy trained on since then has not been tried. */
  policyUpdates: number
  stepPeriodS: number
  /** [T + 1], m */
  distance: Float32Array
  /** [T + 1, 3], m */
  tooltip: Float32Array
}

export type TryRecord = Pick<StoredTry, 'result' | 'policyUpdates'>

/** A try without a goal has no signals that belong to it alone. */
export interface ReturnRecord {
  result: ReturnTry
  policyUpdates: number
}

const SCHEMA_VERSION = 1
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tries (
    id TEXT PRIMARY KEY,
    at REAL NOT NULL,
    policy_updates INTEGER NOT NULL,
    step_period_s REAL NOT NULL,
    result TEXT NOT NULL,      -- JSON of contract TryResult
    distance BLOB NOT NULL,    -- little-endian f32 [T + 1]
    tooltip BLOB NOT NULL      -- little-endian f32 [T + 1, 3]
  ) STRICT;
  CREATE INDEX IF NOT EXISTS tries_at ON tries (at);
  CREATE TABLE IF NOT EXISTS return_tries (
    id TEXT PRIMARY KEY,
    at REAL NOT NULL,
    policy_updates INTEGER NOT NULL,
    result TEXT NOT NULL       -- JSON of contract ReturnTry
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};`

/** `evaluations.db`: every try that was finished, with its path. A try is written in one transaction when it ends. */
export class TryStore {
  /** What a person is told about the file; null when all is well. */
  readonly notice: string | null = null
  readonly #db: Database.Database

  /** A damaged file is set aside. Refuses with `evaluations-too-new` what a newer Forager wrote. */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    try {
      this.#db = openTries(path)
    } catch (error) {
      if (!DAMAGED.test((error as { code?: string }).code ?? '')) throw error
      this.notice = setAside(path, 'tries that were made before are not shown. Policies and datasets are not affected.')
      this.#db = openTries(path)
    }
  }

  add(entry: StoredTry): void {
    const { result, policyUpdates, stepPeriodS, distance, tooltip } = entry
    this.#db
      .prepare('INSERT INTO tries VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(result.id, result.at, policyUpdates, stepPeriodS, JSON.stringify(result), bytes(distance), bytes(tooltip))
  }

  addReturn({ result, policyUpdates }: ReturnRecord): void {
    this.#db
      .prepare('INSERT INTO return_tries VALUES (?, ?, ?, ?)')
      .run(result.id, result.at, policyUpdates, JSON.stringify(result))
  }

  /** All tries towards goals, oldest first, without their signals. */
  list(): TryRecord[] {
    return this.#rows('tries').map(({ policyUpdates, json }) => ({
      policyUpdates,
      result: tryResultSchema.parse(json),
    }))
  }

  /** All tries without a goal, oldest first. */
  returns(): ReturnRecord[] {
    return this.#rows('return_tries').map(({ policyUpdates, json }) => ({
      policyUpdates,
      result: returnTrySchema.parse(json),
    }))
  }

  #rows(table: 'tries' | 'return_tries'): { policyUpdates: number; json: unknown }[] {
    const rows = this.#db
      .prepare<[], { policy_updates: number; result: string }>(
        `SELECT policy_updates, result FROM ${table} ORDER BY at, rowid`,
      )
      .all()
    return rows.map((row) => ({ policyUpdates: row.policy_updates, json: JSON.parse(row.result) }))
  }

  /** One try whole. Refuses with `try-unknown`. */
  read(id: string): StoredTry {
    const row = this.#db.prepare('SELECT * FROM tries WHERE id = ?').get(id) as
      { policy_updates: number; step_period_s: number; result: string; distance: Buffer; tooltip: Buffer } | undefined
    if (!row) throw refusal('try-unknown', 'That try is not stored.', 'Look at the list of tries again.')
    return {
      result: tryResultSchema.parse(JSON.parse(row.result)),
      policyUpdates: row.policy_updates,
      stepPeriodS: row.step_period_s,
      distance: floats(row.distance),
      tooltip: floats(row.tooltip),
    }
  }

  close(): void {
    this.#db.close()
  }
}

function bytes(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** Copies, because a blob may begin at any byte and float views may not. */
function floats(blob: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(blob).buffer)
}

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB|ERROR)/

function openTries(path: string): Database.Database {
  const db = new Database(path)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    refuseNewer(db, path)
    if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Database.SqliteError(path, 'SQLITE_CORRUPT')
    db.exec(SCHEMA)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function refuseNewer(db: Database.Database, path: string): void {
  if (Number(db.pragma('user_version', { simple: true })) <= SCHEMA_VERSION) return
  throw refusal(
    'evaluations-too-new',
    `${path} was written by a newer Forager. Nothing was changed; policies and datasets are not concerned.`,
    'Install the newer Forager, or move that file away.',
  )
}
