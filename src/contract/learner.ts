import { z } from 'zod'
import { actionChoiceSchema } from './exchange.ts'
import { problemSchema } from './problem.ts'
import { taskSchema } from './task.ts'
import { modeSchema } from './world.ts'

export const trainStartSchema = z.object({
  /** Dataset id. */
  dataset: z.string(),
  /** Ids of further datasets that are joined to it, in this order. */
  joined: z.array(z.string()).max(100).optional(),
  task: taskSchema,
  learner: z.string(),
  mode: modeSchema.default('paper'),
  updates: z.int().min(0).max(100_000_000),
  seed: z.int().min(0).max(0xffffffff),
  /** Settings that differ from the mode's defaults. */
  settings: z.record(z.string(), z.number()).default({}),
  /** Which of the two recorded actions is learned from: what the policy asked for, or what was sent to the arm. */
  actions: actionChoiceSchema.default('policy'),
})
export type TrainStart = z.infer<typeof trainStartSchema>

/** One curve point, averaged over the updates since the point before. */
export const curvePointSchema = z.object({
  update: z.int(),
  /** Seconds of training. */
  time: z.number(),
  criticLoss: z.number(),
  actorLoss: z.number(),
  /** Mean Q1 of the batches. */
  meanQ: z.number(),
  /** Share of actor outputs beyond 0.99 of the clip, 0..1. */
  saturated: z.number(),
  /** Closest tool-tip distance of one deterministic simulated episode, m; null where none was run. */
  closestM: z.number().nullable(),
  /** Return of one deterministic episode in the world's own reward or in that of an expression; null where none was run. */
  episodeReturn: z.number().nullable().default(null),
})
export type CurvePoint = z.infer<typeof curvePointSchema>

export const jobSchema = z.object({
  id: z.string(),
  learner: z.string(),
  mode: z.string(),
  /** All of them, with `+` between, when several are joined; names and explorers likewise. */
  datasetId: z.string(),
  datasetName: z.string(),
  explorer: z.string(),
  task: taskSchema,
  seed: z.int(),
  updates: z.int(),
  target: z.int(),
  state: z.enum(['waiting', 'loading', 'running', 'paused', 'stopping', 'stopped', 'done', 'diverged', 'failed']),
  updatesPerS: z.number().nullable(),
  etaS: z.number().nullable(),
  /** Seconds since the newest checkpoint; null before the first. */
  checkpointAgeS: z.number().nullable(),
  closestM: z.number().nullable(),
  /** Newest return of an episode in the task's reward; null for a task with a goal. */
  episodeReturn: z.number().nullable().default(null),
  createdAt: z.number(),
  policyPath: z.string(),
  problem: problemSchema.nullable(),
})
export type Job = z.infer<typeof jobSchema>
