import { mkdirSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { tryLock } from '../platform/exclusive-lock.ts'
import type { ExclusiveLock } from '../platform/exclusive-lock.ts'

/** There while the policy is trained; a crash leaves it behind, unlocked. */
const LOCK_FILE = '.training.lock'
/** How long a training waits for one that is just ending, ms. */
const PATIENCE_MS = 1000
/** A training that ends removes file and new folder; losing that race so often in a row is a fault of the disk. */
const MOST_ATTEMPTS = 50

/** A file that was locked while it had this identity, and the topmost folder that was made for it, if any was. */
interface Taken {
  lock: ExclusiveLock
  identity: string
  made: string | undefined
}

/**
 * Takes the right to train the policy in a folder, which is made when it is missing. Letting go removes what was made
 * and is still empty. Refuses with `policy-in-use` or `policy-folder-unusable`.
 */
export function lockPolicy(policy: string): ExclusiveLock {
  const folder = resolve(policy)
  const path = join(folder, LOCK_FILE)
  const { lock, identity, made } = take(folder, path)
  return {
    release: () => {
      const windows = process.platform === 'win32'
      // Removed while held, so that nobody can have locked it in between. Windows never removes a file that another has open.
      if (!windows) removeLock(path, identity)
      lock.release()
      if (windows) removeLock(path, identity)
      if (made !== undefined) removeEmpty(folder, made)
    },
  }
}

function take(folder: string, path: string): Taken {
  let made: string | undefined
  for (let attempt = 1; ; attempt++) {
    try {
      made = mkdirSync(folder, { recursive: true }) ?? made
      const before = identityOf(path)
      const lock = tryLock(path, PATIENCE_MS)
      if (!lock) throw inUse(folder)
      // The file was the same one all the time; otherwise the lock may be on one that is removed, and worth nothing.
      if (before !== null && before === identityOf(path)) return { lock, identity: before, made }
      lock.release()
    } catch (error) {
      if (error instanceof ProblemError || attempt >= MOST_ATTEMPTS) throw saidFor(folder, error)
    }
  }
}

/** Number and birth of the file: a removed file's number is given to the next one. */
function identityOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino} ${stat.birthtimeNs}` : null
}

/** Somebody may have renamed the folder meanwhile: another one's lock is left alone. */
function removeLock(path: string, identity: string): void {
  try {
    if (identityOf(path) === identity) rmSync(path, { force: true })
  } catch {
    // A file that stays is locked by nobody, and the next training takes it.
  }
}

/** Removes `folder` and what lies between it and `topmost`, as far up as there is nothing in it. */
function removeEmpty(folder: string, topmost: string): void {
  try {
    for (let path = folder; path.length >= topmost.length; path = dirname(path)) rmdirSync(path)
  } catch {
    // There is something in it.
  }
}

function inUse(folder: string): ProblemError {
  return refusal(
    'policy-in-use',
    `The policy in ${folder} is being written by another training. Nothing was changed.`,
    'Wait until that training has ended, or stop it; or choose another name for this policy.',
  )
}

function saidFor(folder: string, error: unknown): unknown {
  // A path that no file can have is said in its own words.
  if (error instanceof ProblemError || (error as { code?: unknown }).code === 'ERR_INVALID_ARG_VALUE') return error
  return refusal(
    'policy-folder-unusable',
    `No policy can be written into ${folder}: it cannot be made, or this user may not write in it. Nothing was changed.`,
    'Give this user the right to write there, or train into another folder.',
    String(error),
  )
}
