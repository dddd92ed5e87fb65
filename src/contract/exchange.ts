import { z } from 'zod'

/** `policy`: what the explorer asked for. `sent`: what the supervisor let through. */
export const actionChoiceSchema = z.enum(['policy', 'sent'])
export type ActionChoice = z.infer<typeof actionChoiceSchema>

/** A dataset to be written in the format of another tool. */
export const exportOrderSchema = z.object({
  /** Of the dataset. */
  path: z.string(),
  format: z.string(),
  /** File or folder to write; must not exist. */
  out: z.string(),
  actions: actionChoiceSchema,
})
export type ExportOrder = z.infer<typeof exportOrderSchema>

/** What an export would write and what the format cannot hold, in plain sentences, before anything is written. */
export const exportPlanSchema = z.object({
  format: z.string(),
  label: z.string(),
  makes: z.enum(['file', 'folder']),
  extension: z.string(),
  episodes: z.int(),
  transitions: z.int(),
  losses: z.array(z.string()),
})
export type ExportPlan = z.infer<typeof exportPlanSchema>

/** What was written, counted from the file after it was closed. */
export const exportReportSchema = z.object({
  format: z.string(),
  out: z.string(),
  episodes: z.int(),
  transitions: z.int(),
  bytes: z.int(),
  losses: z.array(z.string()),
})
export type ExportReport = z.infer<typeof exportReportSchema>

/** A file or folder of another tool to be made into a dataset. */
export const importOrderSchema = z.object({
  path: z.string(),
  /** Dataset file to make; must not exist. */
  out: z.string(),
  /** Null: recognised by its content. */
  format: z.string().nullable(),
  /** Known world that gives names and units to a file without any; null: the file decides. */
  world: z.string().nullable(),
  /** s; null: the file decides. */
  stepPeriodS: z.number().positive().nullable(),
  /** For a file that marks no cut of an episode; null: the file decides. */
  stepsPerEpisode: z.int().positive().nullable(),
})
export type DatasetImportOrder = z.infer<typeof importOrderSchema>

export const importReportSchema = z.object({
  format: z.string(),
  out: z.string(),
  episodes: z.int(),
  transitions: z.int(),
  bytes: z.int(),
  /** What the file does not say and is assumed, in plain sentences. */
  beliefs: z.array(z.string()),
  /** Verdict of the check after the import. */
  check: z.object({ ok: z.boolean(), problems: z.int(), notes: z.int() }),
})
export type ImportReport = z.infer<typeof importReportSchema>

export const exchangeProgressSchema = z.object({
  /** Transitions done; of an export that walks the data several times, in all walks. */
  done: z.int(),
  /** Null while it is not known. */
  of: z.int().nullable(),
  /** s; null before there is a pace. */
  etaS: z.number().nullable(),
})
export type ExchangeProgress = z.infer<typeof exchangeProgressSchema>
