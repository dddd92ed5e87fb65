import { copyFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { checkDataset, checkFile } from '../../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { recoverDataset } from '../../../../src/main/dataset/recover.ts'
import { stepRow } from '../../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, recordEpisode, refusalCode, sheet, temporaryFolder } from '../synthetic.ts'

/** What a power cut would leave of a dataset that is being recorded: the file and its log as they are now. */
function asAfterPowerCut(path: string): string {
  const copy = join(temporaryFolder(), 'a.forager')
  copyFileSync(path, copy)
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
  return copy
}

/** Records one whole episode, then `steps` steps of a second one, and cuts the power. */
function cutAt(steps: number, flushEachStep: boolean): { path: string; committed: number } {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100, STEP_LIMIT, flushEachStep)
  if (flushEachStep) recorder.flush()
  const row = stepRow(14, 7)
  fillRow(row, 2, 0)
  recorder.beginEpisode(row)
  for (let t = 1; t <= steps; t++) {
    fillRow(row, 2, t)
    recorder.append(row)
    if (flushEachStep) recorder.flush()
  }
  const cut = { path: asAfterPowerCut(path), committed: recorder.committed }
  recorder.close()
  return cut
}

test.each([1, 2, 41, 100])(
  'a cut at step %i keeps every step that was forced to disk bit for bit, as a crashed episode',
  (steps) => {
    const { path, committed } = cutAt(steps, true)
    expect(committed).toBe(100 + steps)
    const recorder = openRecording({ path, sheet: sheet(), box: BOX })
    expect(recorder.resume).toMatchObject({
      transitions: 100 + steps,
      lastEpisode: 2,
      cutEpisode: { episode: 2, steps, unreadableSteps: 0 },
    })
    // The explorer goes on from the last episode that ended properly.
    expect(recorder.resume.explorerState).toEqual(Uint8Array.of(1, 7))
    recorder.close()
    const reader = new DatasetReader(path)
    const cut = reader.trainingEpisode(2)
    expect([cut.steps, cut.endReason]).toEqual([steps, 'crash'])
    const row = stepRow(14, 7)
    for (let t = 1; t <= steps; t++) {
      fillRow(row, 2, t)
      expect(cut.observations.subarray(t * 14, (t + 1) * 14)).toEqual(row.observation)
      expect(cut.policyActions.subarray((t - 1) * 7, t * 7)).toEqual(row.action)
      expect(cut.tickTimes[t]).toBe(row.tickTime[0])
    }
    expect(reader.episode(2).row.endMessage).toContain(`All ${steps} committed steps are kept.`)
    const { ok, problems } = checkDataset(reader)
    expect([ok, problems.map(({ code, episode, step }) => ({ code, episode, step }))]).toEqual([
      true,
      [{ code: 'cut', episode: 2, step: steps }],
    ])
    reader.close()
  },
)

test('without that a cut keeps what was committed and nothing half', () => {
  const { path, committed } = cutAt(60, false)
  expect(committed).toBeLessThanOrEqual(160)
  recoverDataset(path)
  const reader = new DatasetReader(path)
  expect(reader.totals().transitions).toBe(committed)
  expect(checkDataset(reader).ok).toBe(true)
  reader.close()
})

test('recovery says which episode was cut, once', () => {
  const { path } = cutAt(17, true)
  expect(recoverDataset(path)).toEqual({ episode: 2, steps: 17, unreadableSteps: 0 })
  expect(recoverDataset(path)).toBeNull()
})

test('a cut between episodes needs no recovery', () => {
  const { path } = cutAt(0, true)
  expect(recoverDataset(path)).toBeNull()
  const reader = new DatasetReader(path)
  expect(reader.totals()).toMatchObject({ episodes: 1, transitions: 100 })
  reader.close()
})

test('recovery leaves a dataset alone that is being recorded', () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  const row = stepRow(14, 7)
  fillRow(row, 1, 0)
  recorder.beginEpisode(row)
  fillRow(row, 1, 1)
  recorder.append(row)
  recorder.flush()
  expect(recoverDataset(path)).toBeNull()
  fillRow(row, 1, 2)
  recorder.append(row)
  recorder.flush()
  expect(recorder.committed).toBe(2)
  recorder.close()
})

test('coverage after a recovery is what the points say', () => {
  const { path } = cutAt(80, true)
  recoverDataset(path)
  const healed = new DatasetReader(path)
  const whole = join(temporaryFolder(), 'b.forager')
  const recorder = openRecording({ path: whole, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100)
  const row = stepRow(14, 7)
  fillRow(row, 2, 0)
  recorder.beginEpisode(row)
  for (let t = 1; t <= 80; t++) {
    fillRow(row, 2, t)
    recorder.append(row)
  }
  expect(healed.coverage()).toEqual(recorder.coverage())
  expect(healed.coverage()!.cellsReached).toBeGreaterThan(3)
  recorder.close()
  healed.close()
})

/** A dataset whose second episode was cut at step 40, ten steps in a chunk, with a change of its journal. */
function damagedJournal(change: string): string {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100)
  const row = stepRow(14, 7)
  fillRow(row, 2, 0)
  recorder.beginEpisode(row)
  for (let t = 1; t <= 40; t++) {
    fillRow(row, 2, t)
    recorder.append(row)
    if (t % 10 === 0) recorder.flush()
  }
  const copy = asAfterPowerCut(path)
  recorder.close()
  const db = new Database(copy)
  db.exec(change)
  db.close()
  return copy
}

test.each([
  ['a chunk is missing', 'DELETE FROM journal WHERE first_step = (SELECT max(first_step) - 10 FROM journal)'],
  [
    'a chunk is too short',
    "UPDATE journal SET chunk = x'00' WHERE first_step = (SELECT max(first_step) - 10 FROM journal)",
  ],
])('where %s, the steps before it are kept and the rest is said to be lost', (_, change) => {
  const path = damagedJournal(change)
  expect(recoverDataset(path)).toEqual({ episode: 2, steps: 20, unreadableSteps: 20 })
  const reader = new DatasetReader(path)
  expect(reader.trainingEpisode(2)).toMatchObject({ steps: 20, endReason: 'crash' })
  expect(reader.episode(2).row.endMessage).toBe(
    'The program ended during step 41. Its journal is damaged after step 20: those before are kept, 20 cannot be read.',
  )
  reader.close()
})

test('where the journal is damaged from its start, nothing is thrown away and finished episodes are read', async () => {
  const path = damagedJournal("UPDATE running_episode SET first = x'00'")
  expect(recoverDataset(path)).toBeNull()
  expect(refusalCode(() => openRecording({ path, sheet: sheet(), box: BOX }))).toBe('journal-damaged')
  const report = await checkFile(path, { signal: new AbortController().signal, progress: () => undefined })
  expect([report!.ok, report!.episodes]).toEqual([false, 1])
  expect(report!.problems.map(({ code }) => code)).toEqual(['not-closed'])
})

test('a healed dataset is one plain file', () => {
  const { path } = cutAt(17, true)
  recoverDataset(path)
  expect(readdirSync(dirname(path))).toEqual(['a.forager'])
  // Version of the file format for reading and writing: 1 is the plain one, 2 needs a log beside it.
  expect([...readFileSync(path).subarray(18, 20)]).toEqual([1, 1])
})
