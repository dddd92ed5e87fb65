import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, symlinkSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Catalogue } from '../../../../src/main/dataset/catalogue.ts'
import { curateDataset } from '../../../../src/main/dataset/curation/curate-dataset.ts'
import { inspectHeader } from '../../../../src/main/dataset/dataset-format.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { recoverDataset } from '../../../../src/main/dataset/recover.ts'
import { logPath } from '../../../../src/main/dataset/log-path.ts'
import { isBeingWritten, lockForWriting } from '../../../../src/main/dataset/single-writer-lock.ts'
import { STEP_LIMIT, recordEpisode, refusalCode, temporaryFolder } from '../synthetic.ts'
import { append, open, recordingAt } from './recording-at.ts'

/** A symbolic link of another name in another folder. */
function linkTo(path: string): string {
  const link = join(temporaryFolder(), 'link.forager')
  symlinkSync(path, link)
  return link
}

/** The recording goes on as if nobody had looked at it. */
function expectWholeEpisode(path: string, recorder: ReturnType<typeof recordingAt>['recorder']): void {
  append(recorder, 21, 40)
  recorder.endEpisode(STEP_LIMIT, Uint8Array.of(2))
  recorder.close()
  const reader = new DatasetReader(path)
  expect(reader.trainingEpisode(2)).toMatchObject({ steps: 40, endReason: 'step-limit' })
  reader.close()
}

test('whoever looks at a recording through a symbolic link leaves it alone', () => {
  const { path, recorder } = recordingAt(20)
  const link = linkTo(path)
  expect(recoverDataset(link)).toBeNull()
  expect(isBeingWritten(link)).toBe(true)
  expect(refusalCode(() => open(link))).toBe('dataset-in-use')
  expectWholeEpisode(path, recorder)
})

test('a link in the datasets folder shows its recording as one that goes on', () => {
  const { path, recorder } = recordingAt(20)
  const home = temporaryFolder()
  mkdirSync(join(home, 'datasets'))
  symlinkSync(path, join(home, 'datasets', 'link.forager'))
  const catalogue = new Catalogue(home)
  expect(catalogue.refresh().map(({ state, problem }) => [state, problem])).toEqual([['recording', null]])
  append(recorder, 21, 22)
  recorder.close()
  expect(catalogue.refresh()).toMatchObject([{ state: 'unfinished', problem: null }])
  catalogue.close()
})

test('a recording through a link is known under the name of the file', () => {
  const path = join(temporaryFolder(), 'a.forager')
  open(path).close()
  const link = linkTo(path)
  const recorder = open(link)
  expect(refusalCode(() => open(path))).toBe('dataset-in-use')
  recordEpisode(recorder, 10)
  recorder.close()
  expect([readdirSync(dirname(path)), readdirSync(dirname(link))]).toEqual([['a.forager'], ['link.forager']])
  open(path).close()
})

test('a link to a folder, a link to nothing and a link in a circle have a lock of their own name', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'real'))
  symlinkSync(join(folder, 'real'), join(folder, 'linked'))
  const held = lockForWriting(join(folder, 'linked', 'new.forager'))
  expect(refusalCode(() => lockForWriting(join(folder, 'real', 'new.forager')))).toBe('dataset-in-use')
  held.release()
  symlinkSync(join(folder, 'nothing'), join(folder, 'dangling.forager'))
  symlinkSync(join(folder, 'circle.forager'), join(folder, 'circle.forager'))
  for (const name of ['dangling.forager', 'circle.forager']) {
    const lock = lockForWriting(join(folder, name))
    expect(existsSync(join(folder, `.${name}.lock`))).toBe(true)
    lock.release()
  }
})

test('a file with a second name is read, and written under neither', async () => {
  const { path, recorder } = recordingAt(20)
  recorder.endEpisode(STEP_LIMIT, Uint8Array.of(2))
  recorder.close()
  const second = join(temporaryFolder(), 'b.forager')
  linkSync(path, second)
  for (const name of [path, second]) {
    expect(refusalCode(() => open(name))).toBe('dataset-linked')
    const exclude = curateDataset(name, { kind: 'exclude', episodes: [1] }, '')
    await expect(exclude).rejects.toMatchObject({ problem: { code: 'dataset-linked' } })
    expect(readdirSync(dirname(name))).toHaveLength(1)
    const reader = new DatasetReader(name)
    expect(reader.totals()).toMatchObject({ episodes: 2, transitions: 120 })
    reader.close()
  }
})

test('a second name that a recording gets meanwhile does not let anyone close its episode', () => {
  const { path, recorder } = recordingAt(20)
  const second = join(temporaryFolder(), 'b.forager')
  linkSync(path, second)
  // So that the file itself has the open episode, as after any checkpoint.
  const other = new Database(path)
  other.pragma('wal_checkpoint(PASSIVE)')
  other.close()
  expect(recoverDataset(second)).toBeNull()
  expectWholeEpisode(path, recorder)
})

test('the log of a dataset is found through a link', () => {
  const { path, recorder } = recordingAt(20)
  const link = linkTo(path)
  expect(logPath(link)).toBe(logPath(path))
  expect(existsSync(logPath(link))).toBe(true)
  const copy = join(temporaryFolder(), 'a.forager')
  copyFileSync(path, copy)
  copyFileSync(logPath(path), logPath(copy))
  recorder.close()
  // As a power cut in the middle of a checkpoint leaves it: the log completes the file.
  truncateSync(copy, 4096)
  inspectHeader(copy)
  inspectHeader(linkTo(copy))
})
