import { z } from 'zod'

/** Kept part of an episode: steps (from, to], that is observations from..to of the recorded ones, with 0 <= from < to <= T. */
export const stepRangeSchema = z.object({ from: z.int().min(0), to: z.int().min(1) })
export type StepRange = z.infer<typeof stepRangeSchema>

export const tagSchema = z
  .string()
  .trim()
  .min(1, 'Give the tag a name.')
  .max(40, 'A tag has at most 40 characters.')
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'A tag has letters, digits, spaces, dots, hyphens and underscores only.')

export const MOST_EPISODES = 100_000
const NOTE_LENGTH = 4000

const episodesSchema = z.array(z.int().min(1)).min(1).max(MOST_EPISODES)
const noteSchema = z.string().max(NOTE_LENGTH, `A note has at most ${NOTE_LENGTH} characters.`)

/** One decision of a person about a dataset. The recorded data never change: readers leave out what it says. */
export const curationChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exclude'), episodes: episodesSchema }),
  z.object({ kind: z.literal('restore'), episodes: episodesSchema }),
  /** Null keeps the whole episode again. */
  z.object({ kind: z.literal('trim'), episodes: episodesSchema, value: stepRangeSchema.nullable() }),
  z.object({ kind: z.literal('tag'), episodes: episodesSchema, value: tagSchema }),
  z.object({ kind: z.literal('untag'), episodes: episodesSchema, value: tagSchema }),
  /** An empty text takes the note away. */
  z.object({ kind: z.literal('note'), episodes: episodesSchema, value: noteSchema }),
  z.object({ kind: z.literal('tag-dataset'), value: tagSchema }),
  z.object({ kind: z.literal('untag-dataset'), value: tagSchema }),
  z.object({ kind: z.literal('note-dataset'), value: noteSchema }),
  /** Takes an earlier event back; of an undo, it does it again. */
  z.object({ kind: z.literal('undo'), value: z.int().min(1) }),
])
export type CurationChange = z.infer<typeof curationChangeSchema>

/** A change as it is stored. */
export const curationEventSchema = z.object({
  /** From 1, rising, never reused. */
  sequence: z.int().min(1),
  atMs: z.number(),
  /** May be empty. */
  operator: z.string(),
  change: curationChangeSchema,
})
export type CurationEvent = z.infer<typeof curationEventSchema>

/** What is kept of recorded data, and what is not. */
export const keptCountsSchema = z.object({
  episodes: z.int(),
  transitions: z.int(),
  /** Episodes of which nothing is kept. */
  excludedEpisodes: z.int(),
  /** Episodes of which a part is kept. */
  trimmedEpisodes: z.int(),
  /** Transitions of excluded episodes and of trimmed-off parts. */
  leftOutTransitions: z.int(),
})
export type KeptCounts = z.infer<typeof keptCountsSchema>

/** An event in plain words, and whether it is in force. */
export const curationHistoryRowSchema = z.object({
  sequence: z.int(),
  atMs: z.number(),
  operator: z.string(),
  says: z.string(),
  inForce: z.boolean(),
})

/** The curation of one dataset, as the window shows it. */
export const curationStateSchema = z.object({
  kept: keptCountsSchema,
  tags: z.array(z.string()),
  note: z.string(),
  /** Tags of episodes with the number of episodes that have them. */
  episodeTags: z.record(z.string(), z.int()),
  /** What Undo and Redo would do, in words; null when there is nothing. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
  /** Newest first; at most the last 50. */
  history: z.array(curationHistoryRowSchema),
})
export type CurationState = z.infer<typeof curationStateSchema>

/** What the window asks for: a change, or the way back. */
export const curationWishSchema = z.union([
  curationChangeSchema,
  z.object({ kind: z.literal('undo-last') }),
  z.object({ kind: z.literal('redo-last') }),
])
export type CurationWish = z.infer<typeof curationWishSchema>
