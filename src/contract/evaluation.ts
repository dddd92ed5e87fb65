import { z } from 'zod'
import { endReasonSchema } from './dataset.ts'
import { problemSchema } from './problem.ts'
import { vector3Schema } from './robot.ts'
import { goalSchema, taskSchema } from './task.ts'
import { worldNameSchema } from './world.ts'

/** Fills one cell of Table 1: the policies of that learner and explorer, each at its own goal. Or tries one policy. */
export const evaluationStartSchema = z.object({
  learner: z.string(),
  explorer: z.string(),
  /** Folder of the one policy to try, in its own task; absent for a cell. */
  policy: z.string().optional(),
  world: worldNameSchema,
  triesPerGoal: z.int().min(1).max(100).default(3),
  seed: z.int().min(0).max(0xffffffff).default(0),
  workspaceClear: z.boolean().default(false),
})
export type EvaluationStart = z.infer<typeof evaluationStartSchema>

/** One try: an episode of one policy from home. */
export const tryResultSchema = z.object({
  id: z.string(),
  goal: z.string(),
  goalPosition: vector3Schema,
  policyPath: z.string(),
  world: worldNameSchema,
  steps: z.int(),
  return: z.number(),
  endReason: endReasonSchema,
  closestM: z.number(),
  closestAtS: z.number(),
  closestPoint: vector3Schema,
  finalM: z.number(),
  /** Largest joint distance to the home pose at the start, rad. */
  startErrorRad: z.number(),
  at: z.number(),
})
export type TryResult = z.infer<typeof tryResultSchema>

/** One try of a policy without a goal: what it earned in its own task. */
export const returnTrySchema = z.object({
  id: z.string(),
  policyPath: z.string(),
  world: worldNameSchema,
  steps: z.int(),
  return: z.number(),
  endReason: endReasonSchema,
  at: z.number(),
})
export type ReturnTry = z.infer<typeof returnTrySchema>

/** A policy that has no place in Table 1, with its tries in its own task: rewards, other points, other explorers' data. */
export const otherPolicySchema = z.object({
  path: z.string(),
  id: z.string(),
  learner: z.string(),
  /** Of the data it was trained from; empty where it is not known. */
  dataset: z.string(),
  /** World of those data. */
  world: worldNameSchema,
  task: taskSchema,
  updates: z.int(),
  createdAt: z.number(),
  state: z.enum(['training', 'trained', 'running', 'done']),
  /** In the world of the newest one, oldest first; of the policy as it is now. */
  tries: z.array(z.union([tryResultSchema, returnTrySchema])),
  /** Of the tries, population standard deviation; null before the first. */
  returnMean: z.number().nullable(),
  returnStd: z.number().nullable(),
  /** Of tries towards a goal, m; null for a task without one. */
  closestM: z.number().nullable(),
  finalM: z.number().nullable(),
})
export type OtherPolicy = z.infer<typeof otherPolicySchema>

export const cellGoalSchema = z.object({
  goal: z.string(),
  /** Policy that would be tried; null when none is trained for this goal. */
  policyPath: z.string().nullable(),
  tries: z.array(tryResultSchema),
  closestM: z.number().nullable(),
  finalM: z.number().nullable(),
})

export const gridCellSchema = z.object({
  learner: z.string(),
  explorer: z.string(),
  /** Closest distance printed in the paper's Table 1, m. */
  paperM: z.number().nullable(),
  state: z.enum(['not-trained', 'training', 'trained', 'running', 'done']),
  /** What is missing or going on, in words. */
  note: z.string(),
  meanClosestM: z.number().nullable(),
  meanFinalM: z.number().nullable(),
  goals: z.array(cellGoalSchema),
})
export type GridCell = z.infer<typeof gridCellSchema>

export const evaluationGridSchema = z.object({
  goals: z.array(goalSchema),
  learners: z.array(z.object({ name: z.string(), label: z.string(), group: z.string() })),
  explorers: z.array(z.object({ name: z.string(), label: z.string() })),
  cells: z.array(gridCellSchema),
})
export type EvaluationGrid = z.infer<typeof evaluationGridSchema>

export const evaluationProgressSchema = z.object({
  state: z.enum(['none', 'homing', 'running', 'stopping', 'done', 'failed']),
  learner: z.string(),
  /** Empty while one policy is tried by itself. */
  explorer: z.string(),
  /** Folder of the policy that is tried by itself; empty for a cell. */
  policy: z.string(),
  /** Empty for a task without one. */
  goal: z.string(),
  tryNumber: z.int(),
  triesDone: z.int(),
  triesTotal: z.int(),
  step: z.int(),
  etaS: z.number().nullable(),
  /** Joints and tool tip of the running try; null when none runs. */
  q: z.array(z.number()).nullable(),
  tooltip: vector3Schema.nullable(),
  problem: problemSchema.nullable(),
})
export type EvaluationProgress = z.infer<typeof evaluationProgressSchema>

/** Distance over time of one try. */
export const tryTraceSchema = z.object({
  id: z.string(),
  stepPeriodS: z.number(),
  /** f32 [T + 1], m. */
  distance: z.string(),
  /** f32 [T + 1, 3], m. */
  tooltip: z.string(),
})
export type TryTrace = z.infer<typeof tryTraceSchema>
