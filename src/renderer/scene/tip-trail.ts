import type { InterleavedBufferAttribute } from 'three'
import { Color } from 'three'
import { LineMaterial } from 'three/addons/lines/LineMaterial.js'
import { LineSegments2 } from 'three/addons/lines/LineSegments2.js'
import { LineSegmentsGeometry } from 'three/addons/lines/LineSegmentsGeometry.js'

/** Points kept: 5 s at 60 a second. */
const CAPACITY = 300

/** Path of the tool tip over the last seconds: a line that fades into the ground with age. */
export class TipTrail extends LineSegments2 {
  private readonly points = new Float32Array(3 * CAPACITY)
  private readonly times = new Float64Array(CAPACITY)
  private filled = 0
  private readonly fresh = new Color()
  private readonly ground = new Color()
  private readonly mixed = new Color()

  constructor() {
    const geometry = new LineSegmentsGeometry()
    geometry.setPositions(new Float32Array(6 * (CAPACITY - 1)))
    geometry.setColors(new Float32Array(6 * (CAPACITY - 1)))
    geometry.instanceCount = 0
    super(geometry, new LineMaterial({ vertexColors: true, linewidth: 2 }))
    this.frustumCulled = false
  }

  setColours(fresh: string, ground: string): void {
    this.fresh.set(fresh)
    this.ground.set(ground)
    this.rebuild()
  }

  /** Adds a place at a time (s) and drops what is older than `seconds`. A step back in time starts over. */
  extend(x: number, y: number, z: number, timeS: number, seconds: number): void {
    if (this.filled > 0 && timeS < this.times[this.filled - 1]!) this.filled = 0
    let drop = this.filled === CAPACITY ? 1 : 0
    while (drop < this.filled && timeS - this.times[drop]! > seconds) drop++
    this.points.copyWithin(0, 3 * drop, 3 * this.filled)
    this.times.copyWithin(0, drop, this.filled)
    this.filled -= drop
    this.points.set([x, y, z], 3 * this.filled)
    this.times[this.filled++] = timeS
    this.rebuild()
  }

  /** Replaces all: f32 [n, 3], oldest first; the newest are kept when there are too many. */
  replace(points: ArrayLike<number>): void {
    const given = Math.floor(points.length / 3)
    this.filled = Math.min(given, CAPACITY)
    for (let i = 0; i < 3 * this.filled; i++) this.points[i] = points[3 * (given - this.filled) + i] ?? 0
    this.rebuild()
  }

  clearPoints(): void {
    this.filled = 0
    this.rebuild()
  }

  override dispose(): void {
    this.geometry.dispose()
    this.material.dispose()
  }

  private rebuild(): void {
    const segments = Math.max(0, this.filled - 1)
    const place = this.geometry.getAttribute('instanceStart') as InterleavedBufferAttribute
    const tint = this.geometry.getAttribute('instanceColorStart') as InterleavedBufferAttribute
    for (let i = 0; i < segments; i++) {
      for (let k = 0; k < 6; k++) place.data.array[6 * i + k] = this.points[3 * i + k] ?? 0
      for (const end of [0, 1]) {
        const age = (i + end) / segments
        this.mixed.lerpColors(this.ground, this.fresh, 0.15 + 0.85 * age).toArray(tint.data.array, 6 * i + 3 * end)
      }
    }
    place.data.needsUpdate = true
    tint.data.needsUpdate = true
    this.geometry.instanceCount = segments
  }
}
