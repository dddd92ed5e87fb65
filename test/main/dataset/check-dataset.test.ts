import { expect, test } from 'vitest'
import { checkDataset } from '../../../src/main/dataset/check-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { stepRow, type StepRow } from '../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, sheet, temporaryFolder } from './synthetic.ts'

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
  expect(still).toEqual({ ok: true, found: [{ code: 'idle', severity: 'note', episode: 1 }] })
})

test.each([
  ['not-finite', (row: StepRow, t: number) => t === 5 && (row.observation[2] = NaN)],
  ['action-range', (row: StepRow, t: number) => t === 5 && (row.sent[0] = 1.2)],
  ['unit', (row: StepRow, t: number) => t >= 5 && (row.observation[0] = 45)],
  ['jump', (row: StepRow, t: number) => t === 5 && (row.observation[1]! += 0.5)],
  ['clock', (row: StepRow, t: number) => t === 5 && (row.tickTime[0] = 0n)],
])('%s is a problem', (code, change) => {
  const { ok, found } = checkOf(change)
  expect(ok).toBe(false)
  expect(found).toContainEqual({ code, severity: 'problem', episode: 1 })
})
