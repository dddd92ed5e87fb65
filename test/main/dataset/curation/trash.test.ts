import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { Trash } from '../../../../src/main/dataset/curation/trash.ts'
import { BOX, recordEpisode, refusalCode, sheet, temporaryFolder } from '../synthetic.ts'

function recorded(): { folder: string; path: string; bytes: Buffer; trash: Trash } {
  const folder = temporaryFolder()
  const path = join(folder, 'a.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100)
  recorder.close()
  return { folder, path, bytes: readFileSync(path), trash: new Trash(folder) }
}

/** The trash keeps its lock. */
const entriesOf = (folder: string): string[] => readdirSync(join(folder, '.trash')).filter((name) => name !== '.lock')

test('a dataset goes into the trash and comes back byte for byte', () => {
  const { folder, path, bytes, trash } = recorded()
  const entry = trash.put(path)
  expect(entry).toMatchObject({ kind: 'dataset', name: 'a', originalPath: path, bytes: bytes.length })
  expect(existsSync(path)).toBe(false)
  expect(trash.list()).toEqual([entry])
  trash.restore(entry.id)
  expect(readFileSync(path)).toEqual(bytes)
  expect(trash.list()).toEqual([])
  expect(entriesOf(folder)).toEqual([])
})

test('a dataset that is being recorded, one from elsewhere and a missing one are refused and stay', () => {
  const { folder, path, trash } = recorded()
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  expect(refusalCode(() => trash.put(path))).toBe('dataset-in-use')
  recorder.close()
  expect(refusalCode(() => new Trash(temporaryFolder()).put(path))).toBe('dataset-elsewhere')
  expect(refusalCode(() => trash.put(join(folder, 'none.forager')))).toBe('dataset-missing')
  expect(refusalCode(() => trash.restore('none'))).toBe('not-in-trash')
  expect(existsSync(path)).toBe(true)
})

test('restoring never overwrites what has that name now; erasing is the only end', () => {
  const { path, bytes, trash } = recorded()
  const { id } = trash.put(path)
  writeFileSync(path, 'another one')
  expect(refusalCode(() => trash.restore(id))).toBe('name-taken')
  expect(readFileSync(path, 'utf8')).toBe('another one')
  expect(trash.list()[0]?.bytes).toBe(bytes.length)
  trash.erase(id)
  expect(trash.list()).toEqual([])
  expect(readFileSync(path, 'utf8')).toBe('another one')
})

test('a dataset whose process died is healed before it is put away, and one that cannot be opened goes as it is', () => {
  const { folder, path, trash } = recorded()
  writeFileSync(join(folder, 'broken.forager'), 'no dataset')
  const { id } = trash.put(join(folder, 'broken.forager'))
  trash.restore(id)
  expect(readFileSync(join(folder, 'broken.forager'), 'utf8')).toBe('no dataset')
  const entry = trash.put(path)
  trash.restore(entry.id)
  const reader = new DatasetReader(path)
  expect(reader.totals().transitions).toBe(100)
  reader.close()
})

/** Every moment at which a crash can cut a move: the note is written first, then the file is renamed, then its log. */
test('a crash at any moment leaves the dataset whole, in one of the two places', () => {
  const note = (path: string, id: string, restoring: boolean) =>
    JSON.stringify({ id, kind: 'dataset', name: 'a', originalPath: path, trashedAt: 5, restoring })
  const scene = (restoring: boolean, inTrash: boolean, logInTrash: boolean | null) => {
    const { folder, path, bytes, trash } = recorded()
    const here = join(folder, '.trash', 'x')
    mkdirSync(here, { recursive: true })
    writeFileSync(join(here, 'about.json'), note(path, 'x', restoring))
    if (inTrash) renameSync(path, join(here, 'a.forager'))
    if (logInTrash !== null) writeFileSync(logInTrash ? join(here, 'a.forager-wal') : `${path}-wal`, 'log')
    const listed = new Trash(folder).list()
    const place = existsSync(path) ? path : join(here, 'a.forager')
    expect(readFileSync(place)).toEqual(bytes)
    expect(existsSync(path)).toBe(listed.length === 0)
    if (logInTrash !== null) expect(readFileSync(`${place}-wal`, 'utf8')).toBe('log')
    if (listed.length > 0) trash.restore('x')
    expect(readFileSync(path)).toEqual(bytes)
    expect(entriesOf(folder)).toEqual([])
  }
  for (const restoring of [false, true])
    for (const inTrash of [false, true]) {
      scene(restoring, inTrash, null)
      // The log is behind its file only when the move came that far.
      scene(restoring, inTrash, restoring ? true : inTrash ? false : false)
    }
})

test('what is in the folder but not of the trash is left alone', () => {
  const { folder, trash } = recorded()
  mkdirSync(join(folder, '.trash', 'mine'), { recursive: true })
  writeFileSync(join(folder, '.trash', 'mine', 'letter.txt'), 'dear')
  expect(trash.list()).toEqual([])
  expect(readFileSync(join(folder, '.trash', 'mine', 'letter.txt'), 'utf8')).toBe('dear')
})

test('a folder of the trash that holds anything else is never erased, not even with its note', () => {
  const { folder, path, trash } = recorded()
  const { id } = trash.put(path)
  const here = join(folder, '.trash', id)
  renameSync(join(here, 'a.forager'), join(here, 'mine.forager'))
  expect(trash.list()).toEqual([])
  expect(readdirSync(here).sort()).toEqual(['about.json', 'mine.forager'])
  renameSync(join(here, 'mine.forager'), join(here, 'a.forager'))
  expect(trash.list()).toHaveLength(1)
})

test('erasing takes all of it, also what lies beside the dataset', () => {
  const { folder, path, trash } = recorded()
  const { id } = trash.put(path)
  writeFileSync(join(folder, '.trash', id, 'a.forager-wal'), 'log')
  trash.erase(id)
  expect(entriesOf(folder)).toEqual([])
})

test.skipIf(process.getuid?.() === 0)(
  'a trash that may only be read is listed, and says that it cannot be written',
  () => {
    const { folder, path, trash } = recorded()
    const entry = trash.put(path)
    for (const locked of [true, false]) {
      if (!locked) rmSync(join(folder, '.trash', '.lock'))
      else chmodSync(join(folder, '.trash', '.lock'), 0o400)
      chmodSync(join(folder, '.trash'), 0o500)
      expect(trash.list()).toEqual([entry])
      expect(refusalCode(() => trash.restore(entry.id))).toBe('trash-unusable')
      chmodSync(join(folder, '.trash'), 0o700)
    }
  },
)
