import { setTimeout as sleep } from 'node:timers/promises'
import type { ExperimentJob, ExperimentPlan, JobProgress } from '../../contract/experiment.ts'
import { JobFolder } from './job-folder.ts'
import { runJob } from './run-job.ts'

/** Told to others so often, ms. */
const PROGRESS_EVERY_MS = 500
/** Looks again for a job after so long when others hold all that are ready, ms. */
const LOOK_EVERY_MS = 300

export interface WorkerSeams {
  threads: number
  stop: AbortSignal
  /** Which job this worker has; null between two. */
  has(job: string | null): void
}

type Look = 'finished' | 'failed' | 'later' | 'ready'

/**
 * One worker's way through a plan: takes the first job that is ready and that nobody else has, runs it, keeps its
 * result, until there is none left that could still become ready. Any number of workers may do so on one folder.
 */
export async function workThrough(experiment: string, plan: ExperimentPlan, seams: WorkerSeams): Promise<void> {
  const looks = new Map<string, Look>()
  while (!seams.stop.aborted) {
    const outcome = await runFirstReady(experiment, plan, looks, seams)
    if (outcome === 'nothing-left') return
    if (outcome === 'others-have-it') await sleep(LOOK_EVERY_MS)
  }
}

async function runFirstReady(
  experiment: string,
  plan: ExperimentPlan,
  looks: Map<string, Look>,
  seams: WorkerSeams,
): Promise<'ran' | 'others-have-it' | 'nothing-left'> {
  let open = false
  for (const job of plan.jobs) {
    const look = lookAt(experiment, job, looks)
    looks.set(job.id, look)
    if (look === 'finished' || look === 'failed') continue
    open = true
    if (look === 'ready' && (await claimAndRun(experiment, plan, job, seams))) return 'ran'
    if (seams.stop.aborted) return 'ran'
  }
  return open ? 'others-have-it' : 'nothing-left'
}

/** `failed` also when a job that it needs has failed; jobs stand behind those that they need. */
function lookAt(experiment: string, job: ExperimentJob, looks: Map<string, Look>): Look {
  const known = looks.get(job.id)
  if (known === 'finished' || known === 'failed') return known
  const folder = new JobFolder(experiment, job.id)
  if (folder.isDone()) return 'finished'
  const needs = job.needs.map((id) => looks.get(id))
  if (folder.hasFailed() || needs.includes('failed')) return 'failed'
  return needs.every((look) => look === 'finished') ? 'ready' : 'later'
}

/** False when another worker has the job, or had it until a moment ago. */
async function claimAndRun(
  experiment: string,
  plan: ExperimentPlan,
  job: ExperimentJob,
  { threads, stop, has }: WorkerSeams,
): Promise<boolean> {
  const folder = new JobFolder(experiment, job.id)
  const lock = folder.claim()
  if (!lock) return false
  try {
    // It may have been finished between the look and the claim.
    if (folder.isDone() || folder.hasFailed()) return true
    has(job.id)
    folder.note('started')
    const startedAt = performance.now()
    const tell = throttled((progress: JobProgress) => folder.tellProgress(progress))
    const folderOf = (id: string): JobFolder => new JobFolder(experiment, id)
    const end = await runJob({ plan, job, folder, folderOf, threads, stop, tell })
    if (end.end === 'done') {
      const { evaluation, facts } = end
      const wallS = (performance.now() - startedAt) / 1000
      folder.finish({ job: job.id, finishedAt: Date.now(), wallS, evaluation, facts })
    }
    if (end.end === 'failed') folder.fail(end.problem)
    folder.note(end.end)
    return true
  } finally {
    lock.release()
    has(null)
  }
}

function throttled<T>(call: (value: T) => void): (value: T) => void {
  let calledAt = -Infinity
  return (value) => {
    const now = performance.now()
    if (now - calledAt < PROGRESS_EVERY_MS) return
    calledAt = now
    call(value)
  }
}
