import { setTimeout as sleep } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { curationChangeSchema } from '../../../contract/curation.ts'
import type { CurationChange, CurationEvent, CurationWish } from '../../../contract/curation.ts'
import { ProblemError, refusal } from '../../../contract/problem.ts'
import { terminalCommand } from '../../../contract/terminal-command.ts'
import { redoable, undoable } from './curation-fold.ts'
import { columnsOf, hasCuration, readCurationEvents } from './curation-events.ts'
import { CURATED_VERSION, CURATION_SCHEMA } from '../dataset-format.ts'
import { openDataset } from '../open-dataset.ts'
import { isBeingWritten } from '../single-writer-lock.ts'
import { withDatasetProblems } from '../sqlite-problem.ts'

/** How long one attempt waits for another program's transaction, ms: the thread has others to answer. */
const ATTEMPT_MS = 50
/** Between two attempts, ms. */
const AGAIN_MS = 100
/** A reading of a whole dataset holds the file that long at most, ms. */
const PATIENCE_MS = 30_000

/**
 * Adds one event to a dataset, also while it is being recorded: the transaction is a row, forced to disk. Waits in
 * between attempts while somebody else writes or reads. Refuses with `episode-missing`, `trim-outside`,
 * `nothing-to-undo`, `nothing-to-redo`, `event-missing`, `dataset-in-use`, or as opening does.
 */
export async function curateDataset(
  path: string,
  wish: CurationWish,
  operator: string,
  patienceMs = PATIENCE_MS,
): Promise<CurationEvent> {
  for (const until = performance.now() + patienceMs; ;) {
    try {
      return curateOnce(path, wish, operator)
    } catch (error) {
      const busy = error instanceof ProblemError && error.problem.code === 'dataset-in-use'
      if (!busy || performance.now() > until) throw error
    }
    await sleep(AGAIN_MS)
  }
}

function curateOnce(path: string, wish: CurationWish, operator: string): CurationEvent {
  const db = openDataset(path, { readonly: false })
  try {
    return withDatasetProblems(path, () => {
      db.pragma(`busy_timeout = ${ATTEMPT_MS}`)
      db.pragma('synchronous = FULL')
      const event = db.transaction(() => add(db, path, wish, operator)).immediate()
      restAsPlainFile(db, path)
      return event
    })
  } finally {
    db.close()
  }
}

function add(db: Database.Database, path: string, wish: CurationWish, operator: string): CurationEvent {
  const before = readCurationEvents(db, path)
  const change = curationChangeSchema.parse(changeOf(wish, before, path))
  if ('episodes' in change) refuseUnfitting(db, path, change)
  if (change.kind === 'undo' && !before.some(({ sequence }) => sequence === change.value))
    throw refusal(
      'event-missing',
      `${path} has no curation event ${change.value}. Nothing is changed.`,
      `This lists them: ${terminalCommand('curate', path)}`,
    )
  if (!hasCuration(db)) {
    db.exec(CURATION_SCHEMA)
    db.pragma(`user_version = ${CURATED_VERSION}`)
  }
  const atMs = Date.now()
  const { lastInsertRowid } = db
    .prepare(
      'INSERT INTO curation_event (at_ms, operator, kind, episodes, value) VALUES (?, ?, @kind, @episodes, @value)',
    )
    .run(atMs, operator, columnsOf(change))
  return { sequence: Number(lastInsertRowid), atMs, operator, change }
}

function changeOf(wish: CurationWish, events: readonly CurationEvent[], path: string): CurationChange {
  if (wish.kind !== 'undo-last' && wish.kind !== 'redo-last') return wish
  const target = wish.kind === 'undo-last' ? undoable(events) : redoable(events)
  if (target) return { kind: 'undo', value: target.sequence }
  const word = wish.kind === 'undo-last' ? 'undo' : 'redo'
  throw refusal(
    `nothing-to-${word}`,
    `There is nothing to ${word} in ${path}. Nothing is changed.`,
    `This lists what was done: ${terminalCommand('curate', path)}`,
  )
}

/** Every episode must be a finished one, and a trim must lie inside each. */
function refuseUnfitting(db: Database.Database, path: string, change: CurationChange & { episodes: number[] }): void {
  const stepsOf = db.prepare<[number], number>('SELECT steps FROM episode WHERE episode = ?').pluck()
  for (const episode of change.episodes) {
    const steps = stepsOf.get(episode)
    if (steps === undefined)
      throw refusal(
        'episode-missing',
        `${path} has no finished episode ${episode}. Nothing is changed.`,
        'Choose episodes from the list; one that is being recorded can be curated when it has ended.',
      )
    if (change.kind !== 'trim' || change.value === null) continue
    const { from, to } = change.value
    if (from < to && to <= steps) continue
    throw refusal(
      'trim-outside',
      `Episode ${episode} of ${path} has the steps 1 to ${steps}; ${from + 1} to ${to} cannot be kept of it. Nothing is changed.`,
      'Give a first step and a last step inside the episode.',
    )
  }
}

/** A file at rest has no log beside it, so that it opens anywhere; a recording that ends meanwhile may have left one. */
function restAsPlainFile(db: Database.Database, path: string): void {
  if (db.pragma('journal_mode', { simple: true }) !== 'wal' || isBeingWritten(path)) return
  try {
    db.pragma('journal_mode = DELETE')
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
  }
}
