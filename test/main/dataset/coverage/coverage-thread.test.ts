import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DatasetCoverage, PassNews, PassProgress } from '../../../../src/contract/dataset-coverage.ts'
import { passNews } from '../../../../src/main/api/pass-news.ts'
import { startReader } from '../../../../src/main/dataset/reader-client.ts'
import type { ReaderClient } from '../../../../src/main/dataset/reader-client.ts'
import { ReaderService } from '../../../../src/main/dataset/reader-service.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { recordGiven } from '../given-dataset.ts'
import { BOX, fillRow, recordEpisode, sheet, temporaryFolder } from '../synthetic.ts'

const EPISODES = 300

/** A station's home with two datasets of the arm and one of another world. */
function home(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'datasets'))
  const path = (name: string): string => join(folder, 'datasets', `${name}.forager`)
  const episodes = Array.from({ length: EPISODES }, (_, i) => ({
    steps: 100,
    fill: (row: Parameters<typeof fillRow>[0], t: number) => fillRow(row, i, t),
  }))
  recordGiven(path('long'), episodes, { id: 'long' })
  recordGiven(path('short'), episodes.slice(0, 3), { id: 'short' })
  const other = { observation: [{ name: 'z', unit: 'm' }], action: [{ name: 'a', unit: 'N m', scale: 1 }] }
  const bare = [{ steps: 9, fill: () => undefined }]
  recordGiven(path('other'), bare, { id: 'other', world: 'Hopper-v1', ...other })
  return folder
}

async function reader(): Promise<ReaderClient> {
  const client = startReader(home())
  onTestFinished(() => client.close())
  await client.list()
  return client
}

const watch = (progress: (progress: PassProgress) => void = () => undefined) => {
  const stop = new AbortController()
  return { stop, signal: stop.signal, progress }
}

test('a long measurement tells its progress and does not keep others waiting', async () => {
  const client = await reader()
  const told: PassProgress[] = []
  const order: string[] = []
  const measured = client
    .coverage(
      ['long'],
      watch((progress) => told.push(progress)),
    )
    .then((coverages) => {
      order.push('coverage')
      return coverages
    })
  await client.detail('short').then(() => order.push('detail'))
  const [coverage] = (await measured)!
  expect(order).toEqual(['detail', 'coverage'])
  expect(coverage).toMatchObject({ id: 'long', episodes: EPISODES, transitions: 100 * EPISODES })
  expect(told.at(-1)).toEqual({ done: 100 * EPISODES, of: 100 * EPISODES, etaS: 0 })
})

test('the second look reads nothing: progress is told of a pass, and there is none', async () => {
  const client = await reader()
  const first = await client.coverage(['long'], watch())
  const told: PassProgress[] = []
  expect(
    await client.coverage(
      ['long'],
      watch((progress) => told.push(progress)),
    ),
  ).toEqual(first)
  expect(told).toEqual([])
  const [long, short] = (await client.coverage(
    ['long', 'short'],
    watch((progress) => told.push(progress)),
  ))!
  expect([long!.id, short!.id]).toEqual(['long', 'short'])
  // Only the short one was read, as the last part of both.
  const of = 100 * (EPISODES + 3)
  expect(new Set(told.map(({ done }) => done > 100 * EPISODES))).toEqual(new Set([true]))
  expect(told.at(-1)).toEqual({ done: of, of, etaS: 0 })
})

test('who gives up gets nothing, and the next one measures whole', async () => {
  const client = await reader()
  const mine = watch(() => mine.stop.abort())
  const given = client.coverage(['long'], mine)
  // Two at once: the second waits for its turn and is not harmed by the first one's leaving.
  const [second] = (await client.coverage(['long'], watch()))!
  expect(await given).toBeNull()
  expect(second!.episodes).toBe(EPISODES)
  const early = watch()
  early.stop.abort()
  expect(await client.coverage(['short'], early)).toBeNull()
})

test('of what is given up nothing is kept', async () => {
  const service = new ReaderService(home())
  onTestFinished(() => service.close())
  service.list()
  const passes = async (): Promise<number> => {
    let told = 0
    await service.coverage(
      ['long'],
      watch(() => told++),
    )
    return told
  }
  const mine = watch(() => mine.stop.abort())
  expect(await service.coverage(['long'], mine)).toBeNull()
  expect(await passes()).toBeGreaterThan(0)
  expect(await passes()).toBe(0)
})

test('the reach of the arm in its box is that of the figures', async () => {
  const client = await reader()
  const [coverage] = (await client.coverage(['short'], watch()))!
  expect(await client.reach()).toEqual({
    cellsTotal: 14 * 20 * 17,
    cellsWithinReach: coverage!.workspace!.cellsWithinReach,
  })
})

test('an unknown dataset and two without a common scale are refused', async () => {
  const client = await reader()
  await expect(client.coverage(['nothing'], watch())).rejects.toMatchObject({ problem: { code: 'dataset-unknown' } })
  await expect(client.coverage(['short', 'other'], watch())).rejects.toMatchObject({
    problem: { code: 'not-comparable' },
  })
})

test('an episode that is added makes it another content', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'datasets'))
  const path = join(folder, 'datasets', 'a.forager')
  const recorder = openRecording({ path, sheet: sheet({ id: 'a' }), box: BOX })
  recordEpisode(recorder, 20)
  recorder.flush()
  const service = new ReaderService(folder)
  service.list()
  const [before] = (await service.coverage(['a'], watch()))!
  recordEpisode(recorder, 30)
  recorder.flush()
  const [after] = (await service.coverage(['a'], watch()))!
  expect([before!.transitions, after!.transitions]).toEqual([20, 50])
  recorder.close()
  service.close()
})

async function all(news: AsyncGenerator<PassNews<DatasetCoverage[]>>): Promise<PassNews<DatasetCoverage[]>[]> {
  const list = []
  for await (const each of news) list.push(each)
  return list
}

test('a subscriber hears of progress, then of the result; leaving ends the measurement', async () => {
  const client = await reader()
  const heard = await all(passNews((watch) => client.coverage(['long'], watch), undefined))
  expect(heard.at(-1)).toMatchObject({ kind: 'done', value: [{ id: 'long' }] })
  expect(new Set(heard.slice(0, -1).map(({ kind }) => kind))).toEqual(new Set(['progress']))
  await expect(all(passNews((watch) => client.coverage(['nothing'], watch), undefined))).rejects.toMatchObject({
    problem: { code: 'dataset-unknown' },
  })
  const fresh = await reader()
  const leave = new AbortController()
  const left = []
  for await (const each of passNews((watch) => fresh.coverage(['long'], watch), leave.signal)) {
    left.push(each.kind)
    leave.abort()
  }
  expect(left).toEqual(['progress'])
})
