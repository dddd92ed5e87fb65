import { copyFileSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { WORST_FIRST } from '../../../src/contract/dataset.ts'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { FORMAT_VERSION } from '../../../src/main/dataset/dataset-format.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import type { DatasetRecorder } from '../../../src/main/dataset/dataset-recorder.ts'
import { BOX, recordEpisode, refusalCode, sheet, temporaryFolder } from './synthetic.ts'

function recorded(episodes = 2): string {
  const path = `${temporaryFolder()}/a.forager`
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  for (let i = 0; i < episodes; i++) recordEpisode(recorder, 100)
  recorder.close()
  return path
}

const open = (path: string, changes = {}): DatasetRecorder => openRecording({ path, sheet: sheet(changes), box: BOX })

test('a closed dataset is one file with nothing beside it', () => {
  expect(readdirSync(dirname(recorded()))).toEqual(['a.forager'])
})

test.each([
  ['text', Buffer.from('This is a text of some length. '.repeat(10))],
  ['nothing', Buffer.alloc(0)],
  ['a few bytes of a database', Buffer.from('SQLite format 3\0')],
])('a file that holds %s is refused and stays as it was', (_, content) => {
  const path = `${temporaryFolder()}/a.forager`
  writeFileSync(path, content)
  expect(refusalCode(() => open(path))).toBe('not-a-dataset')
  expect(refusalCode(() => new DatasetReader(path))).toBe('not-a-dataset')
  expect(readFileSync(path)).toEqual(content)
  expect(readdirSync(dirname(path))).toEqual(['a.forager'])
})

test('the database of another program is refused and stays as it was', () => {
  const path = `${temporaryFolder()}/a.forager`
  const other = new Database(path)
  other.exec('CREATE TABLE run_sheet (id, json)')
  other.close()
  const before = readFileSync(path)
  expect(refusalCode(() => open(path))).toBe('not-a-dataset')
  expect(readFileSync(path)).toEqual(before)
})

test('a folder in place of the file is refused', () => {
  const path = `${temporaryFolder()}/a.forager`
  mkdirSync(path)
  expect(refusalCode(() => open(path))).toBe('not-a-dataset')
})

test('a truncated dataset is refused by reader and recorder and stays as it was', () => {
  const path = recorded()
  truncateSync(path, 40_000)
  const before = readFileSync(path)
  expect(refusalCode(() => new DatasetReader(path))).toBe('dataset-damaged')
  expect(refusalCode(() => open(path))).toBe('dataset-damaged')
  expect(readFileSync(path)).toEqual(before)
})

test('a newer format is refused and named', () => {
  const path = recorded()
  const db = new Database(path)
  db.pragma(`user_version = ${FORMAT_VERSION + 1}`)
  db.close()
  expect(refusalCode(() => open(path))).toBe('dataset-newer')
  expect(() => new DatasetReader(path)).toThrow(`format ${FORMAT_VERSION + 1}`)
})

test('a missing dataset and a missing folder are two refusals', () => {
  const folder = temporaryFolder()
  expect(refusalCode(() => new DatasetReader(join(folder, 'none.forager')))).toBe('dataset-missing')
  expect(refusalCode(() => open(join(folder, 'none', 'a.forager')))).toBe('folder-missing')
  expect(readdirSync(folder)).toEqual([])
})

// Linux lets nobody, not even root, create files in the kernel's own folder.
test.runIf(process.platform === 'linux')('a folder that may not be written is refused', () => {
  expect(refusalCode(() => open('/sys/kernel/a.forager'))).toBe('dataset-read-only')
})

test.each([
  ['world', { world: 'panda-fci' }, /world panda; .*world panda-fci|world panda.*panda-fci/],
  ['explorer', { explorer: 'gep' }, /explorer random.*gep/],
  ['mode', { mode: 'modern' }, /mode paper.*modern/],
  ['seed', { seed: 2 }, /seed 1.*2/],
  ['settings', { settings: { deviation: 2 } }, /setting deviation 1.*2/],
  ['limits', { limitsHash: 'others' }, /limits.*others/],
])('another %s is refused with both named', (_, changes, words) => {
  const path = recorded()
  const before = readFileSync(path)
  expect(refusalCode(() => open(path, changes))).toBe('dataset-differs')
  expect(() => open(path, changes)).toThrow(words)
  expect(readFileSync(path)).toEqual(before)
})

test('data of a simulated arm are not continued on a real one; an older file that does not say is', () => {
  const path = join(temporaryFolder(), 'a.forager')
  open(path, { robotSimulated: true }).close()
  expect(refusalCode(() => open(path, { robotSimulated: false }))).toBe('dataset-differs')
  open(path, { robotSimulated: true }).close()
  const older = recorded()
  open(older, { robotSimulated: false }).close()
  const reader = new DatasetReader(older)
  expect(reader.sheet.robotSimulated).toBeUndefined()
  reader.close()
})

test('a target below what is there is refused, the same number is not', () => {
  const path = recorded()
  expect(refusalCode(() => open(path, { target: 199 }))).toBe('target-below')
  const recorder = openRecording({ path, sheet: sheet({ target: 200 }), box: BOX })
  expect(recorder.committed).toBe(200)
  recorder.close()
})

test('a second writer is refused until the first has closed', () => {
  const path = recorded()
  const first = openRecording({ path, sheet: sheet(), box: BOX })
  expect(refusalCode(() => open(path))).toBe('dataset-in-use')
  recordEpisode(first, 100)
  first.close()
  const second = openRecording({ path, sheet: sheet(), box: BOX })
  expect(second.resume.transitions).toBe(300)
  second.close()
})

test('one flipped byte in a signal damages that episode only, and the check says which', () => {
  const path = recorded(3)
  const db = new Database(path)
  const blob = db.prepare<[], Buffer>('SELECT sent_actions FROM episode_data WHERE episode = 2').pluck().get()!
  blob[100]! ^= 1
  db.prepare('UPDATE episode_data SET sent_actions = ? WHERE episode = 2').run(blob)
  db.close()
  const reader = new DatasetReader(path)
  expect(refusalCode(() => reader.trainingEpisode(2))).toBe('episode-damaged')
  expect(reader.trainingEpisode(3).steps).toBe(100)
  const report = checkDataset(reader)
  expect(report.ok).toBe(false)
  expect(report.problems.map(({ code, episode }) => [code, episode])).toEqual([['episode-damaged', 2]])
  reader.close()
})

test('a changed end reason no longer fits the checksum', () => {
  const path = recorded(1)
  const db = new Database(path)
  db.exec("UPDATE episode SET end_reason = 'terminal'")
  db.close()
  const reader = new DatasetReader(path)
  expect(refusalCode(() => reader.trainingEpisode(1))).toBe('episode-damaged')
  reader.close()
})

test('a file damaged in its middle is a refusal, never a crash or another error', () => {
  const source = recorded(3)
  const size = readFileSync(source).length
  const path = join(dirname(source), 'b.forager')
  let refused = 0
  for (let at = 4096; at < size; at += 4096) {
    copyFileSync(source, path)
    const bytes = readFileSync(path)
    bytes.fill(0xff, at, at + 64)
    writeFileSync(path, bytes)
    try {
      const reader = new DatasetReader(path)
      try {
        reader.detail()
        reader.episodes({ sort: WORST_FIRST, offset: 0, limit: 10 })
        if (!checkDataset(reader).ok) refused += 1
      } finally {
        reader.close()
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(5)
})
