import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { jobProgressSchema } from '../../contract/experiment.ts'
import type { ExperimentJob, ExperimentPlan, JobProgress, JobResult, JobState } from '../../contract/experiment.ts'
import type { Problem } from '../../contract/problem.ts'
import { isLocked } from '../platform/exclusive-lock.ts'
import {
  FAILURE_FILE,
  LOCK_FILE,
  PROGRESS_FILE,
  RESULT_FILE,
  jobsFolder,
  parseFailure,
  parseResult,
} from './job-folder.ts'

/** A job as its folder says. */
export interface JobStatus {
  job: ExperimentJob
  state: JobState
  /** Of a running or an interrupted one. */
  progress: JobProgress
  result: JobResult | null
  problem: Problem | null
}

const NO_PROGRESS: JobProgress = { fraction: 0, note: '' }

/**
 * Reads how far an experiment is, from the folders of its jobs and without disturbing those who work on them. A look
 * takes in what is new; it waits for the disk outside of the thread.
 */
export class ExperimentReader {
  readonly plan: ExperimentPlan
  readonly #folder: string
  readonly #finished = new Map<string, JobStatus>()

  constructor(folder: string, plan: ExperimentPlan) {
    this.#folder = folder
    this.plan = plan
  }

  /** All jobs in the order of the plan. */
  async look(): Promise<JobStatus[]> {
    const begun = new Set(await names(jobsFolder(this.#folder)))
    const statuses: JobStatus[] = []
    const states = new Map<string, JobState>()
    for (const job of this.plan.jobs) {
      const status = this.#finished.get(job.id) ?? (begun.has(job.id) ? await this.#read(job) : waiting(job))
      if (status.state === 'done') this.#finished.set(job.id, status)
      const lame = job.needs.some((id) => ['failed', 'blocked'].includes(states.get(id) ?? ''))
      statuses.push(lame && status.state === 'waiting' ? { ...status, state: 'blocked' } : status)
      states.set(job.id, statuses.at(-1)?.state ?? status.state)
    }
    return statuses
  }

  async #read(job: ExperimentJob): Promise<JobStatus> {
    const folder = join(jobsFolder(this.#folder), job.id)
    const there = await names(folder)
    const has = (name: string): boolean => there.includes(name)
    const nothing = waiting(job)
    if (has(RESULT_FILE)) return { ...nothing, state: 'done', result: await parsed(folder, RESULT_FILE, parseResult) }
    if (has(FAILURE_FILE))
      return { ...nothing, state: 'failed', problem: await parsed(folder, FAILURE_FILE, parseFailure) }
    const progress = (has(PROGRESS_FILE) && (await parsed(folder, PROGRESS_FILE, parseProgress))) || NO_PROGRESS
    const running = has(LOCK_FILE) && isLocked(join(folder, LOCK_FILE))
    return { ...nothing, state: running ? 'running' : 'waiting', progress }
  }
}

function waiting(job: ExperimentJob): JobStatus {
  return { job, state: 'waiting', progress: NO_PROGRESS, result: null, problem: null }
}

/** Empty for a folder that is not there. */
async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

/** Null for a file that went away or is torn: the next look shows it. */
async function parsed<T>(folder: string, name: string, parse: (raw: string) => T): Promise<T | null> {
  try {
    return parse(await readFile(join(folder, name), 'utf8'))
  } catch {
    return null
  }
}

function parseProgress(raw: string): JobProgress {
  return jobProgressSchema.parse(JSON.parse(raw))
}

/** How many jobs are in each state. */
export function countStates(statuses: readonly JobStatus[]): Record<JobState, number> {
  const counts: Record<JobState, number> = { waiting: 0, running: 0, done: 0, failed: 0, blocked: 0 }
  for (const { state } of statuses) counts[state] += 1
  return counts
}

/** Share of the expected time that is done, 0..1; of no jobs 0. */
export function fractionDone(statuses: readonly JobStatus[]): number {
  const all = sum(statuses.map(expected))
  return all === 0 ? 0 : sum(statuses.map((status) => expected(status) * done(status))) / all
}

/**
 * Time until everything that can be done is done, s: what is left of the expectations, corrected by what finished jobs of
 * the same kind took, shared by those at work. Null while nobody works.
 */
export function timeLeft(statuses: readonly JobStatus[]): number | null {
  const running = statuses.filter(({ state }) => state === 'running').length
  if (running === 0) return null
  const kinds = ['collect', 'train', 'evaluate'] as const
  const left = kinds.map((kind) => {
    const ofKind = statuses.filter(({ job, state }) => job.kind === kind && state !== 'failed' && state !== 'blocked')
    const open = sum(ofKind.map((status) => expected(status) * (1 - done(status))))
    return open * slowness(ofKind)
  })
  return sum(left) / running
}

/** Time that finished jobs took over the time that was expected of them. */
function slowness(statuses: readonly JobStatus[]): number {
  const finished = statuses.filter(({ result }) => result !== null)
  const took = sum(finished.map(({ result }) => result?.wallS ?? 0))
  const wanted = sum(finished.map(expected))
  return took > 0 && wanted > 0 ? took / wanted : 1
}

function expected({ job }: JobStatus): number {
  return job.expectedS
}

function done({ state, progress }: JobStatus): number {
  return state === 'done' ? 1 : progress.fraction
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
