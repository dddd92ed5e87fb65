import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { RunSheet } from '../../../src/contract/dataset.ts'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import type { TrainingEpisode } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import type { DatasetRecorder } from '../../../src/main/dataset/dataset-recorder.ts'
import { recoverDataset } from '../../../src/main/dataset/recover.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, recordEpisode, sheet, temporaryFolder } from './synthetic.ts'

const STATES = ['x', 'z', 'dx', 'dz']

/** Sheet of a world that rewards and shows the state of its simulator. */
function worldSheet(): RunSheet {
  const simulatorState = STATES.map((name) => ({ name, unit: 'm' }))
  return sheet({ world: 'Hopper-v1', worldOptions: { inertia: 'legacy' }, hasReward: true, simulatorState })
}

const rewardAt = (episode: number, t: number): number => Math.fround(Math.sin(episode + 0.1 * t))
const stateAt = (episode: number, t: number): number[] => STATES.map((_, i) => Math.sqrt(2 + episode + 3 * t + i))

/** Records steps 1 .. `steps`; the episode stays open. */
function recordOpen(recorder: DatasetRecorder, episode: number, steps: number, flushEachStep = false): void {
  const row = stepRow(14, 7, STATES.length)
  for (let t = 0; t <= steps; t++) {
    fillRow(row, episode, t)
    row.reward[0] = rewardAt(episode, t)
    row.simulatorState.set(stateAt(episode, t))
    if (t === 0) recorder.beginEpisode(row)
    else recorder.append(row)
    if (flushEachStep && t > 0) recorder.flush()
  }
}

function expectSignals(found: TrainingEpisode, episode: number, steps: number): void {
  expect(found.steps).toBe(steps)
  expect([...found.rewards]).toEqual(Array.from({ length: steps }, (_, t) => rewardAt(episode, t + 1)))
  expect([...found.simulatorStates]).toEqual(Array.from({ length: steps + 1 }, (_, t) => stateAt(episode, t)).flat())
}

function recorded(): string {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: worldSheet(), box: null })
  for (const [i, steps] of [30, 12].entries()) {
    recordOpen(recorder, i + 1, steps)
    recorder.endEpisode({ reason: 'terminal', message: 'Fallen.', stopCode: '', stopTitle: '' }, Uint8Array.of(1))
  }
  recorder.close()
  return path
}

function version(path: string): unknown {
  const db = new Database(path, { readonly: true })
  try {
    return db.pragma('user_version', { simple: true })
  } finally {
    db.close()
  }
}

describe('a world with rewards and a simulator state', () => {
  test('both are read back bit for bit', () => {
    const reader = new DatasetReader(recorded())
    expectSignals(reader.trainingEpisode(1), 1, 30)
    expectSignals(reader.trainingEpisode(2), 2, 12)
    expect(checkDataset(reader)).toMatchObject({ ok: true, problems: [] })
    reader.close()
  })

  test('the detail has the mean and the spread of the returns', () => {
    const reader = new DatasetReader(recorded())
    const [a, b] = [30, 12].map((steps, i) =>
      Array.from({ length: steps }, (_, t) => rewardAt(i + 1, t + 1)).reduce((sum, reward) => sum + reward, 0),
    )
    const { return: returns } = reader.detail()
    expect(returns?.mean).toBeCloseTo((a! + b!) / 2, 10)
    expect(returns?.std).toBeCloseTo(Math.abs(a! - b!) / 2, 10)
    reader.close()
  })

  test.each(['rewards', 'simulator_states'])('a changed byte of %s does not pass as data', (column) => {
    const path = recorded()
    const db = new Database(path)
    const blob = db.prepare<[], Buffer>(`SELECT ${column} FROM episode_simulation WHERE episode = 2`).pluck().get()!
    blob[5]! ^= 1
    db.prepare(`UPDATE episode_simulation SET ${column} = ? WHERE episode = 2`).run(blob)
    db.close()
    const reader = new DatasetReader(path)
    expect(() => reader.trainingEpisode(2)).toThrow(/do not fit their checksum/)
    expectSignals(reader.trainingEpisode(1), 1, 30)
    reader.close()
  })

  test('a power cut keeps them with the steps that were forced to disk', () => {
    const path = join(temporaryFolder(), 'a.forager')
    const recorder = openRecording({ path, sheet: worldSheet(), box: null })
    recordOpen(recorder, 1, 17, true)
    const copy = join(temporaryFolder(), 'a.forager')
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix)
    recorder.close()
    expect(recoverDataset(copy)).toEqual({ episode: 1, steps: 17, unreadableSteps: 0 })
    const reader = new DatasetReader(copy)
    const cut = reader.trainingEpisode(1)
    expect(cut.endReason).toBe('crash')
    expectSignals(cut, 1, 17)
    reader.close()
  })

  test('a run with another option of the world does not go into the same file', () => {
    const path = recorded()
    const exact = { ...worldSheet(), worldOptions: { inertia: 'exact' } }
    expect(() => openRecording({ path, sheet: exact, box: null })).toThrow(/option inertia legacy.*asks for exact/)
  })
})

describe('formats', () => {
  test('a file of an arm has the version that older programs read; one of a world has the next', () => {
    const path = join(temporaryFolder(), 'arm.forager')
    openRecording({ path, sheet: sheet(), box: BOX }).close()
    expect([version(path), version(recorded())]).toEqual([1, 2])
  })

  test('a file of version 1 is read, checked and continued', () => {
    const path = join(temporaryFolder(), 'old.forager')
    copyFileSync(join(import.meta.dirname, '../../golden/dataset-version-1.forager'), path)
    const before = new DatasetReader(path)
    expect(before.sheet).toMatchObject({ worldOptions: {}, hasReward: false, simulatorState: [] })
    const [first] = before.trainingEpisodes()
    expect([first!.steps, first!.rewards.length, first!.simulatorStates.length]).toEqual([3, 0, 0])
    const row = stepRow(14, 7)
    fillRow(row, 1, 3)
    expect(first!.observations.subarray(3 * 14)).toEqual(row.observation)
    expect(before.detail().return).toBeNull()
    expect(checkDataset(before).problems.map(({ code }) => code)).toEqual(['end-reason', 'end-reason'])
    before.close()
    const recorder = openRecording({ path, sheet: sheet(), box: BOX })
    expect(recordEpisode(recorder, 5, STEP_LIMIT)).toBe(3)
    recorder.close()
    const after = new DatasetReader(path)
    expect([...after.trainingEpisodes()].map(({ steps }) => steps)).toEqual([3, 2, 5])
    after.close()
    expect(version(path)).toBe(1)
  })
})
