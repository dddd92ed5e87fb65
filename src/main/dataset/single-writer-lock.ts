import { realpathSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { isLocked, tryLock } from '../platform/exclusive-lock.ts'
import type { ExclusiveLock } from '../platform/exclusive-lock.ts'
import { withDatasetProblems } from './sqlite-problem.ts'

/** How long a writer waits for one that is just ending, ms. */
const PATIENCE_MS = 200
/** A writer that ends removes the file; losing that race so often in a row is a fault of the disk. */
const MOST_ATTEMPTS = 50

/** Held while a dataset is being recorded. */
export type SingleWriterLock = ExclusiveLock

/** Beside the file itself: a symbolic link is one more name of the same dataset, and all names share the lock. */
function lockPath(dataset: string): string {
  const folder = dirname(dataset)
  const file = resolved(dataset) ?? join(resolved(folder) ?? folder, basename(dataset))
  return join(dirname(file), `.${basename(file)}.lock`)
}

/** Null where there is nothing yet, or nothing that can be reached: whoever opens it says why. */
function resolved(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

/**
 * Takes the right to write a dataset, or refuses with `dataset-in-use`. The lock is a file beside the dataset, there
 * while it is written: readers of the dataset itself are not disturbed.
 */
export function lockForWriting(dataset: string): SingleWriterLock {
  for (let attempt = 1; ; attempt++) {
    const path = lockPath(dataset)
    const before = identity(path)
    const lock = takeLock(dataset, path, attempt < MOST_ATTEMPTS)
    if (lock === 'removed') continue
    // The file was the same one all the time; otherwise the lock may be on one that is removed, and worth nothing.
    if (before === null || before !== identity(path)) {
      lock.release()
      continue
    }
    const held = holding(path, lock)
    // A link that led nowhere may lead to a dataset by now, which has another lock.
    if (path === lockPath(dataset)) return held
    held.release()
  }
}

function holding(path: string, lock: ExclusiveLock): SingleWriterLock {
  return {
    release: () => {
      // Removed while held, so that nobody can have locked it in between. Windows keeps an open file: it then stays.
      if (process.platform !== 'win32') rmSync(path, { force: true })
      lock.release()
    },
  }
}

/** `removed`: the file went away while it was opened; said only where there is another attempt. */
function takeLock(dataset: string, path: string, again: boolean): ExclusiveLock | 'removed' {
  return withDatasetProblems(dataset, () => {
    try {
      const lock = tryLock(path, PATIENCE_MS)
      if (lock) return lock
    } catch (error) {
      if (again && (error as { code?: string }).code === 'SQLITE_IOERR_FSTAT') return 'removed'
      throw error
    }
    throw refusal(
      'dataset-in-use',
      `${dataset} is being recorded by another Forager. Two writers would mix their episodes; nothing is changed.`,
      'Wait until that run has ended, or choose another dataset.',
    )
  })
}

/** Number and birth of the file: a removed file's number is given to the next one. */
function identity(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino} ${stat.birthtimeNs}` : null
}

/** True while some process records the dataset. */
export function isBeingWritten(dataset: string): boolean {
  return isLocked(lockPath(dataset))
}
