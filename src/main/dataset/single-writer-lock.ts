import { rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { refusal } from '../../contract/problem.ts'
import { withDatasetProblems } from './sqlite-problem.ts'

/** Held while a dataset is being recorded. */
export interface SingleWriterLock {
  release(): void
}

function lockPath(dataset: string): string {
  return join(dirname(dataset), `.${basename(dataset)}.lock`)
}

/**
 * Takes the right to write a dataset, or refuses with `dataset-in-use`.
 * The lock is SQLite's exclusive lock on an empty file beside the dataset: the operating system drops it with the
 * process, however it dies, and readers of the dataset itself are not disturbed.
 */
export function lockForWriting(dataset: string): SingleWriterLock {
  const path = lockPath(dataset)
  for (;;) {
    const before = inode(path)
    const lock = takeExclusive(dataset, path)
    // A writer that just released may have removed the file after we opened it; a lock on a removed file is worth nothing.
    const after = inode(path)
    if (after !== null && (before === null || before === after)) {
      return {
        release: () => {
          // Removed while held, so that nobody can have locked it in between. Windows keeps an open file: it then stays.
          if (process.platform !== 'win32') rmSync(path, { force: true })
          lock.close()
        },
      }
    }
    lock.close()
  }
}

function takeExclusive(dataset: string, path: string): Database.Database {
  return withDatasetProblems(dataset, () => {
    const lock = new Database(path, { timeout: 200 })
    try {
      lock.pragma('journal_mode = OFF')
      lock.exec('BEGIN EXCLUSIVE')
      return lock
    } catch (error) {
      lock.close()
      if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) throw inUse(dataset)
      throw error
    }
  })
}

function inode(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}

function inUse(dataset: string): Error {
  return refusal(
    'dataset-in-use',
    `${dataset} is being recorded by another Forager. Two writers would mix their episodes; nothing is changed.`,
    'Wait until that run has ended, or choose another dataset.',
  )
}

/** True while some process records the dataset. Takes a shared lock for a moment, which a starting writer waits out. */
export function isBeingWritten(dataset: string): boolean {
  const path = lockPath(dataset)
  if (inode(path) === null) return false
  try {
    const probe = new Database(path, { readonly: true, timeout: 0 })
    try {
      probe.prepare('SELECT count(*) FROM sqlite_schema').get()
      return false
    } finally {
      probe.close()
    }
  } catch (error) {
    return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false
  }
}
