import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jobResultSchema } from '../../contract/experiment.ts'
import type { JobProgress, JobResult } from '../../contract/experiment.ts'
import { problemSchema } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { writeDurably } from '../platform/durable-file.ts'
import { tryLock } from '../platform/exclusive-lock.ts'
import type { ExclusiveLock } from '../platform/exclusive-lock.ts'

/** Names in a job's folder. What the job makes itself lies beside them. */
export const RESULT_FILE = 'result.json'
export const FAILURE_FILE = 'failed.json'
export const PROGRESS_FILE = 'progress.json'
export const LOCK_FILE = '.lock'
const HISTORY_FILE = 'history.jsonl'

/** A look at the lock by somebody else is over sooner than this, ms. */
const CLAIM_PATIENCE_MS = 50

/** The folder of the jobs of an experiment. */
export function jobsFolder(experiment: string): string {
  return join(experiment, 'jobs')
}

/**
 * What is known of one job lies in its folder: the result when it is finished, the reason when it failed, a lock while
 * it runs. There is no other place that could say something else.
 */
export class JobFolder {
  readonly path: string

  constructor(experiment: string, id: string) {
    this.path = join(jobsFolder(experiment), id)
  }

  /** The right to run the job, until the process ends or lets go; null while another has it. */
  claim(): ExclusiveLock | null {
    mkdirSync(this.path, { recursive: true })
    return tryLock(join(this.path, LOCK_FILE), CLAIM_PATIENCE_MS)
  }

  file(name: string): string {
    return join(this.path, name)
  }

  isDone(): boolean {
    return existsSync(this.file(RESULT_FILE))
  }

  hasFailed(): boolean {
    return existsSync(this.file(FAILURE_FILE))
  }

  result(): JobResult | null {
    return this.isDone() ? parseResult(readFileSync(this.file(RESULT_FILE), 'utf8')) : null
  }

  failure(): Problem | null {
    return this.hasFailed() ? parseFailure(readFileSync(this.file(FAILURE_FILE), 'utf8')) : null
  }

  finish(result: JobResult): void {
    writeDurably(this.file(RESULT_FILE), JSON.stringify(result, null, 1) + '\n')
    rmSync(this.file(PROGRESS_FILE), { force: true })
  }

  fail(problem: Problem): void {
    mkdirSync(this.path, { recursive: true })
    writeDurably(this.file(FAILURE_FILE), JSON.stringify(problem, null, 1) + '\n')
    rmSync(this.file(PROGRESS_FILE), { force: true })
  }

  /** The job may be tried again. */
  forgetFailure(): void {
    rmSync(this.file(FAILURE_FILE), { force: true })
  }

  /** Seen by others within a moment; worth nothing after a power cut, when the job's own files count. */
  tellProgress(progress: JobProgress): void {
    const beside = this.file(`.${PROGRESS_FILE}`)
    writeFileSync(beside, JSON.stringify(progress))
    renameSync(beside, this.file(PROGRESS_FILE))
  }

  /** Who did what with the job, for a person. */
  note(event: 'started' | 'stopped' | 'done' | 'failed'): void {
    const line = JSON.stringify({ at: new Date().toISOString(), process: process.pid, event })
    appendFileSync(this.file(HISTORY_FILE), line + '\n')
  }
}

export function parseResult(raw: string): JobResult {
  return jobResultSchema.parse(JSON.parse(raw))
}

export function parseFailure(raw: string): Problem {
  return problemSchema.parse(JSON.parse(raw))
}
