import { z } from 'zod'
import { datasetNameSchema } from './dataset.ts'
import { actionChoiceSchema, exchangeProgressSchema } from './exchange.ts'
import { problemSchema } from './problem.ts'

/** One format that a dataset can be written in, with what it would lose of this dataset. */
export const exportFormatSchema = z.object({
  format: z.string(),
  label: z.string(),
  summary: z.string(),
  makes: z.enum(['file', 'folder']),
  extension: z.string(),
  /** Proposed for the file or folder. */
  name: z.string(),
  /** What it cannot hold, in plain sentences, by which action is its one action. */
  losses: z.object({ policy: z.array(z.string()), sent: z.array(z.string()) }),
  /** About as much will be written, bytes. */
  bytes: z.number(),
})
export type ExportFormat = z.infer<typeof exportFormatSchema>

/** Everything about the exports of one dataset before anything is written. */
export const exportSurveySchema = z.object({
  episodes: z.int(),
  transitions: z.int(),
  /** What people excluded or cut off; it is not exported. */
  leftOut: z.object({ episodes: z.int(), transitions: z.int() }),
  formats: z.array(exportFormatSchema),
  /** Folder of the station for exports. */
  folder: z.string(),
})
export type ExportSurvey = z.infer<typeof exportSurveySchema>

/** Whether there is room for a new file or folder; `problem` when it cannot be written there. */
export const exportRoomSchema = z.object({
  freeBytes: z.number().nullable(),
  problem: problemSchema.nullable(),
  /** A path beside it that is free, where something is at this one already. */
  free: z.string().nullable(),
})
export type ExportRoom = z.infer<typeof exportRoomSchema>

export const exportStartSchema = z.object({
  /** Of the dataset. */
  id: z.string(),
  format: z.string(),
  actions: actionChoiceSchema,
  out: z.string().trim().min(1, 'Type the path of the file or folder to write.').max(4096),
})
export type ExportStart = z.infer<typeof exportStartSchema>

export const importLookSchema = z.object({
  path: z.string().trim().min(1, 'Type the path of a file or folder.').max(4096),
  /** World that made the data, as a person says; null: the file decides. */
  world: z.string().nullable(),
  /** Seconds per step, as a person says; null: the file decides. */
  stepPeriodS: z.number().positive().max(60).nullable(),
})
export type ImportLook = z.infer<typeof importLookSchema>

/** What a foreign file is believed to hold, before anything is imported. */
export const importPreviewSchema = z.object({
  format: z.string(),
  label: z.string(),
  bytes: z.number(),
  producer: z.string(),
  world: z.string(),
  stepPeriodS: z.number(),
  /** Null where it is not known before all is read. */
  episodes: z.int().nullable(),
  transitions: z.int().nullable(),
  observation: z.array(z.object({ name: z.string(), unit: z.string() })),
  action: z.array(z.object({ name: z.string(), unit: z.string(), scale: z.number() })),
  hasReward: z.boolean(),
  beliefs: z.array(z.string()),
})
export type ImportPreview = z.infer<typeof importPreviewSchema>

export const importStartSchema = importLookSchema.extend({ name: datasetNameSchema })
export type ImportStart = z.infer<typeof importStartSchema>

/** An export or import of this station; kept until it is dismissed, also when the station is started again. */
export const exchangeJobSchema = z.object({
  id: z.string(),
  kind: z.enum(['export', 'import']),
  /** Of the dataset, or of the file that is imported. */
  name: z.string(),
  /** For a person. Empty of an import: its file is recognised when it runs. */
  format: z.string(),
  out: z.string(),
  /** `interrupted`: the station ended before it did; the problem says what it left. */
  state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted']),
  progress: exchangeProgressSchema.nullable(),
  /** Counted from what was written; null until it is done. */
  result: z
    .object({
      episodes: z.int(),
      transitions: z.int(),
      bytes: z.number(),
      /** Of an import: the check has found no problem. Null of an export. */
      sound: z.boolean().nullable(),
    })
    .nullable(),
  problem: problemSchema.nullable(),
})
export type ExchangeJob = z.infer<typeof exchangeJobSchema>
