import { basename, dirname, join } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { isLocked, tryLock } from '../platform/exclusive-lock.ts'
import type { ExclusiveLock } from '../platform/exclusive-lock.ts'
import { withDatasetProblems } from './sqlite-problem.ts'

/** How long a writer waits for one that is just ending, ms. */
const PATIENCE_MS = 200

/** Held while a dataset is being recorded. */
export type SingleWriterLock = ExclusiveLock

function lockPath(dataset: string): string {
  return join(dirname(dataset), `.${basename(dataset)}.lock`)
}

/**
 * Takes the right to write a dataset, or refuses with `dataset-in-use`. The lock is a file beside the dataset: readers of
 * the dataset itself are not disturbed.
 */
export function lockForWriting(dataset: string): SingleWriterLock {
  const lock = withDatasetProblems(dataset, () => tryLock(lockPath(dataset), PATIENCE_MS))
  if (lock) return lock
  throw refusal(
    'dataset-in-use',
    `${dataset} is being recorded by another Forager. Two writers would mix their episodes; nothing is changed.`,
    'Wait until that run has ended, or choose another dataset.',
  )
}

/** True while some process records the dataset. */
export function isBeingWritten(dataset: string): boolean {
  return isLocked(lockPath(dataset))
}
