import type { ArmDriver } from '../platform/native-arm.ts'

/** How long one wait for the return home may block; between two of them a stop is noticed. */
const HOMING_SLICE_MS = 100

/** Brings the arm home. Blocks the thread. Throws the cause when the arm is stopped or not armed. */
export function goHome(arm: ArmDriver): void {
  arm.beginHome()
  while (arm.waitHome(HOMING_SLICE_MS) === 'moving');
}
