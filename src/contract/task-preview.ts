import { z } from 'zod'
import { taskSchema } from './task.ts'

/** A name that a task expression may use. */
export const taskSignalSchema = z.object({
  name: z.string(),
  /** Empty for a pure number. */
  unit: z.string(),
  about: z.string(),
})
export type TaskSignal = z.infer<typeof taskSignalSchema>

export const taskPreviewAskSchema = z.object({
  /** Dataset id. */
  id: z.string(),
  task: taskSchema,
  /** Episode whose rewards are shown step by step; the one with the highest return of those looked at when null. */
  episode: z.int().min(1).nullable().default(null),
})
export type TaskPreviewAsk = z.infer<typeof taskPreviewAskSchema>

/** What a task makes of a dataset, seen before anything is trained. */
export const taskPreviewSchema = z.object({
  /** Episodes and steps that were looked at, spread evenly, and how many there are. */
  episodes: z.int(),
  ofEpisodes: z.int(),
  steps: z.int(),
  ofSteps: z.int(),
  /** Of one step. `counts`: 48 equal bins from min to max. */
  reward: z.object({ min: z.number(), mean: z.number(), max: z.number(), counts: z.array(z.int()) }),
  /** Of one episode, undiscounted. */
  return: z.object({ min: z.number(), mean: z.number(), max: z.number() }),
  /** Steps where the task gives no finite number; such data cannot be trained on. */
  notFinite: z.int(),
  /** Rewards along one episode, at most 500 points, each the mean of its steps. */
  along: z.object({ episode: z.int(), steps: z.int(), return: z.number(), points: z.array(z.number()) }),
})
export type TaskPreview = z.infer<typeof taskPreviewSchema>
