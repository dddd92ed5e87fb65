import { z } from 'zod'
import { tagSchema } from './curation.ts'
import { datasetNameSchema, endReasonSchema } from './dataset.ts'

/**
 * A share of the episodes, drawn by their identity: an episode has a fixed place between 0 and 1 for each seed, and is in
 * the view when `from` <= place < `to`. Neither exclusions nor a growing dataset move an episode from one share to another.
 */
export const viewSplitSchema = z
  .object({ seed: z.int().min(0).max(0xffffffff), from: z.number().min(0).max(1), to: z.number().min(0).max(1) })
  .refine(({ from, to }) => from < to, 'A share begins before it ends.')

/** Which kept episodes of the sources are in a view: those that fulfil every rule. */
export const viewRulesSchema = z.object({
  /** As recorded; empty: any. */
  endReasons: z.array(endReasonSchema).default([]),
  /** Kept steps; null: any. */
  minSteps: z.int().min(1).nullable().default(null),
  maxSteps: z.int().min(1).nullable().default(null),
  /** At least one of them, on the episode or its dataset; empty: any. */
  tags: z.array(tagSchema).default([]),
  /** None of them. */
  withoutTags: z.array(tagSchema).default([]),
  /** Of the dataset; empty: any. */
  explorers: z.array(z.string()).default([]),
  split: viewSplitSchema.nullable().default(null),
})
export type ViewRules = z.infer<typeof viewRulesSchema>

export const viewSourceSchema = z.object({
  /** Of the dataset's run sheet. */
  id: z.string(),
  name: z.string(),
  /** Relative to the view's own folder where the dataset lies beside it, else absolute. */
  path: z.string(),
})
export type ViewSource = z.infer<typeof viewSourceSchema>

/** Content of a `NAME.forager-view` file: data by reference, so it holds no transition and no statistics. */
export const viewSchema = z.object({
  format: z.literal('forager-view'),
  formatVersion: z.literal(1),
  id: z.string(),
  name: datasetNameSchema,
  sources: z.array(viewSourceSchema).min(1).max(100),
  rules: viewRulesSchema,
  operator: z.string(),
  createdAt: z.number(),
})
export type View = z.infer<typeof viewSchema>

/** What a view takes from one source. */
export const viewSourceCountSchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  /** Empty where it cannot be read. */
  explorer: z.string(),
  world: z.string(),
  episodes: z.int(),
  transitions: z.int(),
  /** Kept by the source's own curation, before the rules. */
  ofEpisodes: z.int(),
  ofTransitions: z.int(),
  /** Why nothing can be read of it; null when all is well. */
  problem: z.string().nullable(),
})

/** What a view holds now, counted from its sources. */
export const viewCountsSchema = z.object({
  sources: z.array(viewSourceCountSchema),
  episodes: z.int(),
  transitions: z.int(),
  endReasons: z.record(z.string(), z.int()),
  /** Why it cannot be used; null when it can. */
  problem: z.object({ code: z.string(), message: z.string(), tip: z.string() }).nullable(),
})
export type ViewCounts = z.infer<typeof viewCountsSchema>

/** A view that is to be made of datasets of the list, by their ids. */
export const viewOrderSchema = z.object({ sources: z.array(z.string()).min(1).max(100), rules: viewRulesSchema })
export type ViewOrder = z.infer<typeof viewOrderSchema>

export const viewSummarySchema = z.object({ path: z.string(), view: viewSchema, counts: viewCountsSchema })
export type ViewSummary = z.infer<typeof viewSummarySchema>
