import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { checkFile } from '../../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { recoverDataset } from '../../../../src/main/dataset/recover.ts'
import { stepRow } from '../../../../src/main/world/step-row.ts'
import { STEP_LIMIT, fillRow } from '../synthetic.ts'
import { append, open, recordingAt } from './recording-at.ts'

const WATCH = { signal: new AbortController().signal, progress: () => undefined }

/** What a program left that did not notice that its episode was closed at step 20: steps 21 to 40 in the journal alone. */
function orphaned(): string {
  const { path, recorder } = recordingAt(40)
  const writing = new Database(path)
  const chunks = writing.prepare('SELECT * FROM journal WHERE first_step >= 20').all()
  writing.close()
  recorder.endEpisode(STEP_LIMIT, Uint8Array.of(2))
  recorder.close()
  const db = new Database(path)
  const insert = db.prepare('INSERT INTO journal VALUES (@first_step, @steps, @chunk)')
  for (const chunk of chunks) insert.run(chunk)
  db.close()
  return path
}

/** Every chunk that belongs to no episode. */
function chunksIn(path: string, table: 'journal' | 'orphaned_journal'): unknown[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare(`SELECT first_step, steps, chunk FROM ${table} ORDER BY first_step`).all()
  } finally {
    db.close()
  }
}

/** What a check says of such steps: how bad it is, and how many there are. */
async function found(path: string): Promise<unknown[]> {
  const { problems } = (await checkFile(path, WATCH))!
  const about = problems.filter(({ code }) => code === 'orphaned-steps')
  return about.map(({ severity, message }) => [severity, Number.parseInt(message)])
}

test('steps without an episode are reported, and looking at them changes nothing', async () => {
  const path = orphaned()
  const chunks = chunksIn(path, 'journal')
  expect(chunks).toHaveLength(20)
  expect(recoverDataset(path)).toBeNull()
  expect(await found(path)).toEqual([['problem', 20]])
  expect(chunksIn(path, 'journal')).toEqual(chunks)
})

test('who continues such a dataset records whole episodes, and the steps are kept aside as they were', async () => {
  const path = orphaned()
  const chunks = chunksIn(path, 'journal')
  const recorder = open(path)
  expect(recorder.resume).toMatchObject({ transitions: 140, lastEpisode: 2, cutEpisode: null })
  const row = stepRow(14, 7)
  fillRow(row, 2, 0)
  recorder.beginEpisode(row)
  append(recorder, 1, 30)
  recorder.endEpisode(STEP_LIMIT, Uint8Array.of(3))
  recorder.close()
  expect(chunksIn(path, 'journal')).toEqual([])
  expect(chunksIn(path, 'orphaned_journal')).toEqual(chunks)
  const reader = new DatasetReader(path)
  expect(reader.episodeLengths().at(-1)).toEqual({ episode: 3, steps: 30 })
  expect(reader.trainingEpisode(3).observations).toEqual(reader.trainingEpisode(2).observations.subarray(0, 31 * 14))
  reader.close()
  expect(await found(path)).toEqual([['note', 20]])
  open(path).close()
  expect(chunksIn(path, 'orphaned_journal')).toEqual(chunks)
})

test('steps without an episode do not count towards the target', () => {
  const path = orphaned()
  const recorder = open(path, 140)
  expect(recorder.resume.transitions).toBe(140)
  recorder.close()
})
