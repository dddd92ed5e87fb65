import { z } from 'zod'

/** One limit of the supervisor as the editor shows it. SI units in `defaults` and `current`. */
export const limitRowSchema = z.object({
  /** As in assets/panda.json. */
  name: z.string(),
  /** Row of the supervisor's table, 1..28; 0 for none. */
  rule: z.int(),
  label: z.string(),
  unit: z.string(),
  /** Names of the numbers of a vector, as x, y, z or J1..J7; empty for a single number. */
  parts: z.array(z.string()),
  tighter: z.enum(['smaller', 'larger', 'fixed']),
  defaults: z.array(z.number()),
  current: z.array(z.number()),
})
export type LimitRow = z.infer<typeof limitRowSchema>

/** Speed of tool tip, elbow and wrist with people near, ISO 10218 reduced speed, and with nobody near, m/s. */
export const SPEED_NEAR_PEOPLE = 0.25
export const SPEED_NOBODY_NEAR = 1
