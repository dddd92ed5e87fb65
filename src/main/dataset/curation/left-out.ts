import type Database from 'better-sqlite3'
import { newestCuration, readCurationEvents } from './curation-events.ts'
import { foldCuration } from './curation-fold.ts'
import { keptRange } from './kept-range.ts'

/** Recorded transitions of an open dataset that people left out. Reads the curated episodes only. */
export function leftOutTransitions(db: Database.Database, path: string): number {
  if (newestCuration(db) === 0) return 0
  const curation = foldCuration(readCurationEvents(db, path))
  const stepsOf = db.prepare<[number], number>('SELECT steps FROM episode WHERE episode = ?').pluck()
  let leftOut = 0
  for (const episode of new Set([...curation.excluded, ...curation.trims.keys()])) {
    const steps = stepsOf.get(episode)
    if (steps === undefined) continue
    const range = keptRange(curation, { episode, steps })
    leftOut += steps - (range ? range.to - range.from : 0)
  }
  return leftOut
}
