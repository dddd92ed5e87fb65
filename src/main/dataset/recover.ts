import type Database from 'better-sqlite3'
import { ProblemError } from '../../contract/problem.ts'
import type { CutEpisode } from '../session/episode-recorder.ts'
import type { CoverageGrid } from './coverage/coverage-grid.ts'
import { storedGrid } from './coverage/stored-grid.ts'
import { EpisodeBuffer, episodeShape } from './episode-data.ts'
import { EpisodeStore, unreadableEpisode } from './episode-store.ts'
import { moveLogIntoFile, openDataset, readRunSheet } from './open-dataset.ts'
import { lockForWriting } from './single-writer-lock.ts'
import { withDatasetProblems } from './sqlite-problem.ts'

/** Refusals of writing that keep nobody from reading what is finished. */
const PASSIVE: ReadonlySet<string> = new Set([
  'dataset-in-use',
  'dataset-read-only',
  'dataset-linked',
  'disk-full',
  'disk-read-only',
  'journal-damaged',
])

/** Folds a leftover journal into an episode with end reason `crash`; null when the last process closed its episode. */
export function foldCutEpisode(db: Database.Database, store: EpisodeStore, buffer: EpisodeBuffer): CutEpisode | null {
  // In one transaction: what is read of the journal is what is taken out of it.
  return db.transaction(() => foldLeftover(db, store, buffer)).immediate()
}

function foldLeftover(db: Database.Database, store: EpisodeStore, buffer: EpisodeBuffer): CutEpisode | null {
  const running = store.leftover(buffer)
  if (!running) return null
  if (buffer.steps === 0) {
    if (running.unreadableSteps > 0) throw unreadableEpisode(running.episode, db.name)
    store.drop(running)
    return null
  }
  const grid = visitedBy(db, buffer)
  const { unreadableSteps } = running
  const kept =
    unreadableSteps === 0
      ? `All ${buffer.steps} committed steps are kept.`
      : `Its journal is damaged after step ${buffer.steps}: those before are kept, ${unreadableSteps} cannot be read.`
  const message = `The program ended during step ${buffer.steps + unreadableSteps + 1}. ${kept}`
  const end = { reason: 'crash' as const, message, stopCode: '', stopTitle: '' }
  store.fold({ ...running, newCells: grid?.newCells ?? 0 }, end, new Uint8Array(0), grid?.grid ?? null)
  return { episode: running.episode, steps: buffer.steps, unreadableSteps }
}

/**
 * Forgets a leftover journal: the same explorer repeats the episode from its first step, and the dataset becomes the
 * same as without the interruption. Null when the last process closed its episode.
 */
export function dropCutEpisode(db: Database.Database, store: EpisodeStore, buffer: EpisodeBuffer): CutEpisode | null {
  const drop = db.transaction(() => {
    const running = store.leftover(buffer)
    if (!running) return null
    store.drop(running)
    return { episode: running.episode, steps: buffer.steps, unreadableSteps: running.unreadableSteps }
  })
  return drop.immediate()
}

function visitedBy(db: Database.Database, buffer: EpisodeBuffer): { grid: CoverageGrid; newCells: number } | null {
  const grid = storedGrid(db)
  if (!grid) return null
  const { tooltip } = buffer.signals()
  grid.visit(tooltip, 0)
  let newCells = 0
  for (let t = 1; t <= buffer.steps; t++) if (grid.visit(tooltip, 3 * t)) newCells += 1
  return { grid, newCells }
}

/**
 * Heals a dataset whose last process died: the cut episode becomes a stored one, the log is moved into the file.
 * Null when there is nothing to heal, and when it cannot be: another process is writing, the folder may not be written, the
 * file has a second name, or the journal is damaged from its start. What is finished can be read nevertheless.
 */
export function recoverDataset(path: string): CutEpisode | null {
  if (!hasLeftover(path)) return null
  try {
    const lock = lockForWriting(path)
    try {
      return withDatasetProblems(path, () => foldInto(path))
    } finally {
      lock.release()
    }
  } catch (error) {
    if (error instanceof ProblemError && PASSIVE.has(error.problem.code)) return null
    throw error
  }
}

/** True while an episode is open in the file: of a recording that goes on, or of a process that died. */
export function hasLeftover(path: string): boolean {
  const db = openDataset(path, { readonly: true })
  try {
    return withDatasetProblems(path, () => db.prepare('SELECT 1 FROM running_episode').get() !== undefined)
  } finally {
    db.close()
  }
}

function foldInto(path: string): CutEpisode | null {
  const db = openDataset(path, { readonly: false })
  try {
    db.pragma('synchronous = FULL')
    const sheet = readRunSheet(db, path)
    const shape = episodeShape(sheet)
    const store = new EpisodeStore(db, sheet.stepPeriodS, shape)
    const cut = foldCutEpisode(db, store, new EpisodeBuffer(shape, sheet.stepsPerEpisode))
    moveLogIntoFile(db)
    return cut
  } finally {
    db.close()
  }
}
