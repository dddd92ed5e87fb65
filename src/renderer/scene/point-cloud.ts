import {
  BufferAttribute,
  BufferGeometry,
  CustomBlending,
  DynamicDrawUsage,
  OneFactor,
  OneMinusSrcAlphaFactor,
  Points,
  PointsMaterial,
} from 'three'

/** Places the tool tip has been, drawn 1.5 px wide at 42 %. Grows by doubling. */
export class PointCloud extends Points<BufferGeometry, PointsMaterial> {
  private positions = new Float32Array(3 * 4096)
  private filled = 0

  constructor() {
    // Blended like a transparent material but sorted among the solid ones, and first: the arm is drawn over the points
    // and stays readable inside them.
    super(
      new BufferGeometry(),
      new PointsMaterial({
        sizeAttenuation: false,
        opacity: 0.42,
        depthWrite: false,
        blending: CustomBlending,
        // Else the drawing itself becomes see-through.
        blendSrcAlpha: OneFactor,
        blendDstAlpha: OneMinusSrcAlphaFactor,
      }),
    )
    this.frustumCulled = false
    this.renderOrder = -1
    this.allot()
  }

  /** f32 [n, 3], m. */
  append(points: ArrayLike<number>): void {
    const needed = 3 * this.filled + points.length
    if (needed > this.positions.length) {
      const grown = new Float32Array(Math.max(needed, 2 * this.positions.length))
      grown.set(this.positions)
      this.positions = grown
      this.allot()
    }
    this.positions.set(points, 3 * this.filled)
    const attribute = this.geometry.getAttribute('position') as BufferAttribute
    attribute.addUpdateRange(3 * this.filled, points.length)
    attribute.needsUpdate = true
    this.filled += Math.floor(points.length / 3)
    this.geometry.setDrawRange(0, this.filled)
  }

  clearPoints(): void {
    this.filled = 0
    this.geometry.setDrawRange(0, 0)
  }

  setLook(colour: string, pixelRatio: number): void {
    this.material.color.set(colour)
    this.material.size = 1.5 * pixelRatio
  }

  override dispose(): void {
    this.geometry.dispose()
    this.material.dispose()
  }

  private allot(): void {
    // A buffer on the graphics card keeps its size, so a longer one needs a new geometry.
    this.geometry.dispose()
    this.geometry = new BufferGeometry()
    const attribute = new BufferAttribute(this.positions, 3).setUsage(DynamicDrawUsage)
    this.geometry.setAttribute('position', attribute).setDrawRange(0, this.filled)
  }
}
