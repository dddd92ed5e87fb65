import type { Coverage } from '../../contract/dataset.ts'
import type { ReachOfBox } from '../../contract/dataset-coverage.ts'

/** What turns a share of a box's cells into one of its cells within reach; null for another box than the arm's. */
export function workspaceScale(coverage: Coverage | null | undefined, reach: ReachOfBox | null): number | null {
  if (!coverage || !reach || reach.cellsWithinReach === 0) return null
  return reach.cellsTotal === coverage.cellsTotal ? reach.cellsTotal / reach.cellsWithinReach : null
}
