/** Triangle surfaces from formulas: wrapped distance fields, turned parts, extruded outlines. Metres. */
import { BufferAttribute, BufferGeometry, ExtrudeGeometry, Matrix4, Shape, Vector2, Vector3 } from 'three'
import type { Curve } from 'three'
import type { Field } from './panda-fields.ts'
import { hypot2 } from './panda-fields.ts'

/** End of a wrapped shell: a fan of n rays, or rays aimed at a disc rim [radius, distance, edge rounding]. */
export type Cap = number | readonly [radius: number, distance: number, rounding: number]

/** Ray directions as [radial, axial], from the end's centre outwards. */
function capRays(cap: Cap): [number, number][] {
  if (typeof cap === 'number') {
    const angle = (i: number): number => ((i / cap) * Math.PI) / 2
    return Array.from({ length: cap }, (_, i) => [Math.sin(angle(i)), Math.cos(angle(i))])
  }
  const [R, h, e] = cap
  const rim: [number, number][] = [
    [0.7 * R, h],
    [R - e, h],
    [R - 0.3 * e, h - 0.3 * e],
    [R, h - e],
  ]
  return rim.map(([r, z]) => [r / hypot2(r, z), z / hypot2(r, z)])
}

export function indexedSurface(positions: Float32Array, normals: Float32Array, index: Uint32Array): BufferGeometry {
  const geometry = new BufferGeometry().setIndex(new BufferAttribute(index, 1))
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  geometry.setAttribute('normal', new BufferAttribute(normals, 3))
  return geometry
}

/** Two triangles per cell of a grid of `rows` x `columns` vertices. */
function gridIndex(rows: number, columns: number): Uint32Array {
  const index = new Uint32Array((rows - 1) * (columns - 1) * 6)
  let corner = 0
  for (let row = 1; row < rows; row++) {
    for (let column = 1; column < columns; column++) {
      const q = row * columns + column
      const p = q - columns
      index.set([p - 1, p, q - 1, p, q, q - 1], corner)
      corner += 6
    }
  }
  return index
}

/** Distance along a ray to the surface of a field, starting near `guess`. */
function castRay(field: Field, o: Vector3, dir: Vector3, guess: number): number {
  let t = guess
  for (let i = 0, d = 1; i < 24 && Math.abs(d) > 3e-5; i++) {
    d = -field(o.x + t * dir.x, o.y + t * dir.y, o.z + t * dir.z)
    t = Math.max(t + d, 0)
  }
  return t
}

/** Step of the numeric gradient, m. */
const GRADIENT_STEP = 1e-3

/** Shrink-wrap a field: rays leave the spine at right angles (fanned at both ends) until they meet the surface. */
export function wrap(
  field: Field,
  spine: Curve<Vector3>,
  side: Vector3,
  rings: number,
  segments: number,
  head: Cap,
  tail: Cap,
): BufferGeometry {
  const rows: [u: number, radial: number, axial: number][] = []
  for (const [radial, axial] of capRays(head)) rows.push([0, radial, -axial])
  for (let i = 0; i <= rings; i++) rows.push([i / rings, 1, 0])
  for (const [radial, axial] of capRays(tail).reverse()) rows.push([1, radial, axial])
  const columns = segments + 1
  const positions = new Float32Array(rows.length * columns * 3)
  const normals = new Float32Array(positions.length)
  const binormal = new Vector3()
  const dir = new Vector3()
  const reach = new Float32Array(columns)
  let at = 0
  for (const [u, radial, axial] of rows) {
    const o = spine.getPointAt(u)
    const tangent = spine.getTangentAt(u)
    binormal.crossVectors(tangent, side)
    for (let s = 0; s < columns; s++) {
      const phi = (2 * Math.PI * s) / segments
      dir.copy(side).multiplyScalar(radial * Math.cos(phi))
      dir.addScaledVector(binormal, radial * Math.sin(phi)).addScaledVector(tangent, axial)
      const t = castRay(field, o, dir, 0.75 * (reach[s] ?? 0)) // start near the hit of the previous row
      reach[s] = t
      const x = o.x + t * dir.x
      const y = o.y + t * dir.y
      const z = o.z + t * dir.z
      // The field is 0 at x, y, z, so one-sided differences are the gradient.
      const nx = field(x + GRADIENT_STEP, y, z)
      const ny = field(x, y + GRADIENT_STEP, z)
      const nz = field(x, y, z + GRADIENT_STEP)
      const n = hypot2(hypot2(nx, ny), nz) || 1
      positions.set([x, y, z], at)
      normals.set([nx / n, ny / n, nz / n], at)
      at += 3
    }
  }
  return indexedSurface(positions, normals, gridIndex(rows.length, columns))
}

export type Profile = readonly (readonly [radius: number, z: number])[]

/** Turned part about z from [radius, z] pairs, z rising; every corner stays sharp. */
export function turned(profile: Profile, from = 0, sweep = 2 * Math.PI): BufferGeometry {
  const steps = Math.ceil(6.4 * sweep)
  const positions: number[] = []
  const normals: number[] = []
  const index: number[] = []
  profile.slice(1).forEach(([r1, z1], band) => {
    const [r0, z0] = profile[band] ?? [r1, z1]
    const slope = hypot2(r1 - r0, z1 - z0)
    const out = (z1 - z0) / slope
    const up = (r0 - r1) / slope
    for (let s = 0; s <= steps; s++) {
      const cos = Math.cos(from + (sweep * s) / steps)
      const sin = Math.sin(from + (sweep * s) / steps)
      const first = positions.length / 3
      positions.push(r0 * cos, r0 * sin, z0, r1 * cos, r1 * sin, z1)
      normals.push(out * cos, out * sin, up, out * cos, out * sin, up)
      if (s < steps) index.push(first, first + 2, first + 1, first + 1, first + 2, first + 3)
    }
  })
  return indexedSurface(new Float32Array(positions), new Float32Array(normals), new Uint32Array(index))
}

export const ring = (r: number, z0: number, z1: number): BufferGeometry =>
  turned([
    [r * 0.7, z0],
    [r, z0],
    [r, z1],
    [r * 0.7, z1],
  ])

/** Closed drum from z0 to z1 with edges rounded by e. */
export const can = (R: number, z0: number, z1: number, e: number): BufferGeometry =>
  turned([
    [1e-4, z0],
    [R - e, z0],
    [R - 0.3 * e, z0 + 0.3 * e],
    [R, z0 + e],
    [R, z1 - e],
    [R - 0.3 * e, z1 - 0.3 * e],
    [R - e, z1],
    [1e-4, z1],
  ])

/** Domed cover with a bevelled edge and a groove, standing on z = 0. */
export const cover = (r: number, h: number): BufferGeometry =>
  turned([
    [r, -0.003],
    [r, 0.4 * h],
    [r - 0.6 * h, h],
    [0.84 * r, h],
    [0.83 * r, 0.7 * h],
    [0.81 * r, 0.7 * h],
    [0.8 * r, h],
    [1e-4, 1.3 * h],
  ])

/** Outline in (y, z), extruded symmetrically along x with bevelled edges. */
export function slab(outline: Shape, width: number, bevel: number): BufferGeometry {
  const solid = new ExtrudeGeometry(outline, {
    depth: width - 2 * bevel,
    bevelThickness: bevel,
    bevelSize: bevel,
    bevelOffset: -bevel,
    bevelSegments: 2,
    curveSegments: 4,
  }).translate(0, 0, bevel - width / 2)
  return solid.applyMatrix4(new Matrix4().makeBasis(new Vector3(0, 1, 0), new Vector3(0, 0, 1), new Vector3(1, 0, 0)))
}

export type Corner = readonly [y: number, z: number, radius: number]

/** Closed outline through [y, z, corner radius] points. */
export function roundedOutline(points: readonly Corner[]): Shape {
  const shape = new Shape()
  points.forEach(([y, z, r], i) => {
    const toward = ([ty, tz]: Corner): Vector2 => new Vector2(ty - y, tz - z).setLength(r)
    const a = toward(points.at(i - 1) ?? [y, z, r])
    const b = toward(points[(i + 1) % points.length] ?? [y, z, r])
    if (i === 0) shape.moveTo(y + a.x, z + a.y)
    else shape.lineTo(y + a.x, z + a.y)
    shape.quadraticCurveTo(y, z, y + b.x, z + b.y)
  })
  return shape
}
