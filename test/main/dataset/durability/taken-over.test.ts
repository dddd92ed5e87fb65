import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import type { DatasetRecorder } from '../../../../src/main/dataset/dataset-recorder.ts'
import { STEP_LIMIT, refusalCode } from '../synthetic.ts'
import { append, recordingAt } from './recording-at.ts'

/** Rows of the journal, and of the episode that is open. */
function journalOf(path: string): { chunks: number; open: number } {
  const db = new Database(path, { readonly: true })
  try {
    return {
      chunks: db.prepare('SELECT count(*) FROM journal').pluck().get() as number,
      open: db.prepare('SELECT count(*) FROM running_episode').pluck().get() as number,
    }
  } finally {
    db.close()
  }
}

/** A recording whose episode was closed by somebody who did not see its lock. */
function takenOver(): { path: string; recorder: DatasetRecorder } {
  const { path, recorder } = recordingAt(20)
  const db = new Database(path)
  db.exec(
    `BEGIN; INSERT INTO episode SELECT 2, 20, 'crash', '', '', '', 0, 0, 0, 0, 0, speed, checksum FROM episode;
    DELETE FROM journal; DELETE FROM running_episode; COMMIT`,
  )
  db.close()
  return { path, recorder }
}

test('a recording whose episode was closed by another writer ends with that, and leaves no steps without an episode', () => {
  const { path, recorder } = takenOver()
  expect(refusalCode(() => append(recorder, 21, 21))).toBe('dataset-taken-over')
  recorder.close()
  expect(journalOf(path)).toEqual({ chunks: 0, open: 0 })
})

test('an episode that another writer has closed is not stored a second time', () => {
  const { path, recorder } = takenOver()
  expect(refusalCode(() => recorder.endEpisode(STEP_LIMIT, Uint8Array.of(2)))).toBe('dataset-taken-over')
  recorder.close()
  const reader = new DatasetReader(path)
  expect(reader.episodeLengths()).toEqual([
    { episode: 1, steps: 100 },
    { episode: 2, steps: 20 },
  ])
  reader.close()
})

test('the journal of another writer is not emptied at the end of an episode', () => {
  const { path, recorder } = recordingAt(20)
  const db = new Database(path)
  db.exec('UPDATE running_episode SET started_at_ms = started_at_ms + 1')
  db.close()
  expect(refusalCode(() => recorder.endEpisode(STEP_LIMIT, Uint8Array.of(2)))).toBe('dataset-taken-over')
  recorder.close()
  expect(journalOf(path)).toEqual({ chunks: 20, open: 1 })
})
