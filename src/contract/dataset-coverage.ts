import { z } from 'zod'

/** How one value of the observation, or of the action, is spread. */
export const dimensionCoverageSchema = z.object({
  name: z.string(),
  unit: z.string(),
  /** What the bins span, in `unit`: `limits` is the same for every dataset, `measured` the least that holds all shown. */
  range: z.object({ min: z.number(), max: z.number(), from: z.enum(['limits', 'measured']) }),
  /** [50] */
  counts: z.array(z.int()),
  /** 0..1, share of the values beyond the range; they are counted in its first and last bin. */
  outside: z.number(),
  /** Of the counts, nats. */
  entropyNats: z.number(),
  /** Of the counts, as a share of ln 50: 0 all in one bin, 1 spread evenly. */
  entropy: z.number(),
  /** Of the values themselves, in `unit`; null without any. */
  mean: z.number().nullable(),
  std: z.number().nullable(),
})
export type DimensionCoverage = z.infer<typeof dimensionCoverageSchema>

/** An action asked for beyond this share of its range counts as saturated. */
export const SATURATED_ABOVE = 0.95

/** What a dataset covers. Datasets that are measured together have the same ranges, bins and scales. */
export const datasetCoverageSchema = z.object({
  /** Dataset as asked for. */
  id: z.string(),
  transitions: z.int(),
  episodes: z.int(),
  /** Numbers of the episodes that do not fit their checksums; nothing of them is counted. */
  damagedEpisodes: z.array(z.int()),
  /** Values that are not finite numbers; they are counted nowhere. */
  notFinite: z.int(),
  /** [S] of the states that steps led to. */
  observations: z.array(dimensionCoverageSchema),
  /** Mean of the normalised entropies of the observations, 0..1. */
  entropy: z.number(),
  /** [A] actions as asked for, in action units. */
  actions: z.array(
    dimensionCoverageSchema.extend({ /** 0..1, share of steps with |a| > 0.95 */ saturated: z.number() }),
  ),
  /** Mean of the saturated shares of all actions, 0..1. */
  saturated: z.number(),
  /**
   * Mean distance of `sample` random states to their `neighbour`-th nearest in the same sample, in standard deviations of
   * the datasets shown; null when there are too few states.
   */
  diversity: z.object({ neighbour: z.int(), sample: z.int(), distance: z.number() }).nullable(),
  /** Cells of the allowed box that the tool tip has been in, of those that it can reach; null without a tool tip. */
  workspace: z
    .object({ cellSizeM: z.number(), cellsReached: z.int(), cellsWithinReach: z.int(), fraction: z.number() })
    .nullable(),
  /** [transitions, workspace fraction 0..1, mean normalised entropy of the joint angles 0..1]; empty without a tool tip. */
  growth: z.array(z.tuple([z.number(), z.number(), z.number()])),
  endReasons: z.record(z.string(), z.int()),
  /** Steps of an episode; null without episodes. */
  length: z
    .object({
      min: z.number(),
      q25: z.number(),
      median: z.number(),
      q75: z.number(),
      max: z.number(),
      mean: z.number(),
      /** [50], episodes by their steps, from 0 to `longest`, that of all datasets shown */
      counts: z.array(z.int()),
      longest: z.int(),
    })
    .nullable(),
})
export type DatasetCoverage = z.infer<typeof datasetCoverageSchema>

/** Cells of the arm's allowed box, and how many of them the tool tip can reach. */
export const reachOfBoxSchema = z.object({ cellsTotal: z.int(), cellsWithinReach: z.int() })
export type ReachOfBox = z.infer<typeof reachOfBoxSchema>

/** How far a pass over the data is. */
export const passProgressSchema = z.object({
  /** Transitions. */
  done: z.int(),
  of: z.int(),
  /** s; null before there is a pace. */
  etaS: z.number().nullable(),
})
export type PassProgress = z.infer<typeof passProgressSchema>

/** A long reading tells its progress at most 10 times a second, then what was read, and ends. */
export type PassNews<T> = { kind: 'progress'; progress: PassProgress } | { kind: 'done'; value: T }
