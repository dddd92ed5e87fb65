import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { trainStartSchema } from '../../contract/learner.ts'
import { problemSchema } from '../../contract/problem.ts'
import { writeDurably } from '../platform/durable-file.ts'
import { setAside } from '../platform/set-aside.ts'

/** What a job keeps over a restart. Updates, age and distance are read from its policy folder, not from here. */
const jobRecordSchema = z.object({
  id: z.string(),
  start: trainStartSchema,
  datasetName: z.string(),
  datasetPath: z.string(),
  /** Paths of the datasets that are joined to it, in order. */
  joinedPaths: z.array(z.string()).default([]),
  explorer: z.string(),
  policyPath: z.string(),
  createdAt: z.number(),
  state: z.enum(['waiting', 'stopped', 'done', 'diverged', 'failed']),
  problem: problemSchema.nullable(),
})
export type JobRecord = z.infer<typeof jobRecordSchema>

const jobListSchema = z.object({ format: z.literal('forager-jobs'), jobs: z.array(jobRecordSchema) })

/** The list of trainings on disk, in the order they were asked for. */
export class JobList {
  /** What a person is told about the file; null when all is well. */
  notice: string | null = null
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Jobs of the last run of the station. What was waiting or running then is stopped: after a restart nothing starts
   * to load the machine by itself. An unreadable file is set aside and counts as empty; the policies are in their own
   * folders.
   */
  load(): JobRecord[] {
    if (!existsSync(this.#path)) return []
    try {
      const list = jobListSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
      return list.jobs.map((job) => (job.state === 'waiting' ? { ...job, state: 'stopped' } : job))
    } catch {
      this.notice = setAside(this.#path, 'the list of trainings begins anew. Policies are not affected.')
      return []
    }
  }

  save(jobs: readonly JobRecord[]): void {
    mkdirSync(dirname(this.#path), { recursive: true })
    writeDurably(this.#path, JSON.stringify({ format: 'forager-jobs', jobs }, null, 1) + '\n')
  }
}
