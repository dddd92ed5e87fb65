/**
 * Shells of the Panda's links as signed-distance fields: metres, negative inside, each in its own link frame.
 * Seams, radii and widths are estimates from published collision models, not measured on a robot.
 */
export type Field = (x: number, y: number, z: number) => number

export const hypot2 = (x: number, y: number): number => Math.sqrt(x * x + y * y)
const clamp01 = (value: number): number => Math.min(Math.max(value, 0), 1)

/** Union of two fields with a fillet of about k; `cut` is the matching rounded intersection. */
function blend(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k
  return Math.min(a, b) - h * h * k * 0.25
}
const cut = (a: number, b: number, k: number): number => -blend(-a, -b, k)

/** Solid of revolution seen in (r, axis): radius R, half length h, edge rounding e. */
function drum(r: number, axis: number, R: number, h: number, e: number): number {
  const dr = r - R + e
  const da = Math.abs(axis) - h + e
  return Math.min(Math.max(dr, da), 0) + hypot2(Math.max(dr, 0), Math.max(da, 0)) - e
}

/** Box with half sizes h and edge rounding e. */
function box(x: number, y: number, z: number, hx: number, hy: number, hz: number, e: number): number {
  const dx = Math.abs(x) - hx + e
  const dy = Math.abs(y) - hy + e
  const dz = Math.abs(z) - hz + e
  const inside = Math.min(Math.max(dx, dy, dz), 0)
  return inside + hypot2(hypot2(Math.max(dx, 0), Math.max(dy, 0)), Math.max(dz, 0)) - e
}

type Point = readonly [x: number, y: number, z: number]

/** Tapered rod from a (radius ra) to b (radius rb); flat < 1 widens it along x. */
function rod(a: Point, b: Point, ra: number, rb: number, flat = 1): Field {
  const [ax, ay, az] = a
  const ux = b[0] - ax
  const uy = b[1] - ay
  const uz = b[2] - az
  const uu = ux * ux + uy * uy + uz * uz
  return (x, y, z) => {
    const px = x - ax
    const py = y - ay
    const pz = z - az
    const t = clamp01((px * ux + py * uy + pz * uz) / uu)
    return hypot2(hypot2((px - ux * t) * flat, py - uy * t), pz - uz * t) - ra - (rb - ra) * t
  }
}

// Between two links the shells stop short and a dark ring shows. Drums (the round joint housings) are turned
// parts; the fields are kept SKIN below them so that the crisp turned edge wins where both coincide.
export const TUBE_R = 0.056
export const DRUM_R = 0.0575
export const GAP = 0.005
const SKIN = 0.0012
/** Tube seam from the joint axis; outer face of the drum. */
export const SHOULDER = { seam: 0.193, face: 0.106 }
export const ELBOW = { seam: 0.122, face: 0.09, x: 0.0825 }
export const WRIST = { inner: 0.036, face: 0.106, r: 0.052 }

export const baseField: Field = (x, y, z) => {
  const flare = 1 - clamp01(z / 0.13)
  const column = Math.max(hypot2(x, y) - 0.0575 - 0.014 * flare * flare, z - 0.13)
  const block = cut(box(x + 0.074, y, z - 0.04, 0.061, 0.049, 0.06, 0.014), 0.94 * z - 0.34 * x - 0.109, 0.025)
  const outline = hypot2(Math.max(Math.abs(x + 0.015) - 0.022, 0), Math.max(Math.abs(y) - 0.052, 0)) - 0.034
  const skirt = cut(outline, z - 0.013, 0.016)
  return cut(blend(blend(column, block, 0.028), skirt, 0.045), -z, 0.004)
}

/** Link 1; link 2 is the same part turned over. The notch clears the other link's drum. */
export const shoulderField: Field = (x, y, z) => {
  const r = hypot2(x, z)
  const tube = drum(hypot2(x, y), z + 0.1, TUBE_R, SHOULDER.seam - 0.1 - GAP / 2, 0.003)
  const half = drum(r, y + SHOULDER.face / 2, DRUM_R - SKIN, SHOULDER.face / 2 - 0.004, 0.006)
  return cut(blend(tube, half, 0.035), -Math.max(r - DRUM_R - 0.004, -0.004 - y), 0.018)
}

const elbowWeb = rod([0, 0, -0.09], [ELBOW.x, 0.032, 0], 0.054, 0.052)

/** Link 3; link 4 is the same part turned over. */
export const elbowField: Field = (x, y, z) => {
  const r = hypot2(x - ELBOW.x, z)
  const tube = drum(hypot2(x, y), z + 0.09, TUBE_R, ELBOW.seam - 0.09 - GAP / 2, 0.003)
  const half = drum(r, y - ELBOW.face / 2, DRUM_R - SKIN, ELBOW.face / 2 - 0.004, 0.006)
  const body = blend(cut(blend(tube, elbowWeb(x, y, z), 0.03), z + 0.003, 0.012), half, 0.02)
  return cut(body, -Math.max(r - DRUM_R - 0.004, y - 0.004), 0.016)
}

const forearmTaper = rod([0, 0.002, -0.215], [0, 0.05, -0.15], 0.0545, 0.0455)
const forearmShank = rod([0, 0.068, -0.15], [0, 0.079, -0.02], 0.023, 0.022, 0.55)

export const forearmField: Field = (x, y, z) => {
  const tube = drum(hypot2(x, y), z + 0.23, TUBE_R, 0.032 - GAP / 2, 0.003)
  const body = blend(blend(tube, forearmTaper(x, y, z), 0.02), forearmShank(x, y, z), 0.02)
  const half = (WRIST.face - WRIST.inner) / 2
  const wrist = drum(hypot2(x, z), y - WRIST.inner - half, WRIST.r - SKIN, half - 0.002, 0.008)
  return cut(blend(body, wrist, 0.03), y - WRIST.face + 0.002, 0.006)
}

export const wristField: Field = (x, y, z) => {
  const hub = drum(hypot2(x, y), z - 0.009, 0.0505 - SKIN, 0.04, 0.006)
  const column = drum(hypot2(x - 0.088, z), y - 0.0135, 0.0505 - SKIN, 0.059, 0.01)
  return blend(hub, column, 0.04)
}

export const flangeField: Field = (x, y, z) => {
  const along = (x + y) * Math.SQRT1_2
  const across = (y - x) * Math.SQRT1_2
  const collar = drum(hypot2(x, y), z - 0.075, 0.045, 0.02, 0.006)
  const t = clamp01(along / 0.062)
  const pilot = drum(hypot2(along - 0.062 * t, across), z - 0.081, 0.036 - 0.008 * t, 0.0145, 0.007)
  return blend(collar, pilot, 0.014)
}

export const handField: Field = (x, y, z) => {
  const shoulders = 0.5 * (Math.abs(y) - 0.058) - 0.866 * (z + 0.004)
  return cut(box(x, y, z - 0.03, 0.0315, 0.102, 0.036, 0.009), shoulders, 0.02)
}
