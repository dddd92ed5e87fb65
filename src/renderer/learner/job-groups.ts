import type { Job } from '../../contract/learner.ts'
import { taskText } from '../../contract/task.ts'
import { isActive } from './job-words.ts'

/** Jobs that differ only in their seed: one row of the queue, one band in the plots. */
export interface JobGroup {
  key: string
  jobs: Job[]
}

/** Learner, mode, dataset and task, without the seed. */
export function groupKey(job: Job): string {
  return [job.learner, job.mode, job.datasetId, taskText(job.task)].join('|')
}

export function groupJobs(jobs: readonly Job[]): JobGroup[] {
  const groups = new Map<string, Job[]>()
  for (const job of jobs) {
    const key = groupKey(job)
    const members = groups.get(key)
    if (members === undefined) groups.set(key, [job])
    else members.push(job)
  }
  return [...groups].map(([key, members]) => ({ key, jobs: members }))
}

/** Groups with something running or waiting, in the order they will run. */
export function queueOf(jobs: readonly Job[]): JobGroup[] {
  const open = groupJobs(jobs.filter((job) => isActive(job) || job.state === 'waiting'))
  const rank = (group: JobGroup): number => (group.jobs.some(isActive) ? 0 : 1)
  return open.sort((a, b) => rank(a) - rank(b) || (a.jobs[0]?.createdAt ?? 0) - (b.jobs[0]?.createdAt ?? 0))
}

/** Seconds until a group is finished; null while the rate of its first job is not measured. */
export function groupEta(group: JobGroup): number | null {
  const measured = group.jobs.find((job) => job.updatesPerS !== null && job.updatesPerS > 0)
  if (measured?.updatesPerS == null) return null
  const left = group.jobs.reduce((sum, job) => sum + Math.max(0, job.target - job.updates), 0)
  return left / measured.updatesPerS
}
