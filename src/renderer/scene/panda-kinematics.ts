import { Matrix4, Vector3 } from 'three'

/** Modified DH rows of the Panda: [a (m), d (m), alpha (rad)] for joints 1..7. Source: the vendor's kinematics. */
export const DH_ROWS: readonly (readonly [a: number, d: number, alpha: number])[] = [
  [0, 0.333, 0],
  [0, 0, -Math.PI / 2],
  [0, 0.316, Math.PI / 2],
  [0.0825, 0, Math.PI / 2],
  [-0.0825, 0.384, -Math.PI / 2],
  [0, 0, Math.PI / 2],
  [0.088, 0, Math.PI / 2],
]

/** Link 7 to flange, m. */
export const FLANGE_Z = 0.107
/** Flange to Hand about z, rad. */
export const HAND_YAW = -Math.PI / 4
/** Hand to tool centre point, m. */
export const TCP_Z = 0.1034

/** The ready pose every episode starts from, rad. */
export const HOME_JOINTS: readonly number[] = [0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4]

/** Tool pose in the base frame for seven joint angles (rad), computed without the scene graph. */
export function forwardKinematics(q: ArrayLike<number>): Matrix4 {
  const pose = new Matrix4()
  const step = new Matrix4()
  DH_ROWS.forEach(([a, d, alpha], i) => {
    pose.multiply(step.makeRotationX(alpha)).multiply(step.makeTranslation(a, 0, d))
    pose.multiply(step.makeRotationZ(q[i] ?? 0))
  })
  pose.multiply(step.makeTranslation(0, 0, FLANGE_Z + TCP_Z))
  return pose.multiply(step.makeRotationZ(HAND_YAW))
}

/** Tool tip (m, base frame) for seven joint angles (rad). */
export const toolTip = (q: ArrayLike<number>): Vector3 => new Vector3().setFromMatrixPosition(forwardKinematics(q))
