import { rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Held by one process or thread at a time. */
export interface ExclusiveLock {
  release(): void
}

/**
 * Takes the lock at `path`, or null when somebody else holds it for longer than `patienceMs`.
 * It is SQLite's exclusive lock on an empty file: the operating system drops it with the process, however that dies, so
 * that no lock is ever stale.
 */
export function tryLock(path: string, patienceMs: number): ExclusiveLock | null {
  for (;;) {
    const before = inode(path)
    const lock = takeExclusive(path, patienceMs)
    if (!lock) return null
    // A holder that just released may have removed the file after we opened it; a lock on a removed file is worth nothing.
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

function takeExclusive(path: string, patienceMs: number): Database.Database | null {
  const lock = new Database(path, { timeout: patienceMs })
  try {
    lock.pragma('journal_mode = OFF')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (isBusy(error)) return null
    throw error
  }
}

/** True while somebody holds the lock. Takes a shared one for a moment, which a taker with some patience waits out. */
export function isLocked(path: string): boolean {
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
    return isBusy(error)
  }
}

function inode(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false
}
