import { z } from 'zod'

/**
 * Stops after which a run may go on without a person, where one has allowed it: nothing was touched, and the cause lies
 * with this computer or its link. Everything else always asks.
 */
export const UNATTENDED_CAUSES = [
  { code: 'success-rate', label: 'Too few commands arrived in time' },
  { code: 'cycle-time', label: 'The own control cycle took too long' },
  { code: 'policy-silent', label: 'The policy gave no action in time' },
  { code: 'reflex', label: 'The robot’s reflex for lost commands' },
] as const

export const MOST_RECOVERIES_PER_HOUR = 3

export const unattendedSchema = z.object({
  /** Codes of the causes that a person has allowed; none at the start. */
  causes: z.array(z.enum(UNATTENDED_CAUSES.map(({ code }) => code))),
  perHour: z.int().min(1).max(MOST_RECOVERIES_PER_HOUR),
})
export type Unattended = z.infer<typeof unattendedSchema>
