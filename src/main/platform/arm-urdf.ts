import type { ArmModel } from './native-arm-model.ts'

const MASS_DIGITS = 6

/**
 * The arm as a URDF text, with the frames of the vendor's own (modified DH, joints about z) and the model's limits and
 * inertias: what a robot hands to clients that ask for its model. `prefix` as in `fr3_link1`.
 */
export function armUrdf(model: ArmModel, prefix: string): string {
  const links = Array.from({ length: 9 }, (_, i) => linkXml(model, prefix, i))
  const joints = model.dh.map((row, i) => jointXml(model, prefix, row, i))
  const flange = `<joint name="${prefix}_joint8" type="fixed"><origin xyz="0 0 ${model.flangeOffset}" rpy="0 0 0"/><parent link="${prefix}_link7"/><child link="${prefix}_link8"/></joint>`
  return `<?xml version="1.0"?>\n<robot name="${prefix}">\n${[...links, ...joints, flange].join('\n')}\n</robot>\n`
}

function linkXml(model: ArmModel, prefix: string, i: number): string {
  const link = model.links.find(({ name }) => name === `link${i}`)
  if (link === undefined) return `<link name="${prefix}_link${i}"/>`
  const [ixx, ixy, ixz, iyy, iyz, izz] = link.inertia
  return (
    `<link name="${prefix}_link${i}"><inertial><origin xyz="${link.center.join(' ')}" rpy="0 0 0"/>` +
    `<mass value="${link.mass.toFixed(MASS_DIGITS)}"/>` +
    `<inertia ixx="${ixx}" ixy="${ixy}" ixz="${ixz}" iyy="${iyy}" iyz="${iyz}" izz="${izz}"/></inertial></link>`
  )
}

function jointXml({ limits }: ArmModel, prefix: string, { a, d, alpha }: ArmModel['dh'][number], i: number): string {
  // Rx(alpha) Tx(a) Tz(d): the z axis that d lies along is already turned by alpha.
  const origin = `${a} ${-Math.sin(alpha) * d} ${Math.cos(alpha) * d}`
  const limit = `lower="${limits.qMin[i]}" upper="${limits.qMax[i]}" velocity="${limits.velocity[i]}" effort="${limits.torque[i]}"`
  return (
    `<joint name="${prefix}_joint${i + 1}" type="revolute"><origin xyz="${origin}" rpy="${alpha} 0 0"/>` +
    `<parent link="${prefix}_link${i}"/><child link="${prefix}_link${i + 1}"/><axis xyz="0 0 1"/><limit ${limit}/></joint>`
  )
}
