import { z } from 'zod'
import { taskSchema } from './task.ts'

/** `policy.json` of a policy folder: everything needed to run it and to know where it came from. */
export const policySheetSchema = z.object({
  format: z.literal('forager-policy'),
  formatVersion: z.int(),
  id: z.string(),
  /** Weights file beside it, safetensors: `layers.N.weight` f32 [out, in], `layers.N.bias` f32 [out]. */
  weights: z.string(),
  layers: z.array(z.object({ inputs: z.int(), outputs: z.int(), activation: z.enum(['relu', 'tanh', 'linear']) })),
  observation: z.array(z.object({ name: z.string(), unit: z.string() })),
  action: z.array(z.object({ name: z.string(), unit: z.string(), scale: z.number() })),
  stepPeriodS: z.number(),
  task: taskSchema,
  learner: z.string(),
  mode: z.string(),
  settings: z.record(z.string(), z.number()),
  seed: z.int(),
  updates: z.int(),
  dataset: z.object({
    id: z.string(),
    name: z.string(),
    explorer: z.string(),
    world: z.string(),
    transitions: z.int(),
    /** SHA-256 over the run sheet and every episode's checksum. */
    hash: z.string(),
  }),
  appVersion: z.string(),
  createdAt: z.number(),
})
export type PolicySheet = z.infer<typeof policySheetSchema>

export const policySummarySchema = z.object({ path: z.string(), sheet: policySheetSchema })
export type PolicySummary = z.infer<typeof policySummarySchema>
