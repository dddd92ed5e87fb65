import { z } from 'zod'
import { stepRangeSchema } from './curation.ts'

/** How an episode ended. Only `terminal` is a true end of the decision process; every other one is a truncation. */
export const endReasonSchema = z.enum([
  'terminal',
  'step-limit',
  'safety-limit',
  'reflex',
  'operator-stop',
  'reset-interrupted',
  'crash',
])
export type EndReason = z.infer<typeof endReasonSchema>

/** Bits of the per-step flags, as stored. */
export const StepFlag = {
  /** The policy asked for more than the velocity clip. */
  clipped: 1,
  /** The supervisor scaled the motion down. */
  slowed: 2,
  /** The action reached the control thread after its tick. */
  late: 4,
  /** State packets were lost during the step. */
  gap: 8,
  /** The policy asked for more than twice the velocity clip. */
  badAction: 16,
  /** The first threshold of any row of the supervisor's table was passed. */
  warned: 32,
  /** The action was too old: the motion decayed to rest. */
  decayed: 64,
  /** States were missing for long: the motion decayed to rest until the next action. */
  held: 128,
  /** What slowed the motion. */
  nearJointLimit: 256,
  nearWall: 512,
  nearFloor: 1024,
  nearSelf: 2048,
  pointSpeed: 4096,
  singular: 8192,
} as const
/** How many of them there are. */
export const STEP_FLAG_BITS = 14

/** Who made the data, with what, and with which limits. Stored in the file, shown, and hashed into every policy. */
export const runSheetSchema = z.object({
  format: z.literal('forager-dataset'),
  formatVersion: z.int(),
  /** Random identifier of the dataset, written once. */
  id: z.string(),
  name: z.string(),
  world: z.string(),
  /** Options of the world in force; those of a file from before there were any are none. */
  worldOptions: z.record(z.string(), z.string()).default({}),
  explorer: z.string(),
  mode: z.string(),
  /** Explorer settings by key. */
  settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  seed: z.int(),
  /** Total transitions wanted. */
  target: z.int(),
  stepsPerEpisode: z.int(),
  stepPeriodS: z.number(),
  observation: z.array(z.object({ name: z.string(), unit: z.string() })),
  action: z.array(z.object({ name: z.string(), unit: z.string(), /** value of action = 1 */ scale: z.number() })),
  /** The world rewards each step by itself, and the rewards are stored. */
  hasReward: z.boolean().default(false),
  /** What is stored of the simulator at each observation; empty where there is nothing. */
  simulatorState: z.array(z.object({ name: z.string(), unit: z.string() })).default([]),
  /** Robot address, or `in-process`. */
  robot: z.string(),
  /** Whether the arm at that address was a simulated one; says nothing in other worlds and in older files. */
  robotSimulated: z.boolean().optional(),
  limitsHash: z.string(),
  appVersion: z.string(),
  createdAt: z.number(),
  operator: z.string(),
  notes: z.string(),
  /** Where data come from that were not recorded here; null for those that were. */
  imported: z
    .object({
      /** Name of the file or folder. */
      from: z.string(),
      format: z.string(),
      /** SHA-256 of its content, hexadecimal. */
      hash: z.string(),
      producer: z.string(),
      /** What it does not say and was assumed. */
      beliefs: z.array(z.string()),
    })
    .nullable()
    .default(null),
})
export type RunSheet = z.infer<typeof runSheetSchema>

export const datasetSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  world: z.string(),
  /** As in the run sheet. */
  robotSimulated: z.boolean().optional(),
  explorer: z.string(),
  mode: z.string(),
  seed: z.int(),
  /** Kept ones, as `episodes`. */
  transitions: z.int(),
  target: z.int(),
  episodes: z.int(),
  /** Episodes of which nothing is kept, and those of which a part is. */
  excludedEpisodes: z.int(),
  trimmedEpisodes: z.int(),
  /** Recorded transitions that are not kept. */
  leftOutTransitions: z.int(),
  tags: z.array(z.string()),
  /** Rises with every decision about the data; 0 before the first. */
  curation: z.int(),
  bytes: z.int(),
  /** As the run is: what people leave out of a run that reached its target does not make it unfinished. */
  state: z.enum(['recording', 'ready', 'unfinished', 'damaged', 'missing']),
  createdAt: z.number(),
  updatedAt: z.number(),
  problem: z.object({ code: z.string(), message: z.string(), tip: z.string() }).nullable(),
})
export type DatasetSummary = z.infer<typeof datasetSummarySchema>

/** Coverage of the tool tip over the allowed box. */
export const coverageSchema = z.object({
  cellSizeM: z.number(),
  cellsReached: z.int(),
  cellsTotal: z.int(),
  /** 0..1 */
  fraction: z.number(),
})
export type Coverage = z.infer<typeof coverageSchema>

export const datasetDetailSchema = z.object({
  summary: datasetSummarySchema,
  sheet: runSheetSchema,
  /** Of what is kept, as everything below. */
  endReasons: z.record(z.string(), z.int()),
  /** Of all recorded episodes, also of excluded ones. */
  recordedEndReasons: z.record(z.string(), z.int()),
  coverage: coverageSchema.nullable(),
  /** What each signal takes on disk, bytes, of all recorded episodes; those of size 0 are not stored. */
  signalBytes: z.record(z.string(), z.int()),
  /** When the newest recorded episode began, ms since 1970; null before the first. */
  lastEpisodeAt: z.number().nullable(),
  /** Share of the recorded episodes that a limit, a reflex or a person ended, in up to 56 equal stretches of the run. */
  stopRate: z.array(z.number()),
  lateTicks: z.int(),
  slowedSteps: z.int(),
  clippedSteps: z.int(),
  length: z.object({ mean: z.number(), max: z.int() }),
  /** Sum of an episode's own rewards over all episodes; null in a world without rewards and before the first episode. */
  return: z.object({ mean: z.number(), std: z.number() }).nullable(),
})
export type DatasetDetail = z.infer<typeof datasetDetailSchema>

/** What is only known when the signals of an episode were read. */
export const episodeMeasuresSchema = z.object({
  /** Root mean square of the second derivative of what was sent, unit of the action per s²; rad/s³ of an arm. */
  jerk: z.number().nullable(),
  /** Root mean square of observed minus sent speed; rad/s of an arm. Null where the world does not observe it. */
  trackingError: z.number().nullable(),
  /** Steps with each StepFlag, the lowest bit first. */
  interventions: z.array(z.int()),
})
export type EpisodeMeasures = z.infer<typeof episodeMeasuresSchema>

export const episodeRowSchema = z.object({
  /** Stable number, from 1; never reused or renumbered. */
  episode: z.int(),
  steps: z.int(),
  endReason: endReasonSchema,
  /** Plain sentence, empty for a full-length episode. */
  endMessage: z.string(),
  startedAt: z.number(),
  slowedSteps: z.int(),
  clippedSteps: z.int(),
  lateTicks: z.int(),
  newCells: z.int(),
  /** 0..100: distance from the usual. */
  concern: z.number(),
  /** Keys of the values that make the concern: any of `steps slowedSteps clippedSteps lateTicks newCells endReason`. */
  outliers: z.array(z.string()),
  /** Null until the episode was measured. */
  measures: episodeMeasuresSchema.nullable(),
  /** Sum of its rewards in the task that was asked for; null without one, and until it was measured. */
  taskReturn: z.number().nullable(),
  /** Tool-tip speed over the episode, m/s, at most 56 points. */
  speed: z.array(z.number()),
  /** Left out of training, statistics and exports. The row itself is as recorded. */
  excluded: z.boolean(),
  /** Kept part of a trimmed episode; null when it is kept whole. */
  kept: stepRangeSchema.nullable(),
  tags: z.array(z.string()),
  note: z.string(),
})
export type EpisodeRow = z.infer<typeof episodeRowSchema>

export const episodeSortKeySchema = z.enum([
  'episode',
  'steps',
  'endReason',
  'slowed',
  'clipped',
  'late',
  'newCells',
  'concern',
  'startedAt',
  'jerk',
  'trackingError',
  'taskReturn',
  'interventions',
])
export type EpisodeSortKey = z.infer<typeof episodeSortKeySchema>

export const episodeSortSchema = z.object({ by: episodeSortKeySchema, descending: z.boolean() })
export type EpisodeSort = z.infer<typeof episodeSortSchema>

export const WORST_FIRST: EpisodeSort = { by: 'concern', descending: true }
export const IN_ORDER: EpisodeSort = { by: 'episode', descending: false }

/** One episode whole. T = steps. Arrays are row-major, packed (see packed.ts). */
export const episodeDetailSchema = z.object({
  row: episodeRowSchema,
  stepPeriodS: z.number(),
  /** f32 [T + 1, S]; for the arm q1..q7 rad, dq1..dq7 rad/s. */
  observations: z.string(),
  /** f32 [T, A], what the explorer asked for, in action units. */
  policyActions: z.string(),
  /** f32 [T, A], what was sent after the supervisor, in action units. */
  sentActions: z.string(),
  /** f32 [T + 1, 3], m, base frame. */
  tooltip: z.string(),
  /** f64 [T + 1], seconds since the first tick, by the monotonic clock. */
  tickTimes: z.string(),
  /** u32 [T], StepFlag bits. */
  flags: z.string(),
  observationSize: z.int(),
  actionSize: z.int(),
  actionScale: z.array(z.number()),
  stop: z.object({ code: z.string(), title: z.string(), message: z.string() }).nullable(),
})
export type EpisodeDetail = z.infer<typeof episodeDetailSchema>

export const checkProblemSchema = z.object({
  code: z.string(),
  /** `problem`: the data are damaged or untrue. `note`: true, and worth a look (a late step, an arm that stands still). */
  severity: z.enum(['problem', 'note']),
  episode: z.int().nullable(),
  /** First step that it was found in, from 1; null where it is no single step. */
  step: z.int().nullable(),
  message: z.string(),
  tip: z.string(),
})
/** How a dataset was recorded, over all steps that were looked at. Shares are 0..1. */
export const checkFiguresSchema = z.object({
  transitions: z.int(),
  /** Steps in which every joint stands still; null in a world without joint speeds. */
  idle: z.number().nullable(),
  clipped: z.number(),
  slowed: z.number(),
  late: z.number(),
  /** Values of sent actions that are at their bound. */
  saturated: z.number(),
  /** 99 of 100 steps took no longer, by the monotonic clock, ms; to 1 % of the period. */
  stepP99Ms: z.number(),
  longestStepMs: z.number(),
  /** Steps that took longer than three periods. */
  holes: z.int(),
  /** Root mean square of moved minus sent joint speed, rad/s; null where nothing was sent to joints. */
  trackingRms: z.number().nullable(),
})
export type CheckFigures = z.infer<typeof checkFiguresSchema>

/** `ok`: no entry is a `problem`; notes do not count against the data. */
export const checkReportSchema = z.object({
  ok: z.boolean(),
  problems: z.array(checkProblemSchema),
  /** Episodes that were looked at, and recorded ones that are excluded and were not. */
  episodes: z.int(),
  excludedEpisodes: z.int(),
  figures: checkFiguresSchema,
})
export type CheckReport = z.infer<typeof checkReportSchema>

export const datasetNameSchema = z
  .string()
  .trim()
  .min(1, 'Give the dataset a name.')
  .max(80)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'A dataset name has letters, digits, dots, hyphens and underscores only.')
