import { armWorldNameSchema } from '../../contract/world.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'

/** Where the tool tip is in each observation of an arm, [T + 1, 3] m, by the arm's own kinematics; null for other worlds. */
export function tooltipOf(world: string): ((observations: Float32Array, size: number) => Float32Array) | null {
  if (!armWorldNameSchema.safeParse(world).success) return null
  const kinematics = new native.Kinematics(armModel())
  return (observations, size) => {
    const rows = observations.length / size
    const tooltip = new Float32Array(3 * rows)
    const q = new Float64Array(7)
    for (let row = 0; row < rows; row++) {
      q.set(observations.subarray(row * size, row * size + 7))
      const pose = kinematics.toolPose(q)
      for (let axis = 0; axis < 3; axis++) tooltip[3 * row + axis] = pose[12 + axis]!
    }
    return tooltip
  }
}
