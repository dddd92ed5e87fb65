import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, parse, resolve } from 'node:path'
import type { DatasetImportOrder, ExportOrder, ExportReport, ImportReport } from '../contract/exchange.ts'
import type {
  ExchangeJob,
  ExportRoom,
  ExportStart,
  ExportSurvey,
  ImportLook,
  ImportPreview,
  ImportStart,
} from '../contract/exchange-job.ts'
import { problemOf, refusal } from '../contract/problem.ts'
import type { ExchangeService } from './api/services.ts'
import type { Datasets } from './dataset-service.ts'
import { refuseMissingFolder } from './dataset/dataset-format.ts'
import { ExchangeHistory, afterTheEnd } from './exchange-history.ts'
import { exporterOf } from './formats/export-dataset.ts'
import { freeBytes } from './platform/disk.ts'
import { refuseExisting } from './platform/new-path.ts'
import { Watched } from './platform/watched.ts'
import { wholePath } from './platform/whole-path.ts'
import type { ExchangeProcesses } from './workers/exchange-process.ts'

type Order = { export: ExportOrder } | { import: DatasetImportOrder }

/** Jobs that are over are forgotten beyond this many. */
const MOST_JOBS = 50

/** The exports and imports of the station, one at a time. They go on whatever the window does, and are listed until dismissed. */
export class Exchange implements ExchangeService {
  readonly jobs: Watched<ExchangeJob[]>
  readonly #history: ExchangeHistory
  readonly #folder: string
  readonly #datasets: Datasets
  readonly #processes: ExchangeProcesses
  readonly #orders = new Map<string, Order>()
  #running: { id: string; abort: AbortController; done: Promise<void> } | null = null
  #closed = false

  /** Exports are offered a place in `HOME/exports`; imports become datasets of the station. */
  constructor(home: string, datasets: Datasets, processes: ExchangeProcesses) {
    this.#folder = join(home, 'exports')
    this.#datasets = datasets
    this.#processes = processes
    this.#history = new ExchangeHistory(home)
    this.jobs = new Watched(this.#history.read())
  }

  /** What a person must know of the list of jobs; null when all is well. */
  get notice(): string | null {
    return this.#history.notice
  }

  async survey(id: string): Promise<ExportSurvey> {
    return { ...(await this.#processes.survey(this.#pathOf(id))), folder: this.#folder }
  }

  room(out: string): ExportRoom {
    try {
      const path = wholePath(out, 'written')
      this.#makeOwnFolder(path)
      refuseMissingFolder(path)
      refuseExisting(path)
      return { freeBytes: freeBytes(dirname(path)), problem: null, free: null }
    } catch (error) {
      const problem = problemOf(error)
      return { freeBytes: null, problem, free: problem.code === 'target-exists' ? freePath(out) : null }
    }
  }

  /** Refuses what can be refused before it begins; the rest is told by the job. */
  startExport({ id, format, actions, out }: ExportStart): ExchangeJob {
    const { label } = exporterOf(format)
    const path = wholePath(out, 'written')
    this.#makeOwnFolder(path)
    refuseMissingFolder(path)
    refuseExisting(path)
    this.#refuseSameTarget(path)
    const dataset = this.#pathOf(id)
    const name = this.#datasets.find(id)?.name ?? basename(dataset)
    return this.#add(
      { export: { path: dataset, format, out: path, actions } },
      { kind: 'export', name, format: label, out: path },
    )
  }

  look(look: ImportLook): Promise<ImportPreview> {
    return this.#processes.look({ ...look, path: wholePath(look.path, 'imported') })
  }

  startImport({ path: typed, name, world, stepPeriodS }: ImportStart): ExchangeJob {
    const path = wholePath(typed, 'imported')
    const out = join(this.#datasets.folder, `${name}.forager`)
    refuseExisting(out)
    this.#refuseSameTarget(out)
    const order = { path, out, format: null, world, stepPeriodS, stepsPerEpisode: null }
    return this.#add({ import: order }, { kind: 'import', name: basename(path), format: '', out })
  }

  /** Ends a job that waits or runs; nothing is left of what it wrote. */
  cancel(id: string): void {
    if (this.#running?.id === id) return this.#running.abort.abort()
    if (!this.#orders.delete(id)) return
    this.#change(id, { state: 'cancelled' })
  }

  /** Takes the line of a job that is over off the list. */
  forget(id: string): void {
    this.#set(this.jobs.current().filter((job) => job.id !== id || job.state === 'waiting' || job.state === 'running'))
  }

  /** Ends what runs; it and what waits are listed as interrupted when the station is started again. */
  async close(): Promise<void> {
    this.#closed = true
    this.#orders.clear()
    this.#running?.abort.abort()
    await this.#running?.done
    this.#set(this.jobs.current().map(afterTheEnd))
  }

  #pathOf(id: string): string {
    const found = this.#datasets.find(id)
    if (found) return found.path
    throw refusal(
      'dataset-missing',
      'This dataset is no longer in the list. Nothing was written.',
      'Choose another one.',
    )
  }

  #makeOwnFolder(path: string): void {
    if (dirname(path) === resolve(this.#folder)) mkdirSync(this.#folder, { recursive: true })
  }

  #refuseSameTarget(out: string): void {
    const busy = this.jobs
      .current()
      .some((job) => job.out === out && (job.state === 'waiting' || job.state === 'running'))
    if (!busy) return
    throw refusal('target-in-use', `${out} is being written already.`, 'Wait for it, or name another path.')
  }

  #add(order: Order, about: Pick<ExchangeJob, 'kind' | 'name' | 'format' | 'out'>): ExchangeJob {
    const job: ExchangeJob = {
      id: randomUUID(),
      ...about,
      state: 'waiting',
      progress: null,
      result: null,
      problem: null,
    }
    this.#orders.set(job.id, order)
    this.#set([job, ...this.jobs.current()].slice(0, MOST_JOBS))
    this.#next()
    return job
  }

  #next(): void {
    const [next] = this.#orders
    if (this.#closed || this.#running !== null || next === undefined) return
    const [id, order] = next
    this.#orders.delete(id)
    const abort = new AbortController()
    const done = this.#run(id, order, abort.signal).finally(() => {
      this.#running = null
      this.#next()
    })
    this.#running = { id, abort, done }
  }

  async #run(id: string, order: Order, signal: AbortSignal): Promise<void> {
    this.#change(id, { state: 'running' })
    const seams = { progress: (progress: ExchangeJob['progress']) => this.#change(id, { progress }), signal }
    try {
      const report =
        'export' in order
          ? await this.#processes.export(order.export, seams)
          : await this.#processes.import(order.import, seams)
      // Listed before it is told, so that a line about it and the list agree.
      if ('import' in order) await this.#datasets.refresh()
      this.#change(id, { state: 'done', result: resultOf(report) })
    } catch (error) {
      // A person cancels; the end of the station interrupts.
      if (signal.aborted && this.#closed) return
      if (signal.aborted) this.#change(id, { state: 'cancelled' })
      else this.#change(id, { state: 'failed', problem: problemOf(error) })
    }
  }

  #change(id: string, change: Partial<ExchangeJob>): void {
    this.#set(this.jobs.current().map((job) => (job.id === id ? { ...job, ...change } : job)))
  }

  #set(jobs: ExchangeJob[]): void {
    this.jobs.set(jobs)
    this.#history.write(jobs)
  }
}

function resultOf(report: ExportReport | ImportReport): ExchangeJob['result'] {
  const { episodes, transitions, bytes } = report
  return { episodes, transitions, bytes, sound: 'check' in report ? report.check.ok : null }
}

/** `data.csv` taken: `data-2.csv`, `data-3.csv`, ...; a version counts up, `data-v1`. The first of them that is free. */
function freePath(taken: string): string {
  const { dir, name, ext } = parse(taken)
  const [, stem = `${name}-`, version = '1'] = /^(.*-v)(\d+)$/.exec(name) ?? []
  for (let number = Number(version) + 1; ; number++) {
    const path = join(dir, `${stem}${number}${ext}`)
    if (!existsSync(path)) return path
  }
}
