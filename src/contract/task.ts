import { z } from 'zod'
import { vector3Schema } from './robot.ts'

/** To bring the tool tip of an arm to a point. */
export const reachTaskSchema = z.object({
  kind: z.literal('reach'),
  /** m, base frame. Reward of a transition: minus the distance of the next tool-tip position to it. */
  goal: vector3Schema,
})
export type ReachTask = z.infer<typeof reachTaskSchema>

/** What a policy is trained for. `env`: the world's own reward, as it was recorded. */
export const taskSchema = z.discriminatedUnion('kind', [reachTaskSchema, z.object({ kind: z.literal('env') })])
export type Task = z.infer<typeof taskSchema>

/** `reach:x,y,z`, metres, or `env`, as typed on the command line. */
export function taskText(task: Task): string {
  return task.kind === 'env' ? 'env' : `reach:${task.goal.join(',')}`
}

export const goalSchema = z.object({
  /** One capital letter on screen. */
  name: z.string().min(1).max(12),
  position: vector3Schema,
})
export type Goal = z.infer<typeof goalSchema>
