import { z } from 'zod'
import { vector3Schema } from './robot.ts'

/** To bring the tool tip of an arm to a point. */
export const reachTaskSchema = z.object({
  kind: z.literal('reach'),
  /** m, base frame. Reward of a transition: minus the distance of the next tool-tip position to it. */
  goal: vector3Schema,
})
export type ReachTask = z.infer<typeof reachTaskSchema>

/** To bring the tool tip to any point: the policy observes the goal, `goal.x`, `goal.y`, `goal.z`, behind the arm's state. */
export const anyReachTaskSchema = z.object({ kind: z.literal('reach-any') })

/** What such a policy observes of its goal. */
export const GOAL_OBSERVATION = [
  { name: 'goal.x', unit: 'm' },
  { name: 'goal.y', unit: 'm' },
  { name: 'goal.z', unit: 'm' },
] as const

/** To earn what a person wrote down over the signals of a step, such as `-abs(tip.z - 0.4)`. */
export const expressionTaskSchema = z.object({
  kind: z.literal('expression'),
  expression: z.string().trim().min(1, 'Write an expression.').max(2000, 'An expression has 2,000 characters at most.'),
})
export type ExpressionTask = z.infer<typeof expressionTaskSchema>

/** What a policy is trained for. `env`: the world's own reward, as it was recorded. */
export const taskSchema = z.discriminatedUnion('kind', [
  reachTaskSchema,
  anyReachTaskSchema,
  z.object({ kind: z.literal('env') }),
  expressionTaskSchema,
])
export type Task = z.infer<typeof taskSchema>

/** `reach:x,y,z`, metres, `reach:any`, `env` or `expression:TEXT`, as typed on the command line. */
export function taskText(task: Task): string {
  if (task.kind === 'expression') return `expression:${task.expression}`
  if (task.kind === 'reach-any') return 'reach:any'
  return task.kind === 'env' ? 'env' : `reach:${task.goal.join(',')}`
}

export const goalSchema = z.object({
  /** One capital letter on screen. */
  name: z.string().min(1).max(12),
  position: vector3Schema,
})
export type Goal = z.infer<typeof goalSchema>
