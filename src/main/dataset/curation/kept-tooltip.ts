import type Database from 'better-sqlite3'
import { CoverageGrid } from '../coverage/coverage-grid.ts'
import type { TooltipBox } from '../coverage/coverage-grid.ts'
import type { KeptRange } from './kept-range.ts'

/** Tool-tip positions of the kept steps, [x, y, z] in m: one blob an episode, `first` its first row, `last` its last. */
function* keptTooltips(
  db: Database.Database,
  ranges: readonly KeptRange[],
): Generator<{ blob: Buffer; first: number; last: number }> {
  const select = db.prepare<[number], Buffer>('SELECT tooltip FROM episode_data WHERE episode = ?').pluck()
  for (const { episode, from, to } of ranges) {
    const blob = select.get(episode)
    if (blob) yield { blob, first: from, last: to }
  }
}

/** Cells of the box that the tool tip was in during the kept steps. */
export function keptGrid(db: Database.Database, ranges: readonly KeptRange[], box: TooltipBox): CoverageGrid {
  const grid = new CoverageGrid(box)
  const point = new Float32Array(3)
  for (const { blob, first, last } of keptTooltips(db, ranges)) {
    for (let t = first; t <= last && 12 * t + 12 <= blob.byteLength; t++) {
      for (let axis = 0; axis < 3; axis++) point[axis] = blob.readFloatLE(12 * t + 4 * axis)
      grid.visit(point)
    }
  }
  return grid
}

/** At most `most` of the kept positions, spread evenly over all of them, [n, 3] m. */
export function keptCloud(
  db: Database.Database,
  ranges: readonly KeptRange[],
  most: number,
): { points: Float32Array; count: number; of: number } {
  const of = ranges.reduce((sum, { from, to }) => sum + to - from, 0)
  const stride = Math.max(1, Math.ceil(of / most))
  const points = new Float32Array(3 * Math.ceil(of / stride))
  let seen = 0
  let count = 0
  for (const { blob, first, last } of keptTooltips(db, ranges)) {
    // The row before the first step of an episode is the home pose, every time: it says nothing.
    const start = first + 1 + ((stride - (seen % stride)) % stride)
    for (let t = start; t <= last && 3 * count < points.length; t += stride) {
      for (let axis = 0; axis < 3; axis++) points[3 * count + axis] = blob.readFloatLE(12 * t + 4 * axis)
      count += 1
    }
    seen += last - first
  }
  return { points: points.subarray(0, 3 * count), count, of }
}
