import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { runSheetSchema } from '../../contract/dataset.ts'
import type { RunSheet } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import { inspectHeader } from './dataset-format.ts'
import { datasetProblem, withDatasetProblems } from './sqlite-problem.ts'

/**
 * Opens an existing dataset after its header was checked. A change that the end of a process cut in half is undone first.
 * Refuses with `dataset-missing`, `not-a-dataset`, `dataset-newer`, `dataset-damaged` or `dataset-read-only`; for writing
 * also with `dataset-linked`.
 */
export function openDataset(path: string, options: { readonly: boolean }): Database.Database {
  inspectHeader(path)
  if (!options.readonly) refuseHardLinks(path)
  return withDatasetProblems(path, () => {
    try {
      return openDatabase(path, options.readonly)
    } catch (error) {
      if (!options.readonly || (error as { code?: string }).code !== 'SQLITE_READONLY_ROLLBACK') throw error
      // A power cut left a journal of a change that did not end. Whoever may write undoes it by opening the file; SQLite
      // takes its own lock for that, so that it never happens under a writer.
      openDatabase(path, false).close()
      return openDatabase(path, true)
    }
  })
}

/**
 * The log and the lock of a dataset lie beside it under its name. Under another name of the same file a writer would find
 * neither, and would write into what another one is writing.
 */
function refuseHardLinks(path: string): void {
  const names = statSync(path, { throwIfNoEntry: false })?.nlink ?? 1
  if (names <= 1) return
  throw refusal(
    'dataset-linked',
    `${path} is one of ${names} names of the same file (hard links). Writing under one of them would also change the others and can damage the data; nothing is changed.`,
    'Make a copy of the file and use the copy, or remove the other names. A symbolic link is fine.',
  )
}

function openDatabase(path: string, readonly: boolean): Database.Database {
  const db = new Database(path, { readonly, fileMustExist: true, timeout: 5000 })
  try {
    // The first read is what finds a file that SQLite cannot use.
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Moves the write-ahead log into the file: a plain file at rest opens anywhere, also in a folder that may not be written.
 * Where somebody is reading, what is left of the log stays beside it.
 */
export function moveLogIntoFile(db: Database.Database): void {
  try {
    // Emptied first: an open reader does not prevent this, but it does prevent the next.
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.pragma('journal_mode = DELETE')
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw datasetProblem(error, db.name)
  }
}

/** The run sheet in an open dataset. Refuses with `dataset-damaged` when it is gone or malformed. */
export function readRunSheet(db: Database.Database, path: string): RunSheet {
  const row = withDatasetProblems(path, () => {
    return db.prepare<[], { json: string }>('SELECT json FROM run_sheet WHERE id = 1').get()
  })
  const parsed = runSheetSchema.safeParse(parseJson(row?.json ?? ''))
  if (parsed.success) return parsed.data
  throw refusal(
    'dataset-damaged',
    `The run sheet of ${path} cannot be read. The file is unchanged.`,
    'Restore the file from a backup.',
    parsed.error.message,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
