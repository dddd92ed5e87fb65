import type { ExperimentJob, ExperimentPlan, PolicyEvaluation } from '../../contract/experiment.ts'
import type { LocomotionName } from '../../contract/world.ts'
import { locomotionNameSchema } from '../../contract/world.ts'
import { EvaluationLog } from './evaluation-log.ts'
import { JobFolder } from './job-folder.ts'

/** One evaluation of one run; means over its episodes. */
export interface ResultRow {
  world: string
  explorer: string
  learner: string
  mode: string
  /** Empty where the world rewards by itself. */
  goal: string
  seed: number
  update: number
  episodes: number
  returnMean: number
  /** Population standard deviation over the episodes. */
  returnStd: number
  lengthMean: number
  closestMeanM: number | null
  finalMeanM: number | null
  /** 0 of D4RL's random policy, 100 of its expert; null for the arm. */
  d4rlScore: number | null
}

/** Returns of a random and of an expert policy that D4RL scores by (Fu et al. 2020, d4rl/infos.py). */
const D4RL: Record<LocomotionName, { random: number; expert: number }> = {
  'HalfCheetah-v1': { random: -280.178953, expert: 12135.0 },
  'Hopper-v1': { random: -20.272305, expert: 3234.3 },
  'Walker2d-v1': { random: 1.629008, expert: 4592.3 },
}

/** Everything that was evaluated so far, in the order of the plan and then of the updates. */
export function readRows(experiment: string, plan: ExperimentPlan): ResultRow[] {
  const rows: ResultRow[] = []
  for (const job of plan.jobs) {
    if (job.kind === 'train')
      for (const evaluation of new EvaluationLog(new JobFolder(experiment, job.id).path).read())
        rows.push(rowOf(job, evaluation))
    if (job.kind !== 'evaluate') continue
    const evaluation = new JobFolder(experiment, job.id).result()?.evaluation
    if (evaluation) rows.push(rowOf(job, evaluation))
  }
  return rows
}

export function rowOf(job: ExperimentJob, { update, episodes }: PolicyEvaluation): ResultRow {
  const returns = episodes.map((episode) => episode.return)
  const returnMean = mean(returns)
  return {
    world: job.world,
    explorer: job.explorer,
    learner: job.learner ?? '',
    mode: job.mode,
    goal: job.goal ?? '',
    seed: job.seed,
    update,
    episodes: episodes.length,
    returnMean,
    returnStd: Math.sqrt(mean(returns.map((value) => (value - returnMean) ** 2))),
    lengthMean: mean(episodes.map(({ steps }) => steps)),
    closestMeanM: meanOrNull(episodes.map(({ closestM }) => closestM)),
    finalMeanM: meanOrNull(episodes.map(({ finalM }) => finalM)),
    d4rlScore: d4rlScore(job.world, returnMean),
  }
}

export function d4rlScore(world: string, value: number): number | null {
  const known = locomotionNameSchema.safeParse(world)
  if (!known.success) return null
  const { random, expert } = D4RL[known.data]
  return (100 * (value - random)) / (expert - random)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : mean(known)
}
