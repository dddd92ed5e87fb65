import { createHash } from 'node:crypto'
import { armModelOf } from '../platform/arm-model.ts'
import type { SupervisorLimits } from '../platform/native-arm-model.ts'

/**
 * SHA-256 of everything that limits the arm that speaks `protocol` (null: a Panda): its joint limits, the supervisor's
 * numbers `inForce`, the pairs of links that are watched. Run sheets and incident records carry the same one.
 */
export function limitsHash(protocol: number | null, inForce?: SupervisorLimits): string {
  const { limits, supervisor: defaults, collisionPairs, closePairs } = armModelOf(protocol)
  // In the order of the file, so that limits nobody has tightened have the hash that they always had.
  const supervisor = { ...defaults, ...inForce }
  return createHash('sha256').update(JSON.stringify({ limits, supervisor, collisionPairs, closePairs })).digest('hex')
}
