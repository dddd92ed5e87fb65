import type { ArmModel } from '../../../src/main/platform/native-arm-model.ts'

/**
 * The arm's geometry a second time, by other means than the addon's: 4x4 matrix products and an iterative segment
 * distance. Slow and plain; it judges the fast one.
 */
type Matrix = number[] // 16, row-major
type Point = [number, number, number]

const identity: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

function product(a: Matrix, b: Matrix): Matrix {
  const out: Matrix = []
  for (let r = 0; r < 4; r++)
    for (let c = 0; c < 4; c++) {
      let sum = 0
      for (let k = 0; k < 4; k++) sum += (a[4 * r + k] ?? 0) * (b[4 * k + c] ?? 0)
      out.push(sum)
    }
  return out
}

const translation = (x: number, y: number, z: number): Matrix => [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1]

function turnX(angle: number): Matrix {
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  return [1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1]
}

function turnZ(angle: number): Matrix {
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  return [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
}

function apply(m: Matrix, p: Point): Point {
  const row = (r: number): number =>
    (m[4 * r] ?? 0) * p[0] + (m[4 * r + 1] ?? 0) * p[1] + (m[4 * r + 2] ?? 0) * p[2] + (m[4 * r + 3] ?? 0)
  return [row(0), row(1), row(2)]
}

/** Poses of link0 .. link7, hand and the tool tip. */
export function poses(model: ArmModel, q: ArrayLike<number>): Map<string, Matrix> {
  const out = new Map<string, Matrix>([['link0', identity]])
  let pose = identity
  model.dh.forEach((row, i) => {
    for (const part of [turnX(row.alpha), translation(row.a, 0, 0), turnZ(q[i] ?? NaN), translation(0, 0, row.d)])
      pose = product(pose, part)
    out.set(`link${i + 1}`, pose)
  })
  const hand = product(product(pose, translation(0, 0, model.flangeOffset)), turnZ(model.handYaw))
  out.set('hand', hand)
  out.set('tool', product(hand, translation(0, 0, model.toolOffset)))
  return out
}

export function toolTip(model: ArmModel, q: ArrayLike<number>): Point {
  return apply(poses(model, q).get('tool') ?? identity, [0, 0, 0])
}

interface PlacedCapsule {
  link: string
  from: Point
  to: Point
  radius: number
}

function placedCapsules(model: ArmModel, q: ArrayLike<number>): PlacedCapsule[] {
  const all = poses(model, q)
  return model.capsules.map((capsule) => {
    let pose = all.get(capsule.link) ?? identity
    if (capsule.link === 'link7') pose = product(pose, turnZ(Math.PI / 4))
    const end = (sign: number): Point => {
      const local: Point = [capsule.center[0] ?? NaN, capsule.center[1] ?? NaN, capsule.center[2] ?? NaN]
      local['xyz'.indexOf(capsule.axis)]! += (sign * capsule.length) / 2
      return apply(pose, local)
    }
    return { link: capsule.link, from: end(-1), to: end(1), radius: capsule.radius }
  })
}

const between = (a: Point, b: Point, t: number): Point => [
  a[0] + t * (b[0] - a[0]),
  a[1] + t * (b[1] - a[1]),
  a[2] + t * (b[2] - a[2]),
]
const far = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

/** Parameter of the point of [from, to] nearest to p. */
function nearestOn(from: Point, to: Point, p: Point): number {
  let along = 0
  let square = 0
  for (let k = 0; k < 3; k++) {
    const d = (to[k] ?? 0) - (from[k] ?? 0)
    along += d * ((p[k] ?? 0) - (from[k] ?? 0))
    square += d * d
  }
  return Math.min(1, Math.max(0, along / square))
}

/** Projects back and forth between the two segments until nothing moves: the problem is convex. */
function segmentDistance(a: PlacedCapsule, b: PlacedCapsule): number {
  let onA = between(a.from, a.to, 0.5)
  let distance = Infinity
  for (let i = 0; i < 500; i++) {
    const onB = between(b.from, b.to, nearestOn(b.from, b.to, onA))
    onA = between(a.from, a.to, nearestOn(a.from, a.to, onB))
    const next = far(onA, onB)
    if (distance - next < 1e-9) return next
    distance = next
  }
  return distance
}

/** A lower bound: the capsules inside spheres about their middles. */
function sphereDistance(a: PlacedCapsule, b: PlacedCapsule): number {
  const middles = far(between(a.from, a.to, 0.5), between(b.from, b.to, 0.5))
  return middles - far(a.from, a.to) / 2 - far(b.from, b.to) / 2 - a.radius - b.radius
}

/** Smallest distance of the capsules of the model's pairs, m. */
export function selfDistance(model: ArmModel, q: ArrayLike<number>, pairs = model.collisionPairs): number {
  const placed = placedCapsules(model, q)
  let best = Infinity
  for (const [linkA, linkB] of pairs)
    for (const a of placed)
      for (const b of placed)
        if (a.link === linkA && b.link === linkB && !(sphereDistance(a, b) > best))
          best = Math.min(best, segmentDistance(a, b) - a.radius - b.radius)
  return best
}

/** Height of the lowest point of elbow, forearm, wrist, flange and hand, m. */
export function floorDistance(model: ArmModel, q: ArrayLike<number>): number {
  const outer = placedCapsules(model, q).filter((c) => ['link4', 'link5', 'link6', 'link7', 'hand'].includes(c.link))
  return Math.min(...outer.map((c) => Math.min(c.from[2], c.to[2]) - c.radius))
}

/** Distance of the tool tip to the nearest wall of the box, from inside, m. */
export function boxDistance(model: ArmModel, q: ArrayLike<number>): number {
  const tip = toolTip(model, q)
  const { boxMin, boxMax } = model.supervisor
  return Math.min(...tip.map((x, k) => Math.min(x - (boxMin[k] ?? NaN), (boxMax[k] ?? NaN) - x)))
}

/** Distance of the nearest joint to its limit, rad. */
export function jointDistance(model: ArmModel, q: ArrayLike<number>): number {
  const { qMin, qMax } = model.limits
  return Math.min(...qMin.map((low, i) => Math.min((q[i] ?? NaN) - low, (qMax[i] ?? NaN) - (q[i] ?? NaN))))
}
