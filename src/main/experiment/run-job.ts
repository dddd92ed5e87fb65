import { ProblemError, problemOf } from '../../contract/problem.ts'
import { collectJob } from './collect-job.ts'
import { evaluateJob } from './evaluate-job.ts'
import type { JobContext, JobEnd } from './job-context.ts'
import { trainJob } from './train-job.ts'

const RUN = { collect: collectJob, train: trainJob, evaluate: evaluateJob }

/** Runs a job from wherever an earlier run of it was stopped, to its end or to the stop. Every failure is an end. */
export async function runJob(context: JobContext): Promise<JobEnd> {
  try {
    return await RUN[context.job.kind](context)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'evaluation-stopped') return { end: 'stopped' }
    return { end: 'failed', problem: problemOf(error) }
  }
}
