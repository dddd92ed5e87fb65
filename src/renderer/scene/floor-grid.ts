import { BufferAttribute, BufferGeometry, Group, LineBasicMaterial, LineSegments } from 'three'
import type { CanvasSprite } from './canvas-sprite.ts'
import { textSprite } from './canvas-sprite.ts'

/** Grid step, m; every view says so in its corner. */
export const GRID_STEP = 0.25

function segments(ends: readonly number[]): LineSegments<BufferGeometry, LineBasicMaterial> {
  const geometry = new BufferGeometry().setAttribute('position', new BufferAttribute(new Float32Array(ends), 3))
  return new LineSegments(geometry, new LineBasicMaterial())
}

function gridEnds(): number[] {
  const ends: number[] = []
  for (let i = -2; i <= 4; i++) ends.push(i * GRID_STEP, -0.75, 0, i * GRID_STEP, 0.75, 0)
  for (let i = -3; i <= 3; i++) ends.push(-0.5, i * GRID_STEP, 0, 1, i * GRID_STEP, 0)
  return ends
}

/** Table plane with a 250 mm grid, and the x and y axes of the base frame. */
export class FloorGrid extends Group {
  private readonly grid = segments(gridEnds())
  private readonly axes = segments([0, 0, 0.001, 0.22, 0, 0.001, 0, 0, 0.001, 0, 0.22, 0.001])
  private labels: CanvasSprite[] = []

  constructor() {
    super()
    this.add(this.grid, this.axes)
  }

  setColours(line: string, axis: string, ground: string): void {
    this.grid.material.color.set(line)
    this.axes.material.color.set(axis)
    this.dropLabels()
    this.labels = ['x', 'y'].map((name, i) => {
      const label = textSprite(name, '11px "Inter Variable", sans-serif', axis, ground, -3, 4)
      label.position.set(i === 0 ? 0.25 : 0, i === 1 ? 0.25 : 0, 0)
      label.material.depthTest = true
      return label
    })
    if (this.labels.length > 0) this.add(...this.labels)
  }

  override dispose(): void {
    this.dropLabels()
    for (const part of [this.grid, this.axes]) {
      part.geometry.dispose()
      part.material.dispose()
    }
  }

  private dropLabels(): void {
    for (const label of this.labels) {
      label.removeFromParent()
      label.dispose()
    }
    this.labels = []
  }
}
