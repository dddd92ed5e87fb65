import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Group,
  LineDashedMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
} from 'three'
import type { AllowedBox, Point3, Wall } from './scene-contents.ts'

/** Axis and side of each wall: [axis, 0 = min or 1 = max]. */
const WALLS: Record<Wall, readonly [axis: 0 | 1 | 2, side: 0 | 1]> = {
  back: [0, 0],
  front: [0, 1],
  right: [1, 0],
  left: [1, 1],
  floor: [2, 0],
  top: [2, 1],
}

type Bounds = readonly [min: Point3, max: Point3]

/** Corner of the box; each bit of `i` takes the max of x, y, z. */
const corner = (bounds: Bounds, i: number): Point3 => [
  bounds[i & 1 ? 1 : 0][0],
  bounds[i & 2 ? 1 : 0][1],
  bounds[i & 4 ? 1 : 0][2],
]

/** Signed distance (m) of a point to the nearest wall, and which; negative outside. */
export function nearestWall(box: AllowedBox, x: number, y: number, z: number): { wall: Wall; distance: number } {
  const point = [x, y, z] as const
  let best: { wall: Wall; distance: number } = { wall: 'back', distance: Infinity }
  for (const wall of Object.keys(WALLS) as Wall[]) {
    const [axis, side] = WALLS[wall]
    const distance = side ? box.max[axis] - point[axis] : point[axis] - box.min[axis]
    if (distance < best.distance) best = { wall, distance }
  }
  return best
}

/** The allowed box as dashed lines, and the wall in question tinted. */
export class AllowedBoxLines extends Group {
  private readonly lines = new LineSegments(
    new BufferGeometry(),
    new LineDashedMaterial({ dashSize: 0.013, gapSize: 0.013 }),
  )
  private readonly tint = new Mesh(
    new BufferGeometry(),
    new MeshBasicMaterial({ transparent: true, opacity: 0.16, side: DoubleSide, depthWrite: false }),
  )

  constructor() {
    super()
    this.tint.renderOrder = 1
    this.add(this.lines, this.tint)
  }

  setColours(line: string, tint: string): void {
    this.lines.material.color.set(line)
    this.tint.material.color.set(tint)
  }

  /** More than 1 makes shorter dashes. */
  setDashScale(scale: number): void {
    this.lines.material.scale = scale
  }

  show(box: AllowedBox | null, wall: Wall | null): void {
    this.visible = box !== null
    this.tint.visible = box !== null && wall !== null
    if (!box) return
    const bounds: Bounds = [box.min, box.max]
    const ends: number[] = []
    for (let i = 0; i < 8; i++) {
      for (const bit of [1, 2, 4]) if (!(i & bit)) ends.push(...corner(bounds, i), ...corner(bounds, i | bit))
    }
    this.lines.geometry.setAttribute('position', new BufferAttribute(new Float32Array(ends), 3))
    this.lines.computeLineDistances()
    if (wall) this.tint.geometry.setAttribute('position', new BufferAttribute(wallTriangles(bounds, wall), 3))
  }

  override dispose(): void {
    for (const part of [this.lines, this.tint]) {
      part.geometry.dispose()
      part.material.dispose()
    }
  }
}

function wallTriangles(bounds: Bounds, wall: Wall): Float32Array {
  const [axis, side] = WALLS[wall]
  const fixed = side << axis
  const [u, w] = [0, 1, 2].filter((other) => other !== axis).map((other) => 1 << other) as [number, number]
  const order = [0, u, u | w, 0, u | w, w]
  return new Float32Array(order.flatMap((bits) => corner(bounds, fixed | bits)))
}
