/**
 * How the mass of a capsule is reckoned. `legacy`, MuJoCo up to 2.1.2: a solid cylinder of the capsule's radius, longer
 * by half a radius at each end. `exact`, later ones: a cylinder with two half balls.
 */
export type InertiaRule = 'legacy' | 'exact'

/** A capsule in the frame of its body, m. */
export interface Capsule {
  radius: number
  /** Half the length of the cylindrical part. */
  half: number
  /** [3] centre. */
  center: readonly number[]
  /** [3] unit vector along the capsule. */
  axis: readonly number[]
}

/** Mass properties of one body. */
export interface Inertial {
  /** kg */
  mass: number
  /** [3] centre of mass in the body frame, m. */
  center: number[]
  /** [3, 3] about the centre of mass, axes of the body frame, kg m2. */
  inertia: number[]
}

/** Density of every geom of the locomotion models, kg/m3. */
const DENSITY = 1000

/** Mass, kg, and moments of inertia, kg m2, of a capsule about its centre: across its axis and along it. */
export function capsuleInertia(
  radius: number,
  half: number,
  rule: InertiaRule,
): Record<'mass' | 'across' | 'along', number> {
  const r2 = radius * radius
  if (rule === 'legacy') {
    const length = 2 * half + radius
    const mass = DENSITY * Math.PI * r2 * length
    return { mass, across: (mass * (3 * r2 + length * length)) / 12, along: (mass * r2) / 2 }
  }
  const length = 2 * half
  const cylinder = DENSITY * Math.PI * r2 * length
  const ball = (DENSITY * Math.PI * r2 * radius * 4) / 3
  // A half ball has its centre of mass 3r/8 beyond the end of the cylinder: parallel axes.
  const caps = ball * ((2 * r2) / 5 + (half * half + (3 / 4) * half * radius))
  return {
    mass: cylinder + ball,
    across: (cylinder * (3 * r2 + length * length)) / 12 + caps,
    along: (cylinder * r2) / 2 + (ball * 2 * r2) / 5,
  }
}

/** Mass properties of a rigid body made of capsules. */
export function bodyInertial(capsules: readonly Capsule[], rule: InertiaRule): Inertial {
  const parts = capsules.map((capsule) => ({ ...capsule, ...capsuleInertia(capsule.radius, capsule.half, rule) }))
  const mass = parts.reduce((sum, part) => sum + part.mass, 0)
  const center = [0, 1, 2].map((i) => parts.reduce((sum, part) => sum + part.mass * part.center[i]!, 0) / mass)
  const inertia = new Array<number>(9).fill(0)
  for (const { mass: m, across, along, axis, center: at } of parts) {
    const offset = at.map((value, i) => value - center[i]!)
    const distance2 = offset.reduce((sum, value) => sum + value * value, 0)
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const one = i === j ? 1 : 0
        const own = across * one + (along - across) * axis[i]! * axis[j]!
        inertia[3 * i + j]! += own + m * (distance2 * one - offset[i]! * offset[j]!)
      }
    }
  }
  return { mass, center, inertia }
}
