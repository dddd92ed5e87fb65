import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { CurvePoint, Job, TrainStart } from '../../contract/learner.ts'
import { problemOf, refusal } from '../../contract/problem.ts'
import { methodSchema } from '../../contract/world.ts'
import type { Method } from '../../contract/world.ts'
import { native } from '../platform/native.ts'
import { Watched } from '../platform/watched.ts'
import type { Feed } from '../platform/watched.ts'
import { checkpointInfo } from './checkpoint-file.ts'
import { CurveLog } from './curve-log.ts'
import { JobList } from './job-list.ts'
import { lastProbe } from './last-probe.ts'
import type { LastProbe } from './last-probe.ts'
import type { JobRecord } from './job-list.ts'
import { refuseUnknownMethod } from './method-check.ts'
import { refuseOutOfReach } from './task.ts'
import type { GoalBox } from './task.ts'
import type { TrainingHandle, TrainingOrder, TrainingReport, TrainingResult } from './training-order.ts'

/** Updates between two simulated episodes of the curve. */
export const EVALUATE_EVERY = 5000

/** What the queue needs from the station. */
export interface JobQueueSeams {
  /** The station's folder; jobs are listed and policies written below it. */
  home: string
  box: GoalBox
  cores: number
  /** A dataset of the catalogue; undefined when there is none of that id. */
  dataset(id: string): { path: string; name: string; explorer: string } | undefined
  /** True while an arm is being controlled: one core is then left to it. */
  armRuns(): boolean
  startTraining(order: TrainingOrder, report: (report: TrainingReport) => void): TrainingHandle
}

/** The job that has a thread. */
interface Running {
  id: string
  state: 'loading' | 'running' | 'stopping'
  handle: TrainingHandle
  updatesPerS: number | null
  /** It stands still in memory and keeps its place. */
  paused: boolean
}

/** What the policy folder says about a job; read once, then kept up by the running training's reports. */
interface Facts extends LastProbe {
  updates: number
  /** ms since the epoch; null before the first checkpoint. */
  checkpointAt: number | null
}

/**
 * Trainings that were asked for. They run one after another, because one training uses all the cores it may have.
 * A stopped training keeps its checkpoint and goes on exactly where it was when it is resumed.
 */
export class JobQueue {
  readonly #seams: JobQueueSeams
  readonly #list: JobList
  #records: JobRecord[]
  #running: Running | null = null
  #closed = false
  /** Newest rate of each learner and mode, for the time that waiting jobs will take. */
  readonly #rates = new Map<string, number>()
  readonly #facts = new Map<string, Facts>()
  /** Curves that somebody looked at, as in their files. */
  readonly #curves = new Map<string, CurvePoint[]>()
  readonly #change = new Watched(null)

  constructor(seams: JobQueueSeams) {
    this.#seams = seams
    this.#list = new JobList(join(seams.home, 'jobs.json'))
    this.#records = this.#list.load()
    this.#changed()
  }

  /** What a person is told about the list of jobs on disk; null when all is well. */
  get notice(): string | null {
    return this.#list.notice
  }

  /** All jobs, oldest first. */
  get jobs(): Feed<Job[]> {
    return { current: () => this.#describeAll(), onChange: (listener) => this.#change.onChange(listener) }
  }

  /** Queues a training. Refuses an unknown dataset, learner, mode or setting and a goal out of reach. */
  add(start: TrainStart): Job {
    const datasets = [start.dataset, ...(start.joined ?? [])].map((id) => this.#dataset(id))
    const [first, ...joined] = datasets.map(({ path }) => path)
    const explorer = [...new Set(datasets.map((dataset) => dataset.explorer))].join('+')
    refuseUnknownMethod(start.learner, start.mode, start.settings)
    if (start.task.kind === 'reach') refuseOutOfReach(start.task.goal, this.#seams.box)
    const id = `${explorer}-${start.learner}-s${start.seed}-${randomBytes(4).toString('hex')}`
    const record: JobRecord = {
      id,
      start,
      datasetName: datasets.map(({ name }) => name).join(' + '),
      datasetPath: first ?? '',
      joinedPaths: joined,
      explorer,
      policyPath: join(this.#seams.home, 'policies', id),
      createdAt: Date.now(),
      state: 'waiting',
      problem: null,
    }
    this.#records.push(record)
    this.#save()
    this.#next()
    return this.#describe(record)
  }

  /** Stops a training and keeps its checkpoint, or takes a waiting one out of the queue. Harmless when it has ended. */
  stop(id: string): void {
    const record = this.#find(id)
    if (this.#running?.id === id) {
      this.#running.state = 'stopping'
      this.#running.handle.stop()
      this.#changed()
    } else if (record.state === 'waiting') {
      record.state = 'stopped'
      this.#save()
    }
  }

  /** Holds the training that runs, in memory; it keeps its place and its checkpoint. Harmless when it is held already. */
  pause(id: string): void {
    const record = this.#find(id)
    if (this.#running?.id !== id)
      throw refusal(
        'job-not-running',
        `This training is ${record.state}; only one that runs can be paused.`,
        'Look at the list again.',
      )
    this.#running.handle.pause()
  }

  /** Lets a paused training go on. Puts a stopped or failed one back into the queue; it goes on from its checkpoint. */
  resume(id: string): void {
    const record = this.#find(id)
    if (this.#running?.id === id) {
      return this.#running.handle.resume()
    }
    if (record.state !== 'stopped' && record.state !== 'failed') {
      if (record.state === 'waiting') return
      throw refusal(
        'job-ended',
        `This training is ${record.state}; there is nothing to resume.`,
        'Add a new training instead.',
      )
    }
    record.state = 'waiting'
    record.problem = null
    this.#save()
    this.#next()
  }

  /** Takes a training that waits or has ended off the list. Its policy folder stays. */
  remove(id: string): void {
    const record = this.#find(id)
    if (this.#running?.id === id)
      throw refusal('job-active', 'This training runs.', 'Stop it first; its checkpoint is kept.')
    this.#records = this.#records.filter((each) => each !== record)
    this.#save()
  }

  /** Curve of one training from row `from` on. */
  curve(id: string, from = 0): CurvePoint[] {
    const { policyPath } = this.#find(id)
    const points = this.#curves.get(id) ?? new CurveLog(policyPath).read()
    this.#curves.set(id, points)
    return points.slice(from)
  }

  /** Learners that can be trained, with their modes and settings. */
  learners(): Method[] {
    return native.describeLearners().map((method) => methodSchema.parse(method))
  }

  /** Stops the running training, waits for its checkpoint and starts no other. */
  async close(): Promise<void> {
    this.#closed = true
    const running = this.#running
    if (!running) return
    running.handle.stop()
    await running.handle.result.catch(() => undefined)
  }

  #dataset(id: string): { path: string; name: string; explorer: string } {
    const dataset = this.#seams.dataset(id)
    if (dataset) return dataset
    throw refusal(
      'dataset-unknown',
      'That dataset is not in the list any more. Nothing was queued.',
      'Choose another one.',
    )
  }

  #find(id: string): JobRecord {
    const record = this.#records.find((each) => each.id === id)
    if (!record) throw refusal('job-unknown', 'That training is not in the list any more.', 'Look at the list again.')
    return record
  }

  #next(): void {
    if (this.#running || this.#closed) return
    const record = this.#records.find((each) => each.state === 'waiting')
    if (!record) return
    const running: Running = {
      id: record.id,
      state: 'loading',
      handle: this.#seams.startTraining(this.#order(record), (report) => this.#reported(record, report)),
      updatesPerS: null,
      paused: false,
    }
    this.#running = running
    this.#changed()
    running.handle.result.then(
      (result) => this.#ended(record, result),
      (error: unknown) => this.#ended(record, failedBy(error)),
    )
  }

  #order(record: JobRecord): TrainingOrder {
    const { task, learner, mode, settings, actions, seed, updates } = record.start
    const threads = this.#seams.armRuns() ? Math.max(1, this.#seams.cores - 1) : this.#seams.cores
    return {
      id: record.id,
      folder: record.policyPath,
      datasetPaths: [record.datasetPath, ...record.joinedPaths],
      task,
      learner,
      mode,
      settings,
      actions,
      seed,
      updates,
      resume: true,
      threads,
      evaluateEvery: EVALUATE_EVERY,
    }
  }

  #reported(record: JobRecord, report: TrainingReport): void {
    const running = this.#running
    if (report.type !== 'progress' || running?.id !== record.id) return
    if (running.state === 'loading') {
      running.state = 'running'
      // The run has just cut its curve file back to the checkpoint.
      this.#curves.delete(record.id)
    } else {
      // The file may have been read after the run wrote these points and before this news of them came.
      const curve = this.#curves.get(record.id)
      const last = curve?.at(-1)?.update ?? -1
      curve?.push(...report.points.filter((point) => point.update > last))
    }
    running.paused = report.paused
    running.updatesPerS = report.paused ? null : report.updatesPerS
    const facts = this.#factsOf(record)
    facts.updates = report.update
    facts.checkpointAt = report.checkpointAt
    const probed = lastProbe(report.points)
    facts.closestM = probed.closestM ?? facts.closestM
    facts.episodeReturn = probed.episodeReturn ?? facts.episodeReturn
    this.#changed()
  }

  #ended(record: JobRecord, result: TrainingResult): void {
    const rate = this.#running?.updatesPerS
    if (rate) this.#rates.set(rateKey(record), rate)
    this.#running = null
    this.#facts.delete(record.id)
    this.#curves.delete(record.id)
    record.state = result.end
    record.problem = result.problem
    try {
      this.#save()
    } catch (error) {
      // The policy folder has its own truth; only the list on disk is behind until the next save.
      record.problem ??= problemOf(error)
      this.#changed()
    }
    this.#next()
  }

  #save(): void {
    this.#list.save(this.#records)
    this.#changed()
  }

  #changed(): void {
    this.#change.set(null)
  }

  #describeAll(): Job[] {
    return this.#records.map((record) => this.#describe(record))
  }

  #factsOf(record: JobRecord): Facts {
    const known = this.#facts.get(record.id)
    if (known) return known
    const checkpoint = checkpointInfo(record.policyPath)
    const facts = {
      updates: checkpoint?.updates ?? 0,
      checkpointAt: checkpoint?.at ?? null,
      ...lastProbe(new CurveLog(record.policyPath).read()),
    }
    this.#facts.set(record.id, facts)
    return facts
  }

  #describe(record: JobRecord): Job {
    const { start, id, datasetName, explorer, createdAt, policyPath, problem } = record
    const running = this.#running?.id === id ? this.#running : null
    const { updates, checkpointAt, closestM, episodeReturn } = this.#factsOf(record)
    const rate = running?.updatesPerS ?? (record.state === 'waiting' ? this.#rates.get(rateKey(record)) : null)
    return {
      id,
      learner: start.learner,
      mode: start.mode,
      datasetId: [start.dataset, ...(start.joined ?? [])].join('+'),
      datasetName,
      explorer,
      task: start.task,
      seed: start.seed,
      updates,
      target: start.updates,
      state: running ? stateOf(running) : record.state,
      updatesPerS: running?.updatesPerS ?? null,
      etaS: rate ? (start.updates - updates) / rate : null,
      checkpointAgeS: checkpointAt === null ? null : Math.max(0, (Date.now() - checkpointAt) / 1000),
      closestM,
      episodeReturn,
      createdAt,
      policyPath,
      problem,
    }
  }
}

function stateOf({ state, paused }: Running): Job['state'] {
  return state === 'running' && paused ? 'paused' : state
}

function rateKey(record: JobRecord): string {
  return `${record.start.learner} ${record.start.mode}`
}

function failedBy(error: unknown): TrainingResult {
  return { end: 'failed', problem: problemOf(error), updates: 0, updatesDone: 0, wallS: 0, last: null }
}
