import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ExchangeJob } from '../../../src/contract/exchange-job.ts'
import { Datasets } from '../../../src/main/dataset-service.ts'
import { forkProcess } from '../../../src/main/platform/own-process.ts'
import { ExchangeProcesses } from '../../../src/main/workers/exchange-process.ts'
import { Exchange } from '../../../src/main/exchange-service.ts'
import { refusalCode, temporaryFolder } from '../dataset/synthetic.ts'
import { contentOf, recordRandom } from '../formats/datasets-of-all-kinds.ts'

/** A station's datasets with one in them, and its exports and imports. */
async function open(): Promise<{ home: string; exchange: Exchange; datasets: Datasets; id: string }> {
  const home = temporaryFolder()
  mkdirSync(join(home, 'datasets'))
  recordRandom(join(home, 'datasets/given.forager'), { kind: 'arm', seed: 1, episodes: 30, longest: 50 })
  const datasets = await Datasets.open(home)
  const exchange = new Exchange(home, datasets, new ExchangeProcesses(forkProcess))
  onTestFinished(async () => {
    await exchange.close()
    await datasets.close()
  })
  return { home, exchange, datasets, id: datasets.list.current()[0]!.id }
}

const jobOf = (exchange: Exchange, { id }: ExchangeJob): ExchangeJob =>
  exchange.jobs.current().find((job) => job.id === id)!

async function ended(exchange: Exchange, job: ExchangeJob): Promise<ExchangeJob> {
  await expect.poll(() => jobOf(exchange, job).state).toMatch(/done|failed|cancelled/)
  return jobOf(exchange, job)
}

test('a dataset goes out and comes in again as jobs that tell what became of them', async () => {
  const { home, exchange, datasets, id } = await open()
  const survey = await exchange.survey(id)
  expect(survey).toMatchObject({ episodes: 30, folder: join(home, 'exports') })
  expect(survey.formats.map(({ format }) => format)).toContain('parquet')
  for (const { bytes, losses } of survey.formats) {
    expect(bytes).toBeGreaterThan(10_000)
    expect(losses.policy.length).toBeGreaterThan(0)
  }

  const versioned = survey.formats.find(({ format }) => format === 'minari')?.name ?? ''
  expect(versioned).toMatch(/-v0$/)
  mkdirSync(join(survey.folder, versioned), { recursive: true })
  expect(exchange.room(join(survey.folder, versioned)).free).toBe(join(survey.folder, versioned.replace(/0$/, '1')))

  const out = join(survey.folder, 'given.parquet')
  expect(exchange.room(out)).toMatchObject({ problem: null, free: null })
  const job = exchange.startExport({ id, format: 'parquet', actions: 'policy', out })
  expect(refusalCode(() => exchange.startExport({ id, format: 'csv', actions: 'policy', out }))).toBe('target-in-use')
  const { episodes, transitions } = survey
  const done = await ended(exchange, job)
  expect(done).toMatchObject({ state: 'done', format: 'Parquet table', result: { episodes, transitions, sound: null } })
  expect(exchange.room(out)).toMatchObject({ free: join(survey.folder, 'given-2.parquet') })
  expect(exchange.room(out).problem?.code).toBe('target-exists')

  const look = { path: out, world: null, stepPeriodS: null }
  const seen = await exchange.look(look)
  expect(seen).toMatchObject({
    format: 'parquet',
    world: 'panda',
    episodes,
    transitions,
    stepPeriodS: 0.05,
    beliefs: [],
  })
  expect(seen.observation[0]).toEqual({ name: 'q1', unit: 'rad' })
  const taken = await ended(exchange, exchange.startImport({ ...look, name: 'back' }))
  expect(taken).toMatchObject({ kind: 'import', state: 'done', result: { episodes, transitions } })
  expect(datasets.list.current().map(({ name }) => name)).toContain('back')
  const [before, after] = ['given', 'back'].map((name) => contentOf(join(home, `datasets/${name}.forager`)).episodes)
  expect(after).toEqual(before)

  exchange.forget(job.id)
  expect(exchange.jobs.current().map(({ kind }) => kind)).toEqual(['import'])
})

test('one that waits and one that runs are cancelled, and leave nothing', async () => {
  const { home, exchange, id } = await open()
  const [first, second] = ['a', 'b'].map((name) =>
    exchange.startExport({ id, format: 'lerobot', actions: 'sent', out: join(home, 'exports', name) }),
  ) as [ExchangeJob, ExchangeJob]
  expect(jobOf(exchange, second).state).toBe('waiting')
  exchange.cancel(second.id)
  expect(jobOf(exchange, second).state).toBe('cancelled')
  exchange.cancel(first.id)
  expect((await ended(exchange, first)).state).toBe('cancelled')
  expect(readdirSync(join(home, 'exports'))).toEqual([])
})

/** The same station, started again. */
async function reopened(home: string): Promise<Exchange> {
  const datasets = await Datasets.open(home)
  const again = new Exchange(home, datasets, new ExchangeProcesses(forkProcess))
  onTestFinished(async () => {
    await again.close()
    await datasets.close()
  })
  return again
}

test('the list outlives the station: with results, with what was interrupted, without what was dismissed', async () => {
  const { home, exchange, datasets, id } = await open()
  const order = { id, format: 'lerobot', actions: 'policy' as const }
  const start = (name: string): ExchangeJob => exchange.startExport({ ...order, out: join(home, 'exports', name) })
  const done = await ended(exchange, start('a'))
  const dismissed = await ended(exchange, start('b'))
  exchange.forget(dismissed.id)
  const [running, waiting] = [start('c'), start('d')]
  await exchange.close()
  await datasets.close()
  expect(readdirSync(join(home, 'exports')).toSorted()).toEqual(['a', 'b'])

  const again = await reopened(home)
  expect(again.notice).toBeNull()
  expect(again.jobs.current().map(({ id: each }) => each)).toEqual([waiting.id, running.id, done.id])
  expect(jobOf(again, done)).toEqual({ ...done, progress: null })
  expect(jobOf(again, waiting)).toMatchObject({ state: 'interrupted', problem: { code: 'exchange-interrupted' } })
  expect(jobOf(again, waiting).problem?.message).toMatch(/Nothing was written/)
  expect(jobOf(again, running).problem?.message).toMatch(/Nothing is left of it/)
  again.cancel(running.id)
  again.forget(running.id)
  expect(again.jobs.current().map(({ id: each }) => each)).toEqual([waiting.id, done.id])
})

test('what a killed station has left of a job is named with its size', async () => {
  const { home, exchange, datasets, id } = await open()
  const out = join(home, 'exports/a.csv')
  const job = exchange.startExport({ id, format: 'csv', actions: 'policy', out })
  // As the disk is when the process is killed just now: its list says that the job runs.
  const list = readFileSync(join(home, 'exchange-jobs.json'))
  await ended(exchange, job)
  await exchange.close()
  await datasets.close()
  writeFileSync(join(home, 'exchange-jobs.json'), list)

  expect(jobOf(await reopened(home), job).problem?.message).toMatch(/ended just after .*a\.csv was whole/)
  writeFileSync(join(home, 'exchange-jobs.json'), list)
  renameSync(out, `${out}.partial`)
  const { state, problem } = jobOf(await reopened(home), job)
  expect(state).toBe('interrupted')
  expect(problem?.message).toContain(`${out}.partial (${statSync(`${out}.partial`).size} bytes) is left`)
  expect(problem?.tip).toMatch(/Begin the export again/)
})

test('a damaged list is kept aside, and the station says so', async () => {
  const { home } = await open()
  writeFileSync(join(home, 'exchange-jobs.json'), '[{"id":')
  const again = await reopened(home)
  expect(again.jobs.current()).toEqual([])
  expect(again.notice).toMatch(/exchange-jobs\.json could not be read and is kept as .*exports and imports/)
})

test('what cannot be is refused before it begins, and what fails says why', async () => {
  const { home, exchange, id } = await open()
  const order = { id, format: 'csv', actions: 'policy' as const }
  expect(refusalCode(() => exchange.startExport({ ...order, out: 'here.csv' }))).toBe('path-not-whole')
  expect(refusalCode(() => exchange.startExport({ ...order, out: join(home, 'none/a.csv') }))).toBe('folder-missing')
  expect(refusalCode(() => exchange.startExport({ ...order, out: home }))).toBe('target-exists')
  expect(refusalCode(() => exchange.startExport({ ...order, id: 'no', out: join(home, 'a.csv') }))).toBe(
    'dataset-missing',
  )
  const look = { path: join(home, 'datasets/given.forager'), world: null, stepPeriodS: null }
  await expect(exchange.look(look)).rejects.toThrow(/in no format that a dataset can be made of/)
  const failed = await ended(exchange, exchange.startImport({ ...look, name: 'new' }))
  expect(failed).toMatchObject({ state: 'failed', problem: { code: 'import-unknown' } })
  expect(existsSync(join(home, 'datasets/new.forager'))).toBe(false)
})
