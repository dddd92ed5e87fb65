import type { ExperimentJob, ExperimentPlan, JobProgress, PolicyEvaluation } from '../../contract/experiment.ts'
import type { Problem } from '../../contract/problem.ts'
import type { JobFolder } from './job-folder.ts'

/** What a job may use of its surroundings. */
export interface JobContext {
  plan: ExperimentPlan
  job: ExperimentJob
  folder: JobFolder
  /** Of another job of the plan. */
  folderOf(id: string): JobFolder
  threads: number
  stop: AbortSignal
  tell(progress: JobProgress): void
}

export type JobEnd =
  | { end: 'done'; evaluation: PolicyEvaluation | null; facts: Record<string, number> }
  /** As wished; it goes on from here. */
  | { end: 'stopped' }
  | { end: 'failed'; problem: Problem }
