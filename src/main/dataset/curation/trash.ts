import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { trashEntrySchema } from '../../../contract/trash.ts'
import type { TrashEntry } from '../../../contract/trash.ts'
import { ProblemError, refusal } from '../../../contract/problem.ts'
import { datasetNameOf } from '../../platform/dataset-name.ts'
import { writeDurably } from '../../platform/durable-file.ts'
import { tryLock } from '../../platform/exclusive-lock.ts'
import type { ExclusiveLock } from '../../platform/exclusive-lock.ts'
import { syncFolder } from '../../platform/new-path.ts'
import { openDataset } from '../open-dataset.ts'
import { recoverDataset } from '../recover.ts'
import { lockForWriting } from '../single-writer-lock.ts'
import { isViewPath, viewNameOf } from './view-file.ts'

const ABOUT = 'about.json'
const LOCK = '.lock'
/** How long a move waits for another process's, which is a few renames, or the erasing of a large file, ms. */
const PATIENCE_MS = 1000
/** What SQLite may keep beside a file that was not closed. */
const BESIDE = ['-wal', '-journal'] as const

const aboutSchema = trashEntrySchema.omit({ bytes: true }).extend({ restoring: z.boolean() })
type About = z.infer<typeof aboutSchema>

/**
 * Datasets and views that a person has put away: a folder each in `.trash` of the datasets folder, with a note of where
 * it came from. Moving is one rename, so a crash leaves a dataset in one of the two places, whole. Nothing is ever erased
 * but by erase(). One process at a time moves or erases anything; one that waits too long for another refuses with
 * `trash-in-use`, and one that may not write there with `trash-unusable`.
 */
export class Trash {
  private readonly datasets: string
  private readonly folder: string

  constructor(datasetsFolder: string) {
    this.datasets = resolve(datasetsFolder)
    this.folder = join(this.datasets, '.trash')
  }

  /**
   * What is in it, newest first. A move that a crash cut short is finished or taken back first, unless another process is
   * at work in it or this user may only read it: then it is shown as it is.
   */
  list(): TrashEntry[] {
    if (!existsSync(this.folder)) return []
    const ids = readdirSync(this.folder)
    const lock = ids.every((id) => this.isAtRest(id)) ? null : this.lockOrNull()
    try {
      const entries = ids.map((id) => (lock ? this.settle(id) : this.look(id)))
      return entries.filter((entry) => entry !== null).sort((a, b) => b.trashedAt - a.trashedAt)
    } finally {
      lock?.release()
    }
  }

  /** Puts a file of the datasets folder away. Refuses with `dataset-elsewhere` or `dataset-in-use`. */
  put(path: string): TrashEntry {
    const original = resolve(path)
    if (dirname(original) !== this.datasets)
      throw refusal(
        'dataset-elsewhere',
        `${original} does not lie in the datasets folder of this station. It is unchanged.`,
        'Take it off the list instead; the file stays where it is.',
      )
    const view = isViewPath(original)
    const id = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
    const about: About = {
      id,
      kind: view ? 'view' : 'dataset',
      name: view ? viewNameOf(original) : datasetNameOf(original),
      originalPath: original,
      trashedAt: Date.now(),
      restoring: false,
    }
    if (view) return this.move(about)
    heal(original)
    const lock = lockForWriting(original)
    try {
      closeWell(original)
      return this.move(about)
    } finally {
      lock.release()
    }
  }

  private move(about: About): TrashEntry {
    const { id, originalPath: original } = about
    const here = this.place(about)
    mkdirSync(this.folder, { recursive: true })
    return this.alone(() => {
      mkdirSync(join(this.folder, id))
      try {
        this.write(about)
        rename(original, here)
      } catch (error) {
        this.clear(about)
        throw error
      }
      syncFolder(this.datasets)
      const entry = this.settle(id)
      if (entry) return entry
      throw refusal(
        'not-in-trash',
        `${original} was moved to ${here}, and something else has taken it from there.`,
        'Look for the file with the program that moves files of this folder.',
      )
    })
  }

  /** Puts it back where it was. Refuses with `name-taken` or `not-in-trash`. */
  restore(id: string): void {
    this.alone(() => {
      const about = this.about(id)
      if (existsSync(about.originalPath))
        throw refusal(
          'name-taken',
          `${about.originalPath} is there: another ${about.kind} of that name was made meanwhile. Nothing is changed.`,
          'Put that one into the trash, or rename its file, then restore again.',
        )
      this.write({ ...about, restoring: true })
      rename(this.place(about), about.originalPath)
      syncFolder(this.datasets)
      this.settle(id)
    })
  }

  /** Erases one for good. Refuses with `not-in-trash`. */
  erase(id: string): void {
    this.alone(() => {
      const about = this.about(id)
      const here = this.place(about)
      const last = [basename(here), ABOUT]
      // The dataset and its note go last: erasing that a crash cuts short can be asked for again.
      for (const name of readdirSync(join(this.folder, id)))
        if (!last.includes(name)) rmSync(join(this.folder, id, name), { recursive: true })
      rmSync(here)
      this.clear(about)
    })
  }

  /** Does it while no other process changes the trash. */
  private alone<T>(work: () => T): T {
    const lock = this.lock()
    try {
      return work()
    } finally {
      lock.release()
    }
  }

  private lock(): ExclusiveLock {
    // Said as such, instead of as a lock that cannot be opened.
    if (!existsSync(this.folder)) throw notInTrash()
    const path = join(this.folder, LOCK)
    let lock: ExclusiveLock | null
    try {
      lock = tryLock(path, PATIENCE_MS)
    } catch (error) {
      throw refusal(
        'trash-unusable',
        `The trash folder ${this.folder} cannot be written. Nothing is changed.`,
        'Give this user the right to write in it, and see whether its disk is there.',
        String(error),
      )
    }
    if (lock) return lock
    throw refusal(
      'trash-in-use',
      `Another Forager is at work in the trash folder ${this.folder}. Nothing is changed.`,
      'Try again in a moment.',
    )
  }

  private lockOrNull(): ExclusiveLock | null {
    try {
      return this.lock()
    } catch {
      return null
    }
  }

  private place({ id, originalPath }: Pick<About, 'id' | 'originalPath'>): string {
    return join(this.folder, id, basename(originalPath))
  }

  private write(about: About): void {
    writeDurably(join(this.folder, about.id, ABOUT), JSON.stringify(about, null, 2) + '\n')
  }

  private about(id: string): About {
    const about = this.settle(id) && this.readAbout(id)
    if (about) return about
    throw notInTrash()
  }

  /** Null for a folder of another kind: it is left alone. */
  private readAbout(id: string): About | null {
    try {
      const json: unknown = JSON.parse(readFileSync(join(this.folder, id, ABOUT), 'utf8'))
      const parsed = aboutSchema.safeParse(json)
      return parsed.success && parsed.data.id === id ? parsed.data : null
    } catch {
      return null
    }
  }

  /** One entry as it is. Null when it is not in the trash. */
  private look(id: string): TrashEntry | null {
    const about = this.readAbout(id)
    return about && existsSync(this.place(about)) ? this.entry(about) : null
  }

  private entry(about: About): TrashEntry {
    return trashEntrySchema.parse({ ...about, bytes: sizeOf(this.place(about)) })
  }

  /** False while it is moved, and when a crash has cut its move short. */
  private isAtRest(id: string): boolean {
    const about = this.readAbout(id)
    if (!about) return true
    const original = about.originalPath
    const leftBehind = !existsSync(original) && BESIDE.some((suffix) => existsSync(original + suffix))
    return existsSync(this.place(about)) && !about.restoring && !leftBehind
  }

  /** Brings one entry to rest: what a crash left half moved follows its main file. Null when it is not in the trash. */
  private settle(id: string): TrashEntry | null {
    const about = this.readAbout(id)
    if (!about) return null
    const here = this.place(about)
    const original = about.originalPath
    if (existsSync(here)) {
      // What lies beside a file of that name belongs to the file, so it must not be taken from a newer one.
      if (!existsSync(original)) moveBeside(original, here)
      if (about.restoring) this.write({ ...about, restoring: false })
      return this.entry(about)
    }
    if (about.restoring && existsSync(original)) moveBeside(here, original)
    // The move had not begun, or it is back, or erasing it was cut short.
    this.clear(about)
    return null
  }

  /** Takes the note away, and the folder, which must be empty: one with anything in it keeps its note. */
  private clear(about: About): void {
    const folder = join(this.folder, about.id)
    const names = readdirSync(folder)
    if (!names.every((name) => name === ABOUT || isTornNote(name))) return
    for (const name of names) rmSync(join(folder, name), { force: true })
    try {
      rmdirSync(folder)
    } catch {
      // An older Forager, which knows no lock, has put something in meanwhile.
      if (existsSync(folder)) this.write(about)
    }
  }
}

/** What a crash leaves of a note that was being written. */
function isTornNote(name: string): boolean {
  return name.startsWith(`.${ABOUT}.`) && name.endsWith('.partial')
}

function notInTrash(): ProblemError {
  return refusal('not-in-trash', 'That is not in the trash any more. Nothing is changed.', 'Look at the list again.')
}

/** Closes an episode that a dead process left open; a damaged dataset may be put away as it is. */
function heal(path: string): void {
  try {
    recoverDataset(path)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code === 'dataset-missing') throw error
  }
}

/** Moves the log into the file, so that one file is all there is of it. One that cannot be opened keeps what lies beside it. */
function closeWell(path: string): void {
  try {
    const db = openDataset(path, { readonly: false })
    try {
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.pragma('journal_mode = DELETE')
    } finally {
      db.close()
    }
  } catch {
    // A damaged dataset may be put away as it is.
  }
}

function moveBeside(from: string, to: string): void {
  for (const suffix of BESIDE)
    if (existsSync(from + suffix) && !existsSync(to + suffix)) renameSync(from + suffix, to + suffix)
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && !existsSync(from))
      throw refusal('dataset-missing', `There is no file ${from}. Nothing is changed.`, 'Look at the list again.')
    throw refusal(
      'not-movable',
      `${from} cannot be moved. It is where it was.`,
      'Close what uses the file, and give this user the right to write in its folder.',
      String(error),
    )
  }
}

function sizeOf(path: string): number {
  return ['', ...BESIDE].reduce(
    (sum, suffix) => sum + (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
