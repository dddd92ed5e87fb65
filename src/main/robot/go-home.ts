import type { ArmDriver } from '../platform/native-arm.ts'

/** How long one wait for the return home may block; between two of them a stop is noticed, ms. */
const HOMING_SLICE_MS = 100

/**
 * Brings the arm home. Blocks the thread. False when `stopRequested` became true meanwhile: the arm then stands where it
 * came to rest, and is as armed as it was. Throws the cause when the arm is stopped or not armed.
 */
export function goHome(arm: ArmDriver, stopRequested: () => boolean = () => false): boolean {
  if (stopRequested()) return false
  arm.beginHome()
  while (arm.waitHome(HOMING_SLICE_MS) === 'moving') {
    if (!stopRequested()) continue
    // Where a STOP came with the wish, its cause is told rather than an orderly end.
    if (arm.waitHome(0) === 'moving') arm.endEpisode()
    return false
  }
  return !stopRequested()
}
