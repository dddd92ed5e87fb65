import { copyFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { IN_ORDER } from '../../../src/contract/dataset.ts'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { Catalogue } from '../../../src/main/dataset/catalogue.ts'
import { curateDataset } from '../../../src/main/dataset/curation/curate-dataset.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { startReader } from '../../../src/main/dataset/reader-client.ts'
import type { ReaderClient } from '../../../src/main/dataset/reader-client.ts'
import { BOX, recordEpisode, refusalCode, sheet, temporaryFolder } from './synthetic.ts'

function record(path: string, episodes: number, id: string): void {
  const recorder = openRecording({ path, sheet: sheet({ id, target: 200 }), box: BOX })
  for (let i = 0; i < episodes; i++) recordEpisode(recorder, 100)
  recorder.close()
}

function home(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'datasets'))
  record(join(folder, 'datasets', 'one.forager'), 1, 'one')
  record(join(folder, 'datasets', 'two.forager'), 2, 'two')
  return folder
}

function open(folder: string): Catalogue {
  const catalogue = new Catalogue(folder)
  onTestFinished(() => catalogue.close())
  return catalogue
}

function reader(folder: string): ReaderClient {
  const client = startReader(folder)
  onTestFinished(() => client.close())
  return client
}

const states = (catalogue: Catalogue): Record<string, string> =>
  Object.fromEntries(catalogue.refresh().map(({ name, state }) => [name, state]))

test('the list says what each file holds', () => {
  const list = open(home()).refresh()
  const facts = list.map(({ id, name, transitions, episodes, state }) => [id, name, transitions, episodes, state])
  expect(facts.sort()).toEqual([
    ['one', 'one', 100, 1, 'unfinished'],
    ['two', 'two', 200, 2, 'ready'],
  ])
})

test('files that appear, grow and go are followed', () => {
  const folder = home()
  const catalogue = open(folder)
  expect(states(catalogue)).toEqual({ one: 'unfinished', two: 'ready' })
  record(join(folder, 'datasets', 'one.forager'), 1, 'one')
  record(join(folder, 'datasets', 'three.forager'), 1, 'three')
  rmSync(join(folder, 'datasets', 'two.forager'))
  expect(states(catalogue)).toEqual({ one: 'ready', three: 'unfinished' })
})

test('an index of before that calls a full run unfinished because of what was left out is corrected', async () => {
  const folder = home()
  const path = join(folder, 'datasets', 'two.forager')
  await curateDataset(path, { kind: 'exclude', episodes: [1] }, '')
  const before = open(folder)
  const [two] = before.refresh().filter(({ name }) => name === 'two')
  expect(two).toMatchObject({ state: 'ready', transitions: 100, leftOutTransitions: 100 })
  before.close()
  const index = new Database(join(folder, 'catalogue.db'))
  const stale = JSON.stringify({ ...two, state: 'unfinished' })
  index.prepare('UPDATE dataset SET summary = ? WHERE path = ?').run(stale, path)
  index.close()
  expect(states(open(folder))).toEqual({ one: 'unfinished', two: 'ready' })
})

test('a damaged and a foreign file are listed as such and the others stay readable', () => {
  const folder = home()
  truncateSync(join(folder, 'datasets', 'one.forager'), 20_000)
  writeFileSync(join(folder, 'datasets', 'text.forager'), 'no dataset')
  const list = open(folder).refresh()
  const problems = Object.fromEntries(list.map(({ name, problem }) => [name, problem?.code ?? null]))
  expect(problems).toEqual({ one: 'dataset-damaged', text: 'not-a-dataset', two: null })
})

test('a dataset from elsewhere stays on the list, also when it goes missing', () => {
  const folder = home()
  const elsewhere = join(temporaryFolder(), 'far.forager')
  record(elsewhere, 1, 'far')
  const catalogue = open(folder)
  expect(catalogue.add(elsewhere)).toMatchObject({ id: 'far', state: 'unfinished' })
  expect(states(catalogue)).toEqual({ one: 'unfinished', two: 'ready', far: 'unfinished' })
  rmSync(elsewhere)
  expect(catalogue.find('far')).toMatchObject({
    state: 'missing',
    transitions: 100,
    problem: { code: 'dataset-missing' },
  })
})

test('what is not a dataset is not added', () => {
  const folder = home()
  const text = join(folder, 'text.forager')
  writeFileSync(text, 'no dataset')
  const catalogue = open(folder)
  expect(refusalCode(() => catalogue.add(text))).toBe('not-a-dataset')
  expect(refusalCode(() => catalogue.add(join(folder, 'none.forager')))).toBe('dataset-missing')
  expect(catalogue.refresh()).toHaveLength(2)
})

test('a copy of a file gets an id of its own', () => {
  const folder = home()
  copyFileSync(join(folder, 'datasets', 'one.forager'), join(folder, 'datasets', 'copy.forager'))
  const ids = open(folder)
    .refresh()
    .map(({ id }) => id)
  expect(new Set(ids).size).toBe(3)
})

test('a damaged index is made anew from the files', () => {
  const folder = home()
  new Catalogue(folder).close()
  writeFileSync(join(folder, 'catalogue.db'), Buffer.alloc(8192, 0x5a))
  expect(open(folder).refresh()).toHaveLength(2)
})

test('the reader thread answers by id and passes refusals on', async () => {
  const client = reader(home())
  const [first] = (await client.list()).filter(({ name }) => name === 'two')
  const id = first!.id
  const { rows, total } = await client.episodes({ id, sort: IN_ORDER, offset: 1, limit: 5 })
  expect([total, rows.map((row) => row.episode)]).toEqual([2, [2]])
  const none = await client.episodes({ id, sort: IN_ORDER, offset: 0, limit: 5, endReason: 'reflex' })
  expect(none).toEqual({ rows: [], total: 0 })
  expect((await client.episode(id, 2)).row.steps).toBe(100)
  const watch = { signal: new AbortController().signal, progress: () => undefined }
  expect(await client.check(id, watch)).toMatchObject({ ok: true, problems: [], episodes: 2 })
  await expect(client.episode(id, 9)).rejects.toMatchObject({ problem: { code: 'episode-missing' } })
  await expect(client.detail('none')).rejects.toMatchObject({ problem: { code: 'dataset-unknown' } })
})

test('a reader thread that has ended refuses instead of hanging', async () => {
  const client = startReader(home())
  await client.list()
  const refused = { problem: { code: 'reader-ended' } }
  const last = expect(client.list()).rejects.toMatchObject(refused)
  await client.close()
  await last
  await expect(client.list()).rejects.toMatchObject(refused)
})
