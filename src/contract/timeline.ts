import { z } from 'zod'

/** Buckets of a tile. */
export const TILE_BUCKETS = 512
/** A bucket of level n holds so many transitions to the power of n. */
export const LEVEL_FACTOR = 4

export const timelineChannelSchema = z.object({
  name: z.string(),
  unit: z.string(),
  /** Of all transitions, in that unit. */
  min: z.number(),
  max: z.number(),
})
export type TimelineChannel = z.infer<typeof timelineChannelSchema>

/** All recorded transitions of a dataset in a row, episode after episode. */
export const timelineSchema = z.object({
  transitions: z.int(),
  stepPeriodS: z.number(),
  channels: z.array(timelineChannelSchema),
  /** Coarsest level; its buckets fit into one tile. */
  levels: z.int(),
  /** u32 [episodes], numbers of the episodes in order. */
  episodes: z.string(),
  /** u32 [episodes], first transition of each. */
  starts: z.string(),
  /** u32 [episodes], index of the end reason in the list of `endReasonSchema`. */
  ends: z.string(),
})
export type Timeline = z.infer<typeof timelineSchema>

/** Buckets [512 index, 512 index + count) of a level. */
export const timelineTileSchema = z.object({
  count: z.int(),
  /** f32 [count, channels, 2]: least and largest value in the bucket. */
  ranges: z.string(),
  /** u32 [count]: StepFlag bits of any step in the bucket. */
  flags: z.string(),
})
export type TimelineTile = z.infer<typeof timelineTileSchema>
