import { create } from 'zustand'
import type { DatasetSummary } from '../../contract/dataset.ts'
import type { CurvePoint, Job } from '../../contract/learner.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Goal } from '../../contract/task.ts'
import type { Method } from '../../contract/world.ts'
import { api, problemOf } from '../state/api.ts'
import { commandWith } from '../state/command.ts'
import { groupKey } from './job-groups.ts'
import { isActive } from './job-words.ts'

interface TrainState {
  /** Null until the first list arrived. */
  jobs: Job[] | null
  datasets: DatasetSummary[] | null
  learners: Method[] | null
  goals: Goal[]
  curves: Record<string, CurvePoint[]>
  /** Ids of the runs drawn in the plots; null: follow the running group. */
  overlay: string[] | null
  problem: Problem | null
  /** Dataset that another screen asked to train on. */
  wanted: string | null
}

export const useTrain = create<TrainState>(() => ({
  jobs: null,
  datasets: null,
  learners: null,
  goals: [],
  curves: {},
  overlay: null,
  problem: null,
  wanted: null,
}))

const report = (error: unknown): void => useTrain.setState({ problem: problemOf(error) })

/** Runs a command of this screen; a refusal is shown in its notice row. True when it was accepted. */
export const command = commandWith((problem) => useTrain.setState({ problem }))

/** Feeds the store while the screen is open. Returns the function that ends it. */
export function openTrainFeeds(): () => void {
  const jobs = api.learner.jobs.subscribe(undefined, {
    onData: (list) => useTrain.setState({ jobs: list }),
    onError: report,
  })
  const datasets = api.dataset.list.subscribe(undefined, {
    onData: (list) => useTrain.setState({ datasets: list }),
    onError: report,
  })
  api.learner.learners.query().then((learners) => useTrain.setState({ learners }), report)
  api.evaluation.goals.query().then((goals) => useTrain.setState({ goals }), report)
  return () => {
    jobs.unsubscribe()
    datasets.unsubscribe()
  }
}

/** Feeds one run's curve into the store. Returns the function that ends it. */
export function openCurveFeed(id: string): () => void {
  const feed = api.learner.curve.subscribe(
    { id },
    {
      onData: ({ reset, points }) =>
        useTrain.setState(({ curves }) => ({
          curves: { ...curves, [id]: reset ? points : [...(curves[id] ?? []), ...points] },
        })),
      onError: report,
    },
  )
  return () => feed.unsubscribe()
}

/** The runs to draw: those ticked, else the running group, else the newest one that has begun. */
export function drawnJobs(jobs: readonly Job[], overlay: readonly string[] | null): Job[] {
  if (overlay !== null) return jobs.filter((job) => overlay.includes(job.id))
  const lead =
    jobs.find(isActive) ??
    [...jobs].filter((job) => job.updates > 0 || job.state !== 'waiting').sort((a, b) => b.createdAt - a.createdAt)[0]
  if (lead === undefined) return []
  const key = groupKey(lead)
  return jobs.filter((job) => groupKey(job) === key && job.state !== 'waiting')
}
