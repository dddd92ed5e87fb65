import { z } from 'zod'
import { endReasonSchema } from './dataset.ts'
import type { Problem } from './problem.ts'
import { goalSchema } from './task.ts'
import { modeSchema, worldNameSchema } from './world.ts'

/** The paper's two sets of results: learning curves in three worlds, and reach distances of the arm. */
export const experimentNameSchema = z.enum(['figure3', 'table1'])
export type ExperimentName = z.infer<typeof experimentNameSchema>

export const experimentJobSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9_.-]{1,120}$/),
  kind: z.enum(['collect', 'train', 'evaluate']),
  /** Ids of the jobs whose results it takes. */
  needs: z.array(z.string()),
  world: worldNameSchema,
  explorer: z.string(),
  mode: modeSchema,
  seed: z.int().min(0).max(0xffffffff),
  /** Null for a collection. */
  learner: z.string().nullable(),
  /** Name of the goal that is reached for; null where the world rewards by itself. */
  goal: z.string().nullable(),
  /** Time that it was expected to take when it was planned, s. */
  expectedS: z.number().nonnegative(),
})
export type ExperimentJob = z.infer<typeof experimentJobSchema>

/** What every run of an experiment does so often. */
export const experimentCountsSchema = z.object({
  transitions: z.int().min(1),
  stepsPerEpisode: z.int().min(1),
  updates: z.int().min(1),
  /** Updates between two evaluations; the first is of the untrained policy, the last of the trained one. */
  evaluateEvery: z.int().min(1),
  /** Episodes of one evaluation. */
  episodes: z.int().min(1),
})
export type ExperimentCounts = z.infer<typeof experimentCountsSchema>

/** `plan.json` of an experiment's folder: everything that is to be done, decided before anything is. */
export const experimentPlanSchema = z.object({
  format: z.literal('forager-experiment'),
  formatVersion: z.literal(1),
  experiment: experimentNameSchema,
  createdAt: z.number(),
  appVersion: z.string(),
  /** Share of the published counts. */
  scale: z.number().positive().max(1),
  counts: experimentCountsSchema,
  /** Updates of a learner that is at rest after fewer, or more, than the paper's count; all others take `counts.updates`. */
  learnerUpdates: z.record(z.string(), z.int().min(1)).default({}),
  /** Uniform first actions of an explorer, in transitions; all others take those of their mode. */
  warmUps: z.record(z.string(), z.int().min(1)).default({}),
  worlds: z.array(worldNameSchema).min(1),
  explorers: z.array(z.string()).min(1),
  learners: z.array(z.string()).min(1),
  modes: z.array(modeSchema).min(1),
  goals: z.array(goalSchema),
  seeds: z.array(z.int()).min(1),
  /** In the order in which they are taken up. */
  jobs: z.array(experimentJobSchema).min(1),
})
export type ExperimentPlan = z.infer<typeof experimentPlanSchema>

/** Updates that a training of `learner` makes in the experiment. */
export function updatesOf(
  { counts, learnerUpdates }: Pick<ExperimentPlan, 'counts' | 'learnerUpdates'>,
  learner: string | null,
): number {
  return learnerUpdates[learner ?? ''] ?? counts.updates
}

/** Points of a curve, at the least. */
const LEAST_EVALUATIONS = 10

/** Updates from one evaluation of `learner` to the next: one that makes few is looked at often enough to see a curve. */
export function evaluationInterval(
  plan: Pick<ExperimentPlan, 'counts' | 'learnerUpdates'>,
  learner: string | null,
): number {
  return Math.min(plan.counts.evaluateEvery, Math.ceil(updatesOf(plan, learner) / LEAST_EVALUATIONS))
}

/** One episode of an evaluation. */
export const episodeFiguresSchema = z.object({
  /** Undiscounted, in the reward of the task. */
  return: z.number(),
  steps: z.int(),
  endReason: endReasonSchema,
  /** Tool-tip distance to the goal, m; null where there is no goal. */
  closestM: z.number().nullable(),
  finalM: z.number().nullable(),
})
export type EpisodeFigures = z.infer<typeof episodeFiguresSchema>

/** A policy after so many updates, evaluated. */
export const policyEvaluationSchema = z.object({ update: z.int(), episodes: z.array(episodeFiguresSchema) })
export type PolicyEvaluation = z.infer<typeof policyEvaluationSchema>

/** `result.json` of a finished job. */
export const jobResultSchema = z.object({
  job: z.string(),
  finishedAt: z.number(),
  /** Time of the run that finished it, s. */
  wallS: z.number(),
  /** Of an evaluation. */
  evaluation: policyEvaluationSchema.nullable(),
  /** What there is to know beside the results, for a person. */
  facts: z.record(z.string(), z.number()),
})
export type JobResult = z.infer<typeof jobResultSchema>

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'blocked'

export const jobProgressSchema = z.object({ fraction: z.number().min(0).max(1), note: z.string() })
export type JobProgress = z.infer<typeof jobProgressSchema>

/** An experiment in a list. */
export interface ExperimentSummary {
  /** Name of its folder. */
  id: string
  path: string
  experiment: ExperimentName
  createdAt: number
  scale: number
  seeds: number
  /** Why its plan cannot be read; null when it can. */
  problem: Problem | null
}

/** All runs of one explorer and learner in one world and mode. */
export interface ExperimentCell {
  row: string
  column: string
  /** `collecting` until the first training begins; `failed` when nothing more can be done for it. */
  state: 'waiting' | 'collecting' | 'training' | 'evaluating' | 'done' | 'failed'
  /** Share of its jobs' expected time that is done, 0..1. */
  fraction: number
  note: string
  /** Of the trained policies; null until one is evaluated. Distances in m, returns without unit. */
  value: number | null
  /** 95 % interval; null from one run. */
  low: number | null
  high: number | null
  /** Final tool-tip distance, m. */
  finalM: number | null
  /** Closest distance to each goal, m, mean over seeds; null where none is known. Empty without goals. */
  goals: { goal: string; closestM: number | null }[]
  /** Printed in the paper, m. */
  paperM: number | null
  /** Runs that `value` is of, and all of them. */
  runs: number
  runsTotal: number
  problem: Problem | null
}

export interface ExperimentView {
  id: string
  plan: Pick<ExperimentPlan, 'experiment' | 'scale' | 'counts' | 'seeds' | 'appVersion' | 'createdAt'>
  path: string
  goals: string[]
  /** `group`: what stands small below the label; `updates`: of a training. */
  rows: { key: string; label: string; group: string; updates: number }[]
  columns: { key: string; label: string }[]
  cells: ExperimentCell[]
  jobs: Record<JobState, number>
  /** From the time that finished jobs took; null before it is known, or while nobody works on it. */
  etaS: number | null
}

/** A file of an experiment's folder that other tools read, whole. */
export interface ExperimentFile {
  name: string
  text: string
}

/** How one cell came to its value: a line for each seed and goal, and their interquartile mean. */
export interface ExperimentCurve {
  row: string
  column: string
  runs: { seed: number; goal: string | null; points: [update: number, value: number][] }[]
  mean: { update: number; value: number; low: number | null; high: number | null; runs: number }[]
}
