import { z } from 'zod'
import { vector3Schema } from './robot.ts'

/** What a policy is trained for, defined after the data were collected. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('reach'),
    /** m, base frame. Reward of a transition: minus the distance of the next tool-tip position to it. */
    goal: vector3Schema,
  }),
])
export type Task = z.infer<typeof taskSchema>

/** `reach:x,y,z`, metres, as typed on the command line. */
export function taskText(task: Task): string {
  return `reach:${task.goal.join(',')}`
}

export const goalSchema = z.object({
  /** One capital letter on screen. */
  name: z.string().min(1).max(12),
  position: vector3Schema,
})
export type Goal = z.infer<typeof goalSchema>
