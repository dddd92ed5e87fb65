import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { tryLock } from './exclusive-lock.ts'
import type { ExclusiveLock } from './exclusive-lock.ts'

/** Folders of a station's home that are made with it. */
const FOLDERS = ['', 'datasets', 'policies', 'incidents']
const LOCK = '.station.lock'
/** How long a station waits for one that is just ending, ms. */
const PATIENCE_MS = 1000

/** Folder of datasets, policies and the catalogue when none is given: FORAGER_HOME, or the user's data folder. */
export function stationHome(): string {
  const { FORAGER_HOME: chosen, XDG_DATA_HOME: data } = process.env
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  return join(data !== undefined && data !== '' ? data : join(homedir(), '.local', 'share'), 'forager')
}

/**
 * Makes the folders of a station and takes them for this process: two stations in one home would train the same jobs and
 * overwrite each other's settings. Refuses with `home-unusable` or `home-in-use` before anything in it is touched.
 */
export function claimHome(home: string): ExclusiveLock {
  for (const name of FOLDERS) requireFolder(join(home, name), home)
  const claim = takeLock(home)
  try {
    requireFiles(home)
    return claim
  } catch (error) {
    claim.release()
    throw error
  }
}

function takeLock(home: string): ExclusiveLock {
  let lock: ExclusiveLock | null
  try {
    lock = tryLock(join(home, LOCK), PATIENCE_MS)
  } catch (error) {
    throw unusable(home, join(home, LOCK), error)
  }
  if (lock) return lock
  throw refusal(
    'home-in-use',
    `Another Forager station is open in ${home}. Nothing was started.`,
    `Use that one, or end it first. ${ANOTHER_HOME}`,
  )
}

/** Made when missing, and this user may list it and write into it. */
function requireFolder(folder: string, home: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    readdirSync(folder)
    rmdirSync(mkdtempSync(join(folder, '.probe-')))
  } catch (error) {
    throw unusable(home, folder, error)
  }
}

/** Settings and indexes that somebody else has written, as a start with other rights does, would fail in the middle. */
function requireFiles(home: string): void {
  for (const entry of readdirSync(home, { withFileTypes: true })) {
    // Closing the lock's file would give the lock away.
    if (!entry.isFile() || entry.name.startsWith(LOCK)) continue
    const path = join(home, entry.name)
    try {
      closeSync(openSync(path, 'r+'))
    } catch (error) {
      throw unusable(home, path, error)
    }
  }
}

/** What is wrong with a file or folder of the home, and what to do about it. */
function whyUnusable(path: string, home: string, error: unknown): [string, string] {
  const { code, message } = error as NodeJS.ErrnoException
  const [it, It] = path === home ? ['it', 'It'] : [path, path]
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return [`This user may not read and write ${it}.`, 'Give this user the right to read and write it.']
    case 'EROFS':
      return [`${It} lies on a disk that can only be read.`, 'Make the disk writable.']
    case 'ENOSPC':
    case 'EDQUOT':
    case 'SQLITE_FULL':
      return ['Its disk is full.', 'Make room on it.']
    case 'EEXIST':
    case 'ENOTDIR':
      return [`${It} is a file, or lies below one.`, 'Move that file away.']
    case 'SQLITE_NOTADB':
      return [`Its file ${LOCK} is not the station's.`, 'Delete that file.']
    default:
      return [`${message}.`, 'See whether the disk is there.']
  }
}

const ANOTHER_HOME = 'Another folder is chosen with --home or FORAGER_HOME.'

function unusable(home: string, path: string, error: unknown): Error {
  const [why, tip] = whyUnusable(path, home, error)
  return refusal(
    'home-unusable',
    `The folder of the station, ${home}, cannot be used. ${why} Nothing was started; what is there is unchanged.`,
    `${tip} ${ANOTHER_HOME}`,
    String(error),
  )
}
