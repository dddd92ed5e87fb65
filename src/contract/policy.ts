import { z } from 'zod'
import { actionChoiceSchema } from './exchange.ts'
import { taskSchema } from './task.ts'

/** Version written; version 1 had one network, called `layers`, and is read as `networks.actor`. */
export const POLICY_FORMAT_VERSION = 2

export const layerShapeSchema = z.object({
  inputs: z.int().min(1),
  outputs: z.int().min(1),
  activation: z.enum(['relu', 'tanh', 'linear']),
})
export type LayerShape = z.infer<typeof layerShapeSchema>

/** How BCQ chooses an action; the meaning of each number is that of `BcqSampler` in platform/native.ts. */
export const bcqSamplerSchema = z.object({
  kind: z.literal('bcq'),
  samples: z.int().min(1).max(10_000),
  latent: z.int().min(1).max(10_000),
  latentClip: z.number().positive(),
  bound: z.number().nonnegative(),
  perturbsWinner: z.boolean(),
})

/** How the exploration paper's released TD3 acts: `NoiseSampler` in platform/native.ts. */
export const noiseSamplerSchema = z.object({ kind: z.literal('noise'), deviation: z.number().positive().max(10) })

/** Where a policy came from that this station did not train. */
export const importedSchema = z.object({
  /** Name of the file it was read from. */
  from: z.string(),
  /** SHA-256 of that file, and of its weights when they are in files of their own. */
  hash: z.string(),
  /** What the file says about the program that wrote it; empty when it says nothing. */
  producer: z.string(),
})
export type Imported = z.infer<typeof importedSchema>

/** Data that a policy was trained from. */
export const datasetOriginSchema = z.object({
  id: z.string(),
  name: z.string(),
  explorer: z.string(),
  world: z.string(),
  /** Options of that world in force. */
  worldOptions: z.record(z.string(), z.string()).default({}),
  /** Those that were kept. */
  transitions: z.int(),
  /** SHA-256 over the run sheet and every episode's checksum. */
  hash: z.string(),
  /** SHA-256 of which episodes and steps were kept of it; absent when nothing was left out. */
  curation: z.string().optional(),
})
export type DatasetOrigin = z.infer<typeof datasetOriginSchema>

/** `policy.json` of a policy folder: everything needed to run it and to know where it came from. */
export const policySheetSchema = z.object({
  format: z.literal('forager-policy'),
  formatVersion: z.int(),
  id: z.string(),
  /** Weights file beside it, safetensors: `NETWORK.N.weight` f32 [out, in], `NETWORK.N.bias` f32 [out]. */
  weights: z.string(),
  /** Without a sampler or with noise `actor`; with BCQ's `decoder`, `perturbation` and `critic`; none when `model` is set. */
  networks: z.record(z.string(), z.array(layerShapeSchema)),
  sampler: z.discriminatedUnion('kind', [bcqSamplerSchema, noiseSamplerSchema]).nullable(),
  /** TensorFlow.js LayersModel beside it that is run as it is, for what our own networks cannot express. */
  model: z.string().nullable(),
  observation: z.array(z.object({ name: z.string(), unit: z.string() })),
  action: z.array(z.object({ name: z.string(), unit: z.string(), scale: z.number() })),
  stepPeriodS: z.number(),
  /** Null where an imported file does not say. */
  task: taskSchema.nullable(),
  /** `imported` where an imported file does not say. */
  learner: z.string(),
  mode: z.string(),
  settings: z.record(z.string(), z.number()),
  /** Recorded actions that it learned from. */
  actions: actionChoiceSchema.default('policy'),
  seed: z.int(),
  /** 0 where an imported file does not say. */
  updates: z.int(),
  /** Null where an imported file does not say. */
  dataset: datasetOriginSchema.nullable(),
  /** Further datasets that were joined to it, in this order; absent when there was one. */
  joined: z.array(datasetOriginSchema).optional(),
  /** Null for a policy that this station trained. */
  imported: importedSchema.nullable(),
  appVersion: z.string(),
  createdAt: z.number(),
})
export type PolicySheet = z.infer<typeof policySheetSchema>

export const policySummarySchema = z.object({ path: z.string(), sheet: policySheetSchema })
export type PolicySummary = z.infer<typeof policySummarySchema>

/** The shapes alone, as the sheet keeps them. */
export function networkShapes(networks: Record<string, readonly LayerShape[]>): Record<string, LayerShape[]> {
  const shapeOf = ({ inputs, outputs, activation }: LayerShape): LayerShape => ({ inputs, outputs, activation })
  return Object.fromEntries(Object.entries(networks).map(([name, layers]) => [name, layers.map(shapeOf)]))
}
