import { setImmediate as breathe } from 'node:timers/promises'
import { armModel } from '../../platform/arm-model.ts'
import { native } from '../../platform/native.ts'
import { CELL_SIZE_M, CoverageGrid } from './coverage-grid.ts'
import type { TooltipBox } from './coverage-grid.ts'

/** Poses whose circle about the base axis is drawn; the count of cells changes by less than 0.1 % with ten times more. */
const POSES = 20_000
/** Joints 2 to 6 move the tool tip against the base axis; each has a base of Halton's sequence. */
const HALTON_BASES = [2, 3, 5, 7, 11] as const
/** Poses between two chances for other work; about 3 ms. */
const BLOCK = 500

const known = new Map<string, CoverageGrid>()

/**
 * Cells of the box that the tool tip can be in. Joints 2 to 6 take a quasi-random sequence over their limits (Halton
 * 1960, the same every time); the first joint sweeps its whole range, which draws an arc about the base axis; the last one
 * turns the hand about the tool tip. Self-collision and what else of the arm may leave the box are not looked at.
 * Computed once for each box; gives the thread to other work every few milliseconds.
 */
export async function cellsWithinReach(box: TooltipBox): Promise<CoverageGrid> {
  const key = JSON.stringify(box)
  const found = known.get(key)
  if (found) return found
  const grid = new CoverageGrid(box)
  const reach = new ReachArcs(grid)
  for (let pose = 1; pose <= POSES; pose++) {
    reach.draw(pose)
    if (pose % BLOCK === 0) await breathe()
  }
  known.set(key, grid)
  return grid
}

class ReachArcs {
  private readonly grid: CoverageGrid
  private readonly arm = armModel()
  private readonly kinematics = new native.Kinematics(this.arm)
  private readonly q = new Float64Array(7)
  private readonly point = new Float64Array(3)

  constructor(grid: CoverageGrid) {
    this.grid = grid
  }

  /** Marks the arc of the pose with this number in the sequence. */
  draw(pose: number): void {
    const { q, point, grid } = this
    const { qMin, qMax } = this.arm.limits
    HALTON_BASES.forEach((base, i) => {
      q[i + 1] = qMin[i + 1]! + (qMax[i + 1]! - qMin[i + 1]!) * halton(pose, base)
    })
    const [x, y, z] = this.kinematics.toolPose(q).subarray(12, 15)
    if (z! < grid.box.min[2] || z! > grid.box.max[2]) return
    const radius = Math.hypot(x!, y!)
    const azimuth = Math.atan2(y!, x!)
    const sweep = qMax[0]! - qMin[0]!
    const points = Math.ceil((radius * sweep) / (CELL_SIZE_M / 4))
    point[2] = z!
    for (let i = 0; i <= points; i++) {
      const angle = azimuth + qMin[0]! + (sweep * i) / Math.max(1, points)
      point[0] = radius * Math.cos(angle)
      point[1] = radius * Math.sin(angle)
      grid.visit(point)
    }
  }
}

/** Radical inverse of `index` in `base`, in (0, 1). */
function halton(index: number, base: number): number {
  let value = 0
  for (let digit = 1 / base, rest = index; rest > 0; digit /= base, rest = Math.floor(rest / base))
    value += digit * (rest % base)
  return value
}
