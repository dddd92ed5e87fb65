import type { ReachTask } from '../../contract/task.ts'

/**
 * Rewards of one episode for a task that was defined after the data were recorded.
 * reward[t] = -|tooltip[t + 1] - goal|, m.
 *
 * @param tooltip [T + 1, 3], m, base frame
 * @returns [T]
 */
export function reachRewards(task: ReachTask, tooltip: Float32Array): Float32Array {
  const steps = Math.max(0, tooltip.length / 3 - 1)
  const rewards = new Float32Array(steps)
  const [x, y, z] = task.goal
  for (let t = 0, at = 3; t < steps; t++, at += 3)
    rewards[t] = -Math.hypot((tooltip[at] ?? NaN) - x, (tooltip[at + 1] ?? NaN) - y, (tooltip[at + 2] ?? NaN) - z)
  return rewards
}
