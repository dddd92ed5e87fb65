import type { Coverage } from '../../../contract/dataset.ts'
import type { Vector3 } from '../../../contract/robot.ts'

/** Edge of a coverage cell, m. */
export const CELL_SIZE_M = 0.05

export interface TooltipBox {
  min: Vector3
  max: Vector3
}

/** Which 5 cm cells of the allowed box the tool tip has been in. Points outside the box count for no cell. */
export class CoverageGrid {
  readonly box: TooltipBox
  /** One byte a cell, 1 = reached; x fastest. */
  readonly cells: Uint8Array
  private readonly size: Vector3
  private count = 0

  constructor(box: TooltipBox, cells?: Uint8Array) {
    this.box = box
    // The tolerance keeps 0.85 - 0.05 from becoming 17 cells by rounding.
    const along = (axis: 0 | 1 | 2): number => Math.ceil((box.max[axis] - box.min[axis]) / CELL_SIZE_M - 1e-9)
    this.size = [along(0), along(1), along(2)]
    const total = this.size[0] * this.size[1] * this.size[2]
    if (cells && cells.length !== total) throw new Error(`coverage has ${cells.length} cells instead of ${total}`)
    this.cells = cells ? Uint8Array.from(cells) : new Uint8Array(total)
    for (const cell of this.cells) this.count += cell
  }

  /** Marks the cell of a point, m; true when it is new. `offset` selects the point in a row-major [n, 3] array. */
  visit(points: ArrayLike<number>, offset = 0): boolean {
    const { min, max } = this.box
    let index = 0
    let stride = 1
    for (let axis = 0; axis < 3; axis++) {
      const at = points[offset + axis]!
      const low = min[axis]!
      if (!(at >= low && at <= max[axis]!)) return false
      const cell = Math.min(Math.floor((at - low) / CELL_SIZE_M), this.size[axis]! - 1)
      index += cell * stride
      stride *= this.size[axis]!
    }
    if (this.cells[index] !== 0) return false
    this.cells[index] = 1
    this.count += 1
    return true
  }

  coverage(): Coverage {
    const total = this.cells.length
    return { cellSizeM: CELL_SIZE_M, cellsReached: this.count, cellsTotal: total, fraction: this.count / total }
  }
}
