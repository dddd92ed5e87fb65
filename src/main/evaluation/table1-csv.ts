import type { EvaluationGrid } from '../../contract/evaluation.ts'
import { csvText } from '../platform/csv.ts'

const COLUMNS = [
  'learner', 'explorer', 'paper_m', 'cell_mean_closest_m', 'goal', 'goal_x_m', 'goal_y_m', 'goal_z_m', 'world', 'steps',
  'end_reason', 'return_m', 'closest_m', 'closest_at_s', 'final_m', 'start_error_rad', 'at', 'policy',
] // prettier-ignore

/** Table 1 as CSV: one row a try, and one without a try for each cell that has none. SI units, named in the head. */
export function table1Csv(grid: EvaluationGrid): string {
  const rows: (string | number)[][] = []
  for (const cell of grid.cells) {
    const head = [cell.learner, cell.explorer, cell.paperM ?? '', cell.meanClosestM ?? '']
    const tries = cell.goals.flatMap((goal) => goal.tries)
    if (tries.length === 0) rows.push([...head, ...COLUMNS.slice(head.length).map(() => '')])
    for (const one of tries)
      rows.push([
        ...head,
        one.goal,
        ...one.goalPosition,
        one.world,
        one.steps,
        one.endReason,
        one.return,
        one.closestM,
        one.closestAtS,
        one.finalM,
        one.startErrorRad,
        new Date(one.at).toISOString(),
        one.policyPath,
      ])
  }
  return csvText([COLUMNS, ...rows])
}
