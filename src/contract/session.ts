import { z } from 'zod'
import { coverageSchema, datasetNameSchema, endReasonSchema } from './dataset.ts'
import { problemSchema } from './problem.ts'
import { vector3Schema } from './robot.ts'
import { armWorldNameSchema, modeSchema, worldNameSchema } from './world.ts'

export const sessionStartSchema = z.object({
  world: armWorldNameSchema,
  explorer: z.string(),
  mode: modeSchema.default('paper'),
  /** Settings of the explorer that differ from the mode's defaults, by key. */
  settings: z.record(z.string(), z.number()).default({}),
  /** Total wanted in the dataset, including what is already there. */
  transitions: z.int().min(1).max(100_000_000),
  stepsPerEpisode: z.int().min(1).max(100_000).default(1000),
  seed: z.int().min(0).max(0xffffffff),
  dataset: datasetNameSchema,
  /** The operator's statement for this start that nobody and nothing is inside the box. Required for `panda-fci`. */
  workspaceClear: z.boolean().default(false),
  operator: z.string().max(120).default(''),
  notes: z.string().max(2000).default(''),
})
export type SessionStart = z.infer<typeof sessionStartSchema>

/** What a run would take, computed before it starts. */
export const sessionPlanSchema = z.object({
  motionS: z.number(),
  returnsS: z.number(),
  /** If every episode ran its full length. */
  episodesAtLeast: z.int(),
  /** By the mean length of earlier episodes of this explorer; each needs a return home. */
  episodesExpected: z.int(),
  rateHz: z.number(),
  bytesNeeded: z.number(),
  bytesFree: z.number(),
  fits: z.boolean(),
  /** Existing dataset of that name, when there is one. */
  existing: z
    .object({ transitions: z.int(), target: z.int(), explorer: z.string(), world: z.string(), seed: z.int() })
    .nullable(),
  /** What prevents the start, most important first. */
  problems: z.array(problemSchema),
})
export type SessionPlan = z.infer<typeof sessionPlanSchema>

export const sessionStateSchema = z.enum([
  'none',
  'starting',
  'homing',
  'running',
  'pausing',
  'paused',
  'ending',
  'done',
  'failed',
])

export const sessionStopSchema = z.object({
  at: z.number(),
  episode: z.int(),
  step: z.int(),
  /** Transitions kept when it happened; places the tick under the progress bar. */
  transitions: z.int(),
  endReason: endReasonSchema,
  title: z.string(),
  message: z.string(),
})
export type SessionStop = z.infer<typeof sessionStopSchema>

/** A part of the work between two ticks, and how long it takes in 99 % of the newest steps. */
export const stepPartSchema = z.object({ part: z.enum(['policy', 'record', 'learn']), p99Ms: z.number() })
export type StepPart = z.infer<typeof stepPartSchema>

/** Steps that take longer than this share of their period, in 99 % of the newest ones, are told to the operator. */
export const SLOW_STEP = 1.2

/** Sent at most 4 times a second. */
export const sessionProgressSchema = z.object({
  state: sessionStateSchema,
  dataset: z.object({ id: z.string(), name: z.string(), path: z.string() }).nullable(),
  world: worldNameSchema.nullable(),
  explorer: z.string(),
  mode: z.string(),
  seed: z.int(),
  /** Committed to disk. */
  transitions: z.int(),
  target: z.int(),
  resumedFrom: z.int(),
  /** Number of the running (or last) episode, and steps done in it. */
  episode: z.int(),
  step: z.int(),
  stepsPerEpisode: z.int(),
  episodesFinished: z.int(),
  endReasons: z.record(z.string(), z.int()),
  /** ms since the epoch. */
  startedAt: z.number(),
  /** ms since the epoch; null while the run is open. */
  endedAt: z.number().nullable(),
  /** Without pauses. */
  runningS: z.number(),
  /** From the measured pace including returns home; null until one episode is finished. */
  etaS: z.number().nullable(),
  stepsPerS: z.number(),
  stepTimeP99Ms: z.number().nullable(),
  /** What the program itself does in a step, of a run in real time; empty otherwise. */
  stepParts: z.array(stepPartSchema),
  lateTicks: z.int(),
  slowedSteps: z.int(),
  clippedSteps: z.int(),
  bytes: z.number(),
  bytesExpected: z.number(),
  coverage: coverageSchema.nullable(),
  /** Of an explorer that learns, else null. `behind`: updates that are due; the arm waits for them at home. */
  learning: z.object({ updates: z.int(), behind: z.int(), losses: z.record(z.string(), z.number()) }).nullable(),
  stops: z.array(sessionStopSchema),
  problem: problemSchema.nullable(),
})
export type SessionProgress = z.infer<typeof sessionProgressSchema>

/** What is new since the last message of this subscription; at most 10 times a second. */
export const sessionLiveSchema = z.object({
  episode: z.int(),
  /** Step of the first row below; 0 means: forget what you have of this episode. */
  fromStep: z.int(),
  /** f32 [n, 7] in action units. */
  asked: z.string(),
  sent: z.string(),
  /** u32 [n], StepFlag bits. */
  flags: z.string(),
  /** f32 [n], ms between ticks. */
  stepTimes: z.string(),
  q: z.array(z.number()),
  tooltip: vector3Schema,
  /** f32 [m, 3] new visited tool-tip points, m. */
  visited: z.string(),
  /** Counts, [7][50] bins over each joint's limits; whole run. */
  histogram: z.array(z.array(z.number())),
  /**
   * After episodes of the run so far: [transitions, fraction of the box's cells 0..1, mean normalised entropy of the joint
   * angles 0..1]; at most 400 points.
   */
  coverageCurve: z.array(z.tuple([z.number(), z.number(), z.number()])),
})
export type SessionLive = z.infer<typeof sessionLiveSchema>
