import { expect, test } from 'vitest'
import { unpackFloat32, unpackFloat64, unpackUint32 } from '../../../src/contract/packed.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { signalBytes } from '../../../src/main/dataset/episode-data.ts'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, recordEpisode, sheet, temporaryFolder } from './synthetic.ts'

function recordThree(flushEachStep = false): string {
  const path = `${temporaryFolder()}/a.forager`
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100, STEP_LIMIT, flushEachStep)
  const wall = {
    reason: 'safety-limit' as const,
    message: 'Tool tip reached the right wall of the box, step 37 of 100.',
    stopCode: 'workspace-box',
    stopTitle: 'Tool tip at the right wall',
  }
  recordEpisode(recorder, 37, wall, flushEachStep)
  recordEpisode(
    recorder,
    1,
    { reason: 'operator-stop', message: 'Paused.', stopCode: '', stopTitle: '' },
    flushEachStep,
  )
  recorder.close()
  return path
}

test.each([true, false])(
  'what is recorded is read back bit for bit (each step forced to disk: %s)',
  (flushEachStep) => {
    const reader = new DatasetReader(recordThree(flushEachStep))
    const row = stepRow(14, 7)
    const signals = reader.trainingEpisode(2)
    expect(signals.steps).toBe(37)
    expect(signals.observations).toHaveLength(38 * 14)
    for (let t = 0; t <= 37; t++) {
      fillRow(row, 1, t)
      expect(signals.observations.subarray(t * 14, (t + 1) * 14)).toEqual(row.observation)
      expect(signals.tooltip.subarray(t * 3, (t + 1) * 3)).toEqual(row.tooltip)
      expect(signals.tickTimes[t]).toBe(row.tickTime[0])
      if (t === 0) continue
      expect(signals.policyActions.subarray((t - 1) * 7, t * 7)).toEqual(row.action)
      expect(signals.sentActions.subarray((t - 1) * 7, t * 7)).toEqual(row.sent)
      expect(signals.flags[t - 1]).toBe(row.info[0])
    }
    reader.close()
  },
)

test('every episode has one observation, tool tip and tick more than actions', () => {
  const reader = new DatasetReader(recordThree())
  const lengths = [...reader.trainingEpisodes()].map((e) => [
    e.steps,
    e.observations.length / 14,
    e.tooltip.length / 3,
    e.tickTimes.length,
    e.policyActions.length / 7,
    e.flags.length,
  ])
  expect(lengths).toEqual([
    [100, 101, 101, 101, 100, 100],
    [37, 38, 38, 38, 37, 37],
    [1, 2, 2, 2, 1, 1],
  ])
  reader.close()
})

test('the detail counts what is there', () => {
  const reader = new DatasetReader(recordThree())
  const detail = reader.detail()
  expect(detail.summary).toMatchObject({
    transitions: 138,
    episodes: 3,
    state: 'unfinished',
    target: 10_000,
    name: 'a',
  })
  expect(detail.endReasons).toEqual({ 'step-limit': 1, 'safety-limit': 1, 'operator-stop': 1 })
  expect(detail.length).toEqual({ mean: 46, max: 100 })
  // Flag value 3 (clipped and slowed) is on steps 3, 13, ... 93 and 3, 13, 23, 33.
  expect([detail.clippedSteps, detail.slowedSteps, detail.lateTicks]).toEqual([14, 14, 0])
  expect(detail.coverage?.cellsTotal).toBe(14 * 20 * 17)
  expect(detail.summary.bytes).toBeGreaterThan(138 * 132)
  reader.close()
})

test('the packed episode carries the plain stop cause and times from the first tick', () => {
  const reader = new DatasetReader(recordThree())
  const detail = reader.episode(2)
  expect(detail.stop).toEqual({
    code: 'workspace-box',
    title: 'Tool tip at the right wall',
    message: 'Tool tip reached the right wall of the box, step 37 of 100.',
  })
  expect(detail.row).toMatchObject({ episode: 2, steps: 37, endReason: 'safety-limit', clippedSteps: 4 })
  expect(unpackFloat64(detail.tickTimes)[37]).toBeCloseTo(37 * 0.05, 12)
  expect(unpackFloat32(detail.observations)).toEqual(reader.trainingEpisode(2).observations)
  expect(unpackUint32(detail.flags)).toEqual(reader.trainingEpisode(2).flags)
  reader.close()
})

test('the content hash stands for the data: equal when read again, different after one more episode', () => {
  const path = recordThree()
  const hash = (): string => {
    const reader = new DatasetReader(path)
    const value = reader.contentHash()
    reader.close()
    return value
  }
  const before = hash()
  expect(hash()).toBe(before)
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100)
  recorder.close()
  expect(hash()).not.toBe(before)
})

test('continuing keeps numbers, counts, coverage and the explorer state', () => {
  const path = recordThree()
  const recorder = openRecording({ path, sheet: sheet({ target: 20_000 }), box: BOX })
  expect(recorder.resume).toMatchObject({ transitions: 138, episodes: 3, lastEpisode: 3, cutEpisode: null })
  expect(recorder.resume.explorerState).toEqual(Uint8Array.of(3, 7))
  expect(recorder.resume.endReasons).toEqual({ 'step-limit': 1, 'safety-limit': 1, 'operator-stop': 1 })
  const reader = new DatasetReader(path)
  expect(recorder.coverage()).toEqual(reader.coverage())
  expect(recordEpisode(recorder, 100)).toBe(4)
  recorder.flush()
  expect(recorder.committed).toBe(238)
  recorder.close()
  reader.close()
  const after = new DatasetReader(path)
  expect(after.sheet.target).toBe(20_000)
  expect(after.sheet.id).toBe('a-dataset')
  after.close()
})

test('an episode without a step leaves no trace and gives its number back', () => {
  const path = `${temporaryFolder()}/a.forager`
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  const row = stepRow(14, 7)
  fillRow(row, 1, 0)
  expect(recorder.beginEpisode(row)).toBe(1)
  expect(
    recorder.endEpisode({ reason: 'operator-stop', message: '', stopCode: '', stopTitle: '' }, new Uint8Array()),
  ).toBeNull()
  expect(recordEpisode(recorder, 5)).toBe(1)
  recorder.close()
})

test('a reader sees each committed episode while the recorder still writes', () => {
  const path = `${temporaryFolder()}/a.forager`
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  const reader = new DatasetReader(path)
  recordEpisode(recorder, 100)
  recorder.flush()
  expect(reader.detail().summary).toMatchObject({ transitions: 100, state: 'recording' })
  recordEpisode(recorder, 50)
  recorder.flush()
  expect(reader.detail().summary).toMatchObject({ transitions: 150, state: 'recording' })
  recorder.close()
  expect(reader.detail().summary.state).toBe('unfinished')
  reader.close()
})

test('the tool-tip cloud is thinned to what is asked for and holds recorded points only', () => {
  const reader = new DatasetReader(recordThree())
  const all = reader.tooltipCloud(1000)
  expect([all.count, all.of]).toEqual([138, 138])
  const thin = reader.tooltipCloud(20)
  expect(thin.count).toBeGreaterThan(10)
  expect(thin.count).toBeLessThanOrEqual(20)
  const known = new Set(triples(unpackFloat32(all.points)))
  expect(triples(unpackFloat32(thin.points)).every((point) => known.has(point))).toBe(true)
  reader.close()
})

function triples(points: Float32Array): string[] {
  return Array.from({ length: points.length / 3 }, (_, i) => points.subarray(3 * i, 3 * i + 3).join())
}

test('a sound dataset passes the check', () => {
  const path = `${temporaryFolder()}/a.forager`
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100)
  recorder.close()
  const reader = new DatasetReader(path)
  expect(checkDataset(reader)).toMatchObject({ ok: true, problems: [] })
  reader.close()
})

test('the sizes of the signals are those of the blobs', () => {
  const shape = { observationSize: 5, actionSize: 2, rewardSize: 0 as const, simulatorStateSize: 3 }
  expect(signalBytes(shape, { transitions: 10, episodes: 2 })).toEqual({
    observations: 4 * 5 * 12,
    policy_actions: 4 * 2 * 10,
    sent_actions: 4 * 2 * 10,
    tooltip: 4 * 3 * 12,
    tick_times: 8 * 12,
    flags: 4 * 10,
    simulator_states: 8 * 3 * 12,
  })
})
