import { z } from 'zod'
import { problemSchema } from './problem.ts'

/** Speeds up to this one need no slower replay before, as a share of the recorded speed. */
export const SLOW_REPLAY = 0.5
/** Slowest replay, as a share of the recorded speed. */
export const SLOWEST_REPLAY = 0.1

/** Moves the connected arm as it moved in a recorded episode. */
export const replayStartSchema = z.object({
  /** Id of the dataset. */
  dataset: z.string(),
  episode: z.int().min(0),
  /** Share of the recorded speed. */
  speed: z.number().min(SLOWEST_REPLAY).max(1),
  workspaceClear: z.boolean(),
})
export type ReplayStart = z.infer<typeof replayStartSchema>

export const replayProgressSchema = z.object({
  state: z.enum(['none', 'homing', 'running', 'paused', 'ending', 'returning', 'done', 'stopped', 'failed']),
  dataset: z.string(),
  episode: z.int(),
  speed: z.number(),
  /** Place in the recording, in its own steps; and its length. */
  step: z.number(),
  steps: z.int(),
  etaS: z.number().nullable(),
  /** Angles as recorded at this place, and of the arm, rad; null before it moves. */
  recorded: z.array(z.number()).nullable(),
  live: z.array(z.number()).nullable(),
  /** Largest difference of a joint, now and since the start, rad; the joint counts from 0. */
  deviationRad: z.number().nullable(),
  worst: z.object({ deviationRad: z.number(), joint: z.int(), step: z.number() }).nullable(),
  problem: problemSchema.nullable(),
})
export type ReplayProgress = z.infer<typeof replayProgressSchema>
