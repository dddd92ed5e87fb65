import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkDataset, checkFile } from '../../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { stepRow, type StepRow } from '../../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, recordEpisode, sheet, temporaryFolder } from '../synthetic.ts'

const STEPS = 100

/** Checks a dataset of one episode whose rows were changed before they were recorded. */
function checkOf(change: (row: StepRow, t: number) => void) {
  const path = `${temporaryFolder()}/a.forager`
  const recorder = openRecording({ path, sheet: sheet({ stepsPerEpisode: STEPS }), box: BOX })
  const row = stepRow(14, 7)
  for (let t = 0; t <= STEPS; t++) {
    fillRow(row, 1, t)
    change(row, t)
    if (t === 0) recorder.beginEpisode(row)
    else recorder.append(row)
  }
  recorder.endEpisode(STEP_LIMIT, new Uint8Array())
  recorder.close()
  const reader = new DatasetReader(path)
  const report = checkDataset(reader)
  reader.close()
  return { ok: report.ok, found: report.problems.map(({ code, severity, episode }) => ({ code, severity, episode })) }
}

test('a late step is noted and the data stay good', () => {
  const late = checkOf((row, t) => {
    if (t >= 43) row.tickTime[0]! += 150_000_000n
  })
  expect(late).toEqual({ ok: true, found: [{ code: 'gap', severity: 'note', episode: 1 }] })
})

test('an arm that stands still is noted', () => {
  const still = checkOf((row) => {
    row.observation.fill(0, 7)
  })
  expect(still).toEqual({
    ok: true,
    found: [
      { code: 'idle', severity: 'note', episode: 1 },
      { code: 'constant', severity: 'note', episode: null },
      { code: 'idle-run', severity: 'note', episode: null },
    ],
  })
})

test.each([
  ['not-finite', (row: StepRow, t: number) => t === 5 && (row.observation[2] = NaN)],
  ['action-range', (row: StepRow, t: number) => t === 5 && (row.sent[0] = 1.2)],
  ['clip-unmarked', (row: StepRow, t: number) => t === 4 && (row.action[0] = 1.2)],
  ['continuity', (row: StepRow, t: number) => t >= 5 && t < 9 && (row.observation[9] = 3)],
  ['unit', (row: StepRow, t: number) => t >= 5 && (row.observation[0] = 45)],
  ['jump', (row: StepRow, t: number) => t === 5 && (row.observation[1]! += 0.5)],
  ['clock', (row: StepRow, t: number) => t === 5 && (row.tickTime[0] = 0n)],
])('%s is a problem', (code, change) => {
  const { ok, found } = checkOf(change)
  expect(ok).toBe(false)
  expect(found).toContainEqual({ code, severity: 'problem', episode: 1 })
})

test('a finding names its episode and its step, and the figures say how the run was recorded', () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet({ stepsPerEpisode: STEPS }), box: BOX })
  recordEpisode(recorder, STEPS)
  const row = stepRow(14, 7)
  for (let t = 0; t <= STEPS; t++) {
    fillRow(row, 2, t)
    row.sent[3] = t % 2 === 0 ? 1 : 0
    if (t === 41) row.observation[2]! += 0.5
    if (t >= 60) row.tickTime[0]! += 200_000_000n
    if (t === 0) recorder.beginEpisode(row)
    else recorder.append(row)
  }
  recorder.endEpisode(STEP_LIMIT, new Uint8Array())
  recorder.close()
  const reader = new DatasetReader(path)
  const { problems, figures } = checkDataset(reader)
  reader.close()
  const named = problems.map(({ code, episode, step }) => ({ code, episode, step }))
  expect(named).toContainEqual({ code: 'jump', episode: 2, step: 41 })
  expect(named).toContainEqual({ code: 'gap', episode: 2, step: 60 })
  expect(problems.find(({ code }) => code === 'jump')!.message).toMatch(/^Episode 2: joint 3 .* in step 41;/)
  expect(figures).toMatchObject({ transitions: 2 * STEPS, idle: 0, late: 0, holes: 1, longestStepMs: 250 })
  expect(figures).toMatchObject({ clipped: 0.1, slowed: 0.1, saturated: 50 / (14 * STEPS), stepP99Ms: 50 })
})

test('a joint that does not follow what is sent is noted', () => {
  const loose = checkOf((row) => {
    row.sent.fill(-1)
  })
  expect(loose.found).toContainEqual({ code: 'not-followed', severity: 'note', episode: 1 })
  expect(loose.found).toContainEqual({ code: 'saturated', severity: 'note', episode: null })
})

test('late steps of a whole run are noted with the longest of them', () => {
  const late = checkOf((row, t) => {
    row.tickTime[0]! += BigInt(t) * 20_000_000n
  })
  expect(late.found).toContainEqual({ code: 'late-steps', severity: 'note', episode: null })
})

test('of one finding in very many episodes the first are named and the rest are counted', () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  for (let episode = 0; episode < 150; episode++) recordEpisode(recorder, 3)
  recorder.close()
  const reader = new DatasetReader(path)
  const { ok, problems } = checkDataset(reader)
  reader.close()
  expect([ok, problems.filter(({ code }) => code === 'end-reason').length]).toEqual([false, 101])
  expect(problems.at(-1)!.message).toBe('The same (end-reason) is found in 50 further episodes.')
})

test('a check names what interrupted work has left beside the dataset, and not what is being written', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.forager')
  const recorder = openRecording({ path, sheet: sheet({ stepsPerEpisode: STEPS }), box: BOX })
  recordEpisode(recorder, STEPS)
  recorder.close()
  const left = join(folder, 'a.parquet.partial')
  writeFileSync(left, Buffer.alloc(2500))
  utimesSync(left, 1, 1)
  writeFileSync(join(folder, 'b.csv.partial'), 'now')
  const watch = { signal: new AbortController().signal, progress: () => undefined }
  const report = await checkFile(path, watch)
  expect([report!.ok, report!.problems.map(({ message }) => message)]).toEqual([
    true,
    [`${left} (3 kB) is left from work that was interrupted.`],
  ])
})

test('a check that nobody waits for ends without a verdict', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet({ stepsPerEpisode: STEPS }), box: BOX })
  recordEpisode(recorder, STEPS)
  recorder.close()
  const watch = { signal: AbortSignal.abort(), progress: () => undefined }
  expect(await checkFile(path, watch)).toBeNull()
})
