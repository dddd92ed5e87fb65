import type Database from 'better-sqlite3'
import { curationChangeSchema } from '../../../contract/curation.ts'
import type { CurationChange, CurationEvent } from '../../../contract/curation.ts'
import { refusal } from '../../../contract/problem.ts'

interface StoredEvent {
  sequence: number
  at_ms: number
  operator: string
  kind: string
  episodes: string
  value: string
}

/** True when somebody has decided something about this dataset: only then its file has a place for it. */
export function hasCuration(db: Database.Database): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'curation_event'").get() !== undefined
}

/** All events of an open dataset in order. Refuses with `dataset-damaged` what no Forager has written. */
export function readCurationEvents(db: Database.Database, path: string): CurationEvent[] {
  if (!hasCuration(db)) return []
  return db
    .prepare<[], StoredEvent>('SELECT * FROM curation_event ORDER BY sequence')
    .all()
    .map((row) => ({ ...row, atMs: row.at_ms, change: changeOf(row, path) }))
    .map(({ sequence, atMs, operator, change }) => ({ sequence, atMs, operator, change }))
}

/** Sequence of the newest event; 0 where there is none. */
export function newestCuration(db: Database.Database): number {
  if (!hasCuration(db)) return 0
  return db.prepare<[], number | null>('SELECT max(sequence) FROM curation_event').pluck().get() ?? 0
}

/** The columns of a change. */
export function columnsOf(change: CurationChange): { kind: string; episodes: string; value: string } {
  return {
    kind: change.kind,
    episodes: JSON.stringify('episodes' in change ? change.episodes : []),
    value: JSON.stringify('value' in change ? change.value : null),
  }
}

function changeOf({ sequence, kind, episodes, value }: StoredEvent, path: string): CurationChange {
  const parsed = curationChangeSchema.safeParse({ kind, episodes: jsonOf(episodes), value: jsonOf(value) })
  if (parsed.success) return parsed.data
  throw refusal(
    'dataset-damaged',
    `Curation event ${sequence} of ${path} cannot be read. The file is unchanged.`,
    'Restore the file from a backup.',
    parsed.error.message,
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
