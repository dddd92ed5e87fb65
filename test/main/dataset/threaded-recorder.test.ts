import { join } from 'node:path'
import Database from 'better-sqlite3'
import { IN_ORDER } from '../../../src/contract/dataset.ts'
import { expect, test } from 'vitest'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { openThreadedRecording } from '../../../src/main/dataset/threaded-recorder.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { BOX, fillRow, recordEpisode, refusalCode, sheet, temporaryFolder } from './synthetic.ts'

test('the thread writes what the recorder itself would write, and tells the same counts', async () => {
  const [direct, threaded] = ['a.forager', 'b.forager'].map((name) => join(temporaryFolder(), name))
  const one = openRecording({ path: direct!, sheet: sheet(), box: BOX })
  const two = await openThreadedRecording({ path: threaded!, sheet: sheet(), box: BOX })
  for (const recorder of [one, two]) {
    recordEpisode(recorder, 100)
    recordEpisode(recorder, 30)
  }
  expect(two.coverage()).toEqual(one.coverage())
  one.close()
  two.close()
  expect(two.committed).toBe(130)
  const [a, b] = [new DatasetReader(direct!), new DatasetReader(threaded!)]
  expect([...b.trainingEpisodes()]).toEqual([...a.trainingEpisodes()])
  const rows = (reader: DatasetReader): unknown =>
    reader.episodes({ sort: IN_ORDER, offset: 0, limit: 10 }).rows.map((row) => ({ ...row, startedAt: 0 }))
  expect(rows(b)).toEqual(rows(a))
  expect(b.coverage()).toEqual(a.coverage())
  a.close()
  b.close()
})

test('after a flush every step is on disk', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = await openThreadedRecording({ path, sheet: sheet(), box: BOX })
  const row = stepRow(14, 7)
  fillRow(row, 1, 0)
  recorder.beginEpisode(row)
  for (let t = 1; t <= 50; t++) {
    fillRow(row, 1, t)
    recorder.append(row)
  }
  recorder.flush()
  expect(recorder.committed).toBe(50)
  recorder.close()
})

test('refusals of the file reach the caller, and the lock is free again after a close', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const first = await openThreadedRecording({ path, sheet: sheet(), box: BOX })
  await expect(openThreadedRecording({ path, sheet: sheet(), box: BOX })).rejects.toMatchObject({
    problem: { code: 'dataset-in-use' },
  })
  first.close()
  const second = await openThreadedRecording({ path, sheet: sheet(), box: BOX })
  second.close()
  await expect(openThreadedRecording({ path, sheet: sheet({ seed: 9 }), box: BOX })).rejects.toMatchObject({
    problem: { code: 'dataset-differs' },
  })
})

test('a failed write stops the recording with its cause, and what was committed stays', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = await openThreadedRecording({ path, sheet: sheet({ stepsPerEpisode: 5 }), box: BOX })
  recordEpisode(recorder, 5)
  recorder.flush()
  // Longer than the sheet allows: the writing thread refuses the sixth step.
  const row = stepRow(14, 7)
  fillRow(row, 2, 0)
  recorder.beginEpisode(row)
  expect(() => {
    for (let t = 1; t <= 6; t++) recorder.append(row)
    recorder.flush()
  }).toThrow(/longer than its 5 steps/)
  recorder.close()
  const reader = new DatasetReader(path)
  expect(reader.trainingEpisode(1).steps).toBe(5)
  reader.close()
})

test('a write that fails at the very end is told by the close, once, and what was committed stays', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = await openThreadedRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100)
  recorder.flush()
  const other = new Database(path)
  other.exec("CREATE TRIGGER broken BEFORE INSERT ON episode BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END")
  other.close()
  recordEpisode(recorder, 50)
  expect(() => recorder.close()).toThrow(/the disk is gone/)
  recorder.close()
  const reader = new DatasetReader(path)
  expect(reader.totals()).toMatchObject({ episodes: 1, transitions: 100 })
  reader.close()
})

test('a close that the disk does not finish is refused', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = await openThreadedRecording({ path, sheet: sheet(), box: BOX }, 0)
  // Whoever writes waits for this transaction.
  const other = new Database(path)
  other.exec('BEGIN IMMEDIATE')
  recordEpisode(recorder, 50)
  expect(refusalCode(() => recorder.close())).toBe('disk-too-slow')
  other.close()
})
