import { accessSync, constants, existsSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Held by one process or thread at a time. */
export interface ExclusiveLock {
  release(): void
}

/**
 * Takes the lock at `path`, or null when somebody else holds it for longer than `patienceMs`.
 * It is SQLite's exclusive lock on an empty file: the operating system drops it with the process, however that dies, so
 * that no lock is ever stale. The file stays: a lock on a file that another has removed would be worth nothing.
 * Throws the error of the system when the file cannot be made or may only be read.
 */
export function tryLock(path: string, patienceMs: number): ExclusiveLock | null {
  // SQLite opens a file that may only be read all the same, and then locks nothing.
  if (existsSync(path)) accessSync(path, constants.W_OK)
  const lock = new Database(path, { timeout: patienceMs })
  try {
    lock.pragma('journal_mode = OFF')
    lock.exec('BEGIN EXCLUSIVE')
    return { release: () => lock.close() }
  } catch (error) {
    lock.close()
    if (isBusy(error)) return null
    throw error
  }
}

/** True while somebody holds the lock. Takes a shared one for a moment, which a taker with some patience waits out. */
export function isLocked(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    const probe = new Database(path, { readonly: true, timeout: 0 })
    try {
      probe.prepare('SELECT count(*) FROM sqlite_schema').get()
      return false
    } finally {
      probe.close()
    }
  } catch (error) {
    return isBusy(error)
  }
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false
}
