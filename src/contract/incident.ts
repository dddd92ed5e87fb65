import { z } from 'zod'
import { stopCauseSchema } from './robot.ts'

/** One signal of an incident record, at 1 kHz: `group` names the signals that are drawn together. */
export const incidentColumnSchema = z.object({ group: z.string(), name: z.string(), unit: z.string() })
export type IncidentColumn = z.infer<typeof incidentColumnSchema>

/** What else this computer did, ten times a second. */
export const hostLoadSchema = z.object({
  /** ms, from the stop on; negative before it. */
  at: z.number(),
  /** Share of all cores that was busy since the sample before, 0..1; null where it cannot be read. */
  busy: z.number().nullable(),
  /** How late the station's own 100 ms timer was, ms. */
  late: z.number(),
  freeMemory: z.number(), // bytes
})
export type HostLoad = z.infer<typeof hostLoadSchema>

export const linkFactsSchema = z.object({
  received: z.number(),
  lost: z.number(),
  received10s: z.number(),
  lost10s: z.number(),
  successRate: z.number().nullable(),
  roundTripMs: z.object({ mean: z.number(), worst: z.number() }).nullable(),
  cycleWorstUs: z.number(),
  clockDrift: z.number(),
  realTimeScheduling: z.boolean(),
})

/** Everything of an incident but its signals; the readable head of its file. */
export const incidentHeadSchema = z.object({
  format: z.literal(1),
  cause: stopCauseSchema,
  /** Raw names of the error flags that were active, and of those that made the robot stop itself. */
  errors: z.array(z.string()),
  robot: z.object({
    address: z.string(),
    simulated: z.boolean(),
    protocol: z.number().nullable(),
    toolMass: z.number(), // kg
  }),
  /** Who used the arm, as in "A collection run"; null for nobody. */
  user: z.string().nullable(),
  /** Every number of the supervisor as it was in force, SI units, and the hash that run sheets carry. */
  limits: z.record(z.string(), z.union([z.number(), z.array(z.number())])),
  limitsHash: z.string(),
  /** Program, runtime, kernel and what else a report needs, in words; in the order of the report. */
  host: z.array(z.tuple([z.string(), z.string()])),
  link: linkFactsSchema,
  load: z.array(hostLoadSchema),
  /** The second after the stop is in it. A record without it was written as the stop came and never replaced. */
  complete: z.boolean(),
  columns: z.array(incidentColumnSchema),
  samples: z.int().nonnegative(),
})
export type IncidentHead = z.infer<typeof incidentHeadSchema>

/** One line of the list, newest first. */
export const incidentSummarySchema = z.object({
  id: z.string(),
  at: z.number(), // ms since the epoch
  code: z.string(),
  title: z.string(),
  message: z.string(),
  simulated: z.boolean(),
  bytes: z.number(),
  /** Why the file cannot be read; null when it can. */
  problem: z.string().nullable(),
})
export type IncidentSummary = z.infer<typeof incidentSummarySchema>

export interface Incident {
  id: string
  head: IncidentHead
  /** Packed f32, column-major [columns, samples]. */
  signals: string
  /** The whole of it in words, to copy into a report. */
  report: string
}
