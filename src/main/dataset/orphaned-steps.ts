import type Database from 'better-sqlite3'

/** Made with the first such steps; no version of the format, since a program that does not know it reads the rest. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS orphaned_journal (
  set_aside_at_ms INTEGER NOT NULL,
  first_step INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  chunk BLOB NOT NULL             -- as in the journal
) STRICT;
`

/** Committed steps that belong to no episode. */
export interface OrphanedSteps {
  inJournal: number
  /** Moved out of the way of later episodes. */
  setAside: number
}

const NO_EPISODE = 'NOT EXISTS (SELECT 1 FROM running_episode)'

/** How many steps of an open dataset have lost their episode: another program closed it while it was recorded. */
export function orphanedSteps(db: Database.Database): OrphanedSteps {
  const sum = (from: string): number =>
    db.prepare<[], number>(`SELECT coalesce(sum(steps), 0) FROM ${from}`).pluck().get()!
  const table = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'orphaned_journal'").get()
  return { inJournal: sum(`journal WHERE ${NO_EPISODE}`), setAside: table ? sum('orphaned_journal') : 0 }
}

/**
 * Moves steps without an episode out of the journal, unchanged: those of the next episode must not get between them. To be
 * called by the writer before it begins one.
 */
export function setAsideOrphanedSteps(db: Database.Database): void {
  const move = db.transaction(() => {
    if (orphanedSteps(db).inJournal === 0) return
    db.exec(SCHEMA)
    db.prepare('INSERT INTO orphaned_journal SELECT ?, first_step, steps, chunk FROM journal').run(Date.now())
    db.exec('DELETE FROM journal')
  })
  move.immediate()
}
