import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExperimentPlan } from '../../contract/experiment.ts'
import { refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import { ExperimentReader } from './experiment-reader.ts'
import type { JobStatus } from './experiment-reader.ts'
import { JobFolder } from './job-folder.ts'
import { writeResults } from './result-files.ts'

/** A worker process is told which folder to work on, and says which job it has. */
export interface WorkerOrder {
  folder: string
  threads: number
}
export interface WorkerNews {
  has: string | null
}

export interface SupervisorSeams {
  workers: number
  /** Threads of each worker. */
  threads: number
  stop: AbortSignal
  /** How far it is; about once a second. */
  told(statuses: JobStatus[]): void
  /** A job came to its end since the last look. */
  ended(status: JobStatus): void
}

const LOOK_EVERY_MS = 1000
/** Results are folded in when there are new ones, but not more often, ms. */
const FOLD_EVERY_MS = 15_000
/** A job whose worker died so often is not tried again by this run. */
const MOST_DEATHS = 2

/**
 * Works through an experiment with worker processes of its own until nothing is left that can be done, or the stop; folds
 * results in as they arrive. Others may work on the same folder. Returns the last state of all jobs.
 */
export async function supervise(folder: string, plan: ExperimentPlan, seams: SupervisorSeams): Promise<JobStatus[]> {
  forgetCurableFailures(folder, plan)
  const reader = new ExperimentReader(folder, plan)
  const crew = new Crew(folder, seams)
  let statuses = await reader.look()
  const told = new Set(statuses.filter(isOver).map(({ job }) => job.id))
  let [folded, foldedAt] = [-1, -Infinity]
  for (let last = false; ; await Promise.race([sleep(LOOK_EVERY_MS), crew.gone])) {
    statuses = await reader.look()
    for (const status of statuses.filter(isOver)) {
      if (told.has(status.job.id)) continue
      told.add(status.job.id)
      seams.ended(status)
    }
    seams.told(statuses)
    if (told.size !== folded && (last || performance.now() - foldedAt > FOLD_EVERY_MS)) {
      writeResults(folder, plan)
      folded = told.size
      foldedAt = performance.now()
    }
    if (last) break
    last = crew.isGone
  }
  return statuses
}

function isOver({ state }: JobStatus): boolean {
  return state === 'done' || state === 'failed'
}

/** A person who starts again has changed what went wrong. A training that diverges does so every time. */
function forgetCurableFailures(folder: string, plan: ExperimentPlan): void {
  for (const { id } of plan.jobs) {
    const job = new JobFolder(folder, id)
    if (!job.hasFailed() || job.failure()?.code === 'diverged') continue
    const lock = job.claim()
    if (!lock) continue
    job.forgetFailure()
    lock.release()
  }
}

/** The worker processes. One that dies is replaced; the job that kills its workers is called failed. */
class Crew {
  isGone = false
  /** Resolves when no worker is left. */
  readonly gone: Promise<void>
  readonly #folder: string
  readonly #seams: SupervisorSeams
  readonly #deaths = new Map<string, number>()

  constructor(folder: string, seams: SupervisorSeams) {
    this.#folder = folder
    this.#seams = seams
    this.gone = Promise.all(Array.from({ length: seams.workers }, () => this.#keepWorker())).then(() => {
      this.isGone = true
    })
    // Whoever waits for it learns of the failure; nobody may be waiting yet.
    this.gone.catch(() => undefined)
  }

  async #keepWorker(): Promise<void> {
    while (!this.#seams.stop.aborted) {
      const { code, signal, job } = await this.#runWorker()
      if (code === 0 || this.#seams.stop.aborted) return
      if (job === null) throw workerDied(code, signal)
      const deaths = (this.#deaths.get(job) ?? 0) + 1
      this.#deaths.set(job, deaths)
      if (deaths >= MOST_DEATHS) new JobFolder(this.#folder, job).fail(jobKillsWorkers(job, code, signal))
    }
  }

  async #runWorker(): Promise<{ code: number | null; signal: NodeJS.Signals | null; job: string | null }> {
    const { threads, stop } = this.#seams
    const order: WorkerOrder = { folder: this.#folder, threads }
    const child: ChildProcess = fork(workerEntry('experiment-worker'), [JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    let job: string | null = null
    child.on('message', (news) => {
      job = (news as WorkerNews).has
    })
    const tellStop = (): void => {
      if (child.connected) child.send('stop')
    }
    stop.addEventListener('abort', tellStop, { once: true })
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    stop.removeEventListener('abort', tellStop)
    return { code, signal, job }
  }
}

function howItDied(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`
}

function workerDied(code: number | null, signal: NodeJS.Signals | null): Error {
  return refusal(
    'worker-died',
    `A worker process ended before it had a job (${howItDied(code, signal)}). Finished jobs are kept.`,
    'Run the experiment again. If this happens again, report it with what stands above.',
  )
}

function jobKillsWorkers(job: string, code: number | null, signal: NodeJS.Signals | null): Problem {
  return refusal(
    'worker-died',
    `${MOST_DEATHS} worker processes ended in the middle of ${job} (the last one by ${howItDied(code, signal)}).`,
    'Often the memory was full: use fewer workers. Then run the experiment again; it goes on from its checkpoint.',
  ).problem
}
