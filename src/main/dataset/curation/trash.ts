import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { trashEntrySchema } from '../../../contract/trash.ts'
import type { TrashEntry } from '../../../contract/trash.ts'
import { ProblemError, refusal } from '../../../contract/problem.ts'
import { datasetNameOf } from '../../platform/dataset-name.ts'
import { writeDurably } from '../../platform/durable-file.ts'
import { syncFolder } from '../../platform/new-path.ts'
import { openDataset } from '../open-dataset.ts'
import { recoverDataset } from '../recover.ts'
import { lockForWriting } from '../single-writer-lock.ts'
import { isViewPath, viewNameOf } from './view-file.ts'

const ABOUT = 'about.json'
/** What SQLite may keep beside a file that was not closed. */
const BESIDE = ['-wal', '-journal'] as const

const aboutSchema = trashEntrySchema.omit({ bytes: true }).extend({ restoring: z.boolean() })
type About = z.infer<typeof aboutSchema>

/**
 * Datasets and views that a person has put away: a folder each in `.trash` of the datasets folder, with a note of where
 * it came from. Moving is one rename, so a crash leaves a dataset in one of the two places, whole. Nothing is ever erased
 * but by erase().
 */
export class Trash {
  private readonly datasets: string
  private readonly folder: string

  constructor(datasetsFolder: string) {
    this.datasets = resolve(datasetsFolder)
    this.folder = join(this.datasets, '.trash')
  }

  /** What is in it, newest first. A move that a crash cut short is finished or taken back first. */
  list(): TrashEntry[] {
    if (!existsSync(this.folder)) return []
    const entries = readdirSync(this.folder).map((id) => this.settle(id))
    return entries.filter((entry) => entry !== null).sort((a, b) => b.trashedAt - a.trashedAt)
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
    mkdirSync(join(this.folder, id), { recursive: true })
    this.write(about)
    rename(original, this.place(about))
    syncFolder(this.datasets)
    return this.settle(id)!
  }

  /** Puts it back where it was. Refuses with `name-taken` or `not-in-trash`. */
  restore(id: string): void {
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
  }

  /** Erases one for good. Refuses with `not-in-trash`. */
  erase(id: string): void {
    this.about(id)
    rmSync(join(this.folder, id), { recursive: true })
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
    throw refusal('not-in-trash', 'That is not in the trash any more. Nothing is changed.', 'Look at the list again.')
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
      return trashEntrySchema.parse({ ...about, bytes: sizeOf(here) })
    }
    if (about.restoring && existsSync(original)) moveBeside(here, original)
    // The move had not begun, or it is back, or erasing it was cut short.
    rmSync(join(this.folder, id), { recursive: true, force: true })
    return null
  }
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
    if (code === 'ENOENT')
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
