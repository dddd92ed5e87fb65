import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { CurationChange, CurationWish } from '../../../../src/contract/curation.ts'
import { ProblemError } from '../../../../src/contract/problem.ts'
import { checkDataset } from '../../../../src/main/dataset/audit/check-dataset.ts'
import { curateDataset } from '../../../../src/main/dataset/curation/curate-dataset.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { keptEpisodes, keptHash, keptRanges } from '../../../../src/main/dataset/curation/kept-episodes.ts'
import { openThreadedRecording } from '../../../../src/main/dataset/threaded-recorder.ts'
import { stepRow } from '../../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, recordEpisode, sheet, temporaryFolder } from '../synthetic.ts'

/** Episodes of 30, 40, 50 and 100 steps; the third ends in a terminal. */
function recorded(): string {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet({ target: 1000 }), box: BOX })
  for (const steps of [30, 40]) recordEpisode(recorder, steps, { ...STEP_LIMIT, reason: 'safety-limit' })
  recordEpisode(recorder, 50, { ...STEP_LIMIT, reason: 'terminal' })
  recordEpisode(recorder, 100)
  recorder.close()
  return path
}

function reading<T>(path: string, work: (reader: DatasetReader) => T): T {
  const reader = new DatasetReader(path)
  try {
    return work(reader)
  } finally {
    reader.close()
  }
}

async function refusalOf(path: string, wish: CurationWish): Promise<string> {
  try {
    await curateDataset(path, wish, '', 200)
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
  throw new Error('nothing was refused')
}

const versionOf = (path: string): unknown => {
  const db = new Database(path, { readonly: true })
  try {
    return [db.pragma('user_version', { simple: true }), db.pragma('journal_mode', { simple: true })]
  } finally {
    db.close()
  }
}

test('the recorded data stay as they were; only the format version rises, with the first event', async () => {
  const path = recorded()
  const before = reading(path, (reader) => [reader.contentHash(), [...reader.trainingEpisodes()]])
  expect(versionOf(path)).toEqual([1, 'delete'])
  const changes: CurationChange[] = [
    { kind: 'exclude', episodes: [1] },
    { kind: 'trim', episodes: [3], value: { from: 5, to: 45 } },
    { kind: 'tag', episodes: [2, 4], value: 'good' },
    { kind: 'note-dataset', value: 'cable was loose' },
  ]
  for (const change of changes) await curateDataset(path, change, 'M. Osei')
  expect(versionOf(path)).toEqual([4, 'delete'])
  expect(reading(path, (reader) => [reader.contentHash(), [...reader.trainingEpisodes()]])).toEqual(before)
  expect(reading(path, (reader) => reader.curationEvents().map(({ change, operator }) => [operator, change]))).toEqual(
    changes.map((change) => ['M. Osei', change]),
  )
  const db = new Database(path)
  expect(() => db.exec('DELETE FROM curation_event')).toThrow('never deleted')
  expect(() => db.exec("UPDATE curation_event SET operator = 'x'")).toThrow('never changed')
  db.close()
})

test('a trimmed episode keeps T + 1 observations and ends in a truncation; figures count what is kept', async () => {
  const path = recorded()
  const whole = reading(path, (reader) => reader.trainingEpisode(3))
  await curateDataset(path, { kind: 'exclude', episodes: [1, 4] }, '')
  await curateDataset(path, { kind: 'trim', episodes: [3], value: { from: 5, to: 45 } }, '')
  reading(path, (reader) => {
    const [, kept] = [...keptEpisodes(reader)]
    expect(kept).toMatchObject({ episode: 3, steps: 40, endReason: 'operator-stop' })
    expect(kept?.observations).toEqual(whole.observations.slice(5 * 14, 46 * 14))
    expect(kept?.policyActions).toEqual(whole.policyActions.slice(5 * 7, 45 * 7))
    expect(kept?.sentActions).toEqual(whole.sentActions.slice(5 * 7, 45 * 7))
    expect(kept?.tooltip).toEqual(whole.tooltip.slice(15, 46 * 3))
    expect(kept?.tickTimes).toEqual(whole.tickTimes.slice(5, 46))
    expect(kept?.flags).toEqual(whole.flags.slice(5, 45))
    const slowed = whole.flags.slice(5, 45).filter((flags) => flags & 2).length
    const { summary, ...detail } = reader.detail()
    expect(summary).toMatchObject({
      episodes: 2,
      transitions: 80,
      excludedEpisodes: 2,
      trimmedEpisodes: 1,
      leftOutTransitions: 140,
    })
    expect(detail.slowedSteps).toBe(4 + slowed)
    expect(detail.length).toEqual({ mean: 40, max: 40 })
    // A trimmed episode ended as it was recorded, whatever training makes of the cut.
    expect(detail.endReasons).toEqual({ 'safety-limit': 1, terminal: 1 })
    expect(detail.recordedEndReasons).toEqual({ 'safety-limit': 2, terminal: 1, 'step-limit': 1 })
    expect(checkDataset(reader)).toMatchObject({ ok: true, episodes: 2, excludedEpisodes: 2 })
    expect(reader.tooltipCloud(1000).count).toBe(80)
  })
  // A trim that cuts the beginning only leaves the end as it was.
  await curateDataset(path, { kind: 'trim', episodes: [3], value: { from: 5, to: 50 } }, '')
  expect(reading(path, (reader) => [...keptEpisodes(reader)].map(({ endReason }) => endReason))).toEqual([
    'safety-limit',
    'terminal',
  ])
})

test('coverage of what is kept is that of a dataset recorded without the rest', async () => {
  const path = recorded()
  await curateDataset(path, { kind: 'exclude', episodes: [2, 4] }, '')
  const other = join(temporaryFolder(), 'b.forager')
  const recorder = openRecording({ path: other, sheet: sheet({ target: 1000 }), box: BOX })
  const row = stepRow(14, 7)
  for (const [episode, steps] of [
    [1, 30],
    [3, 50],
  ] as const) {
    fillRow(row, 1, 0)
    for (let t = 0; t <= steps; t++) {
      // The rows of `recorded`: its recorder had no earlier episode, so every one was filled as the first.
      fillRow(row, 1, t)
      if (t === 0) recorder.beginEpisode(row)
      else recorder.append(row)
    }
    recorder.endEpisode({ ...STEP_LIMIT, reason: episode === 1 ? 'safety-limit' : 'terminal' }, new Uint8Array(0))
  }
  recorder.close()
  expect(reading(path, (reader) => reader.coverage())).toEqual(reading(other, (reader) => reader.coverage()))
})

test('undo and redo are events too, and the hash of what is kept goes back with them', async () => {
  const path = recorded()
  const hash = (): string | null => reading(path, (r) => keptHash(r.episodeLengths(), keptRanges(r)))
  expect(hash()).toBeNull()
  await curateDataset(path, { kind: 'exclude', episodes: [2] }, '')
  const excluded = hash()
  await curateDataset(path, { kind: 'tag', episodes: [1], value: 'x' }, '')
  expect(hash()).toBe(excluded)
  await curateDataset(path, { kind: 'undo-last' }, '')
  await curateDataset(path, { kind: 'undo-last' }, '')
  expect(hash()).toBeNull()
  await curateDataset(path, { kind: 'redo-last' }, '')
  expect(hash()).toBe(excluded)
  expect(reading(path, (r) => r.curationEvents().length)).toBe(5)
})

test('what does not fit is refused and nothing is added', async () => {
  const path = recorded()
  expect(await refusalOf(path, { kind: 'undo-last' })).toBe('nothing-to-undo')
  expect(await refusalOf(path, { kind: 'redo-last' })).toBe('nothing-to-redo')
  expect(await refusalOf(path, { kind: 'exclude', episodes: [1, 5] })).toBe('episode-missing')
  expect(await refusalOf(path, { kind: 'trim', episodes: [1], value: { from: 0, to: 31 } })).toBe('trim-outside')
  expect(await refusalOf(path, { kind: 'trim', episodes: [1], value: { from: 9, to: 9 } })).toBe('trim-outside')
  expect(await refusalOf(path, { kind: 'undo', value: 3 })).toBe('event-missing')
  expect(await refusalOf(join(temporaryFolder(), 'none.forager'), { kind: 'undo-last' })).toBe('dataset-missing')
  expect(versionOf(path)).toEqual([1, 'delete'])
})

test('a reading of the whole dataset is waited for, and a longer one is named', async () => {
  const path = recorded()
  const reader = new DatasetReader(path)
  reader.holdState()
  expect(await refusalOf(path, { kind: 'exclude', episodes: [1] })).toBe('dataset-in-use')
  const later = curateDataset(path, { kind: 'exclude', episodes: [1] }, '')
  setTimeout(() => reader.close(), 150)
  expect((await later).sequence).toBe(1)
})

test('a dataset is curated while it is being recorded: the recorder goes on and loses nothing', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = await openThreadedRecording({ path, sheet: sheet({ target: 100_000 }), box: BOX })
  recordEpisode(recorder, 20)
  recorder.flush()
  const row = stepRow(14, 7)
  const decided: number[] = []
  for (let episode = 2; episode <= 12; episode++) {
    fillRow(row, episode, 0)
    recorder.beginEpisode(row)
    // The event is written in the middle of an episode, whose steps the recording thread commits meanwhile.
    const deciding = curateDataset(path, { kind: 'exclude', episodes: [episode - 1] }, '')
    for (let t = 1; t <= 20; t++) {
      fillRow(row, episode, t)
      recorder.append(row)
      if (t % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    decided.push((await deciding).sequence)
    recorder.endEpisode(STEP_LIMIT, Uint8Array.of(episode))
    recorder.flush()
  }
  expect(recorder.committed).toBe(12 * 20)
  recorder.close()
  expect(decided).toEqual(Array.from({ length: 11 }, (_, i) => i + 1))
  reading(path, (reader) => {
    expect(reader.totals()).toMatchObject({ episodes: 12, transitions: 240 })
    expect([...keptEpisodes(reader)].map(({ episode, steps }) => [episode, steps])).toEqual([[12, 20]])
    expect(checkDataset(reader, true)).toMatchObject({ episodes: 12 })
    expect(checkDataset(reader, true).problems.filter(({ code }) => code === 'episode-damaged')).toEqual([])
  })
  expect(versionOf(path)).toEqual([4, 'delete'])
})

test('however long somebody holds the file, the loop that records hands over its steps without waiting', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = await openThreadedRecording({ path, sheet: sheet({ target: 100_000 }), box: BOX })
  recordEpisode(recorder, 20)
  recorder.flush()
  const holder = new Database(path)
  holder.exec('BEGIN IMMEDIATE')
  const row = stepRow(14, 7)
  fillRow(row, 2, 0)
  recorder.beginEpisode(row)
  for (let t = 1; t <= 50; t++) {
    fillRow(row, 2, t)
    recorder.append(row)
  }
  // All steps are handed over, none can have been committed: the loop has not waited for the one who holds the file.
  expect(recorder.committed).toBe(20)
  holder.exec('COMMIT')
  holder.close()
  recorder.flush()
  expect(recorder.committed).toBe(70)
  recorder.close()
})

test('a process that dies while it curates loses no event that it has told of, and nothing else', async () => {
  const path = recorded()
  const before = reading(path, (reader) => reader.contentHash())
  let known = 0
  for (const events of [1, 4, 7]) {
    const script = join(import.meta.dirname, 'curating.ts')
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      known = Number(line)
      if (known % events === 0) child.kill('SIGKILL')
    })
    await once(child, 'close')
    reading(path, (reader) => {
      const sequences = reader.curationEvents().map(({ sequence }) => sequence)
      expect(sequences.length).toBeGreaterThanOrEqual(known)
      expect(sequences).toEqual(sequences.map((_, i) => i + 1))
      expect(reader.contentHash()).toBe(before)
      expect(checkDataset(reader, true).problems.filter(({ code }) => code === 'episode-damaged')).toEqual([])
    })
  }
})
