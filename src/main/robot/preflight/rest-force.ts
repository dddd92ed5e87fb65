import type { ArmDriver } from '../../platform/native-arm.ts'
import { native } from '../../platform/native.ts'

const OVER = 1000 // ms
const AXES = ['Fx', 'Fy', 'Fz']

/** Size of the mean force on the tool over the last second, N; null while there are no states. */
export function restForce(driver: ArmDriver): number | null {
  const cycles = driver.recordedCycles(0, OVER, 0)
  if (cycles === null || cycles.samples === 0) return null
  const { samples, values } = cycles
  const columns = native.cycleColumns()
  const means = AXES.map((axis) => {
    const at = columns.findIndex(({ group, name }) => group === 'O_F_ext' && name === axis)
    return values.subarray(at * samples, (at + 1) * samples).reduce((sum, value) => sum + value, 0) / samples
  })
  return Math.hypot(...means)
}
