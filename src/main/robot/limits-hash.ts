import { createHash } from 'node:crypto'
import type { SupervisorLimits } from '../platform/native.ts'

/** SHA-256 of a set of the supervisor's numbers, whatever order they are named in. */
export function limitsHash(limits: SupervisorLimits): string {
  const sorted = Object.entries(limits).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}
