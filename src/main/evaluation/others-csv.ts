import type { OtherPolicy, ReturnTry, TryResult } from '../../contract/evaluation.ts'
import { taskText } from '../../contract/task.ts'
import { csvText } from '../platform/csv.ts'

const COLUMNS = [
  'task', 'learner', 'dataset', 'data_world', 'updates', 'world', 'steps', 'end_reason', 'return', 'goal', 'goal_x_m',
  'goal_y_m', 'goal_z_m', 'closest_m', 'closest_at_s', 'final_m', 'start_error_rad', 'at', 'policy',
] // prettier-ignore

/**
 * Policies without a place in Table 1 as CSV: one row a try, and one without a try for each policy that has none. SI
 * units, named in the head; a task without a goal leaves the columns of distances empty.
 */
export function othersCsv(policies: readonly OtherPolicy[]): string {
  const rows = policies.flatMap(({ task, learner, dataset, world, updates, tries, path }) => {
    const head = [taskText(task), learner, dataset, world, updates]
    if (tries.length === 0) return [[...head, ...COLUMNS.slice(head.length, -1).map(() => ''), path]]
    return tries.map((one) => [
      ...head,
      one.world,
      one.steps,
      one.endReason,
      one.return,
      ...distances(one),
      new Date(one.at).toISOString(),
      path,
    ])
  })
  return csvText([COLUMNS, ...rows])
}

function distances(one: TryResult | ReturnTry): (string | number)[] {
  if (!('closestM' in one)) return Array.from({ length: 8 }, () => '')
  const { goal, goalPosition, closestM, closestAtS, finalM, startErrorRad } = one
  return [goal, ...goalPosition, closestM, closestAtS, finalM, startErrorRad]
}
