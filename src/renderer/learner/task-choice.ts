import type { Vector3 } from '../../contract/robot.ts'
import type { Goal, Task } from '../../contract/task.ts'
import { isArmWorld } from '../dataset/dataset-words.ts'
import { positionText } from './job-words.ts'

export const ALL_GOALS = 'all'
export const OTHER_POINT = 'point'
export const ANY_POINT = 'any'
export const EXPRESSION = 'expression'
export const OWN_REWARD = 'env'

/** What a person chose to train for, as typed. */
export interface TaskDraft {
  task: string
  /** Text of x, y and z in mm. */
  point: [string, string, string]
  expression: string
}

export const FRESH_TASK: TaskDraft = { task: ALL_GOALS, point: ['400', '200', '500'], expression: '' }

/** What can be trained from data of a world: only an arm has goals, and only the other worlds reward by themselves. */
export function taskOptions(world: string | undefined, goals: readonly Goal[]): { value: string; label: string }[] {
  const expression = { value: EXPRESSION, label: 'A reward of your own' }
  if (world !== undefined && !isArmWorld(world))
    return [{ value: OWN_REWARD, label: "The world's own reward" }, expression]
  return [
    { value: ALL_GOALS, label: `All goals: ${goals.map((goal) => goal.name).join(', ')}` },
    ...goals.map((goal) => ({ value: goal.name, label: `Reach goal ${goal.name}: ${positionText(goal.position)} mm` })),
    { value: OTHER_POINT, label: 'Reach another point' },
    { value: ANY_POINT, label: 'Reach any point: one policy that is told its goal' },
    expression,
  ]
}

/** The chosen option, or the first one where another world does not have it. */
export function chosenTask(draft: TaskDraft, options: readonly { value: string }[]): string {
  return options.some(({ value }) => value === draft.task) ? draft.task : (options[0]?.value ?? ALL_GOALS)
}

/** The tasks that a choice stands for, or what is wrong with what was typed. */
export function tasksOf(
  chosen: string,
  draft: TaskDraft,
  goals: readonly Goal[],
): { tasks: Task[]; error: string | null } {
  const reach = (goal: Vector3): Task => ({ kind: 'reach', goal })
  if (chosen === OWN_REWARD) return { tasks: [{ kind: 'env' }], error: null }
  if (chosen === ANY_POINT) return { tasks: [{ kind: 'reach-any' }], error: null }
  if (chosen === EXPRESSION) {
    const expression = draft.expression.trim()
    if (expression === '') return { tasks: [], error: 'For example −abs(tip.z − 0.4).' }
    return { tasks: [{ kind: 'expression', expression }], error: null }
  }
  if (chosen === ALL_GOALS) return { tasks: goals.map((goal) => reach(goal.position)), error: null }
  const named = goals.find((goal) => goal.name === chosen)
  if (named !== undefined) return { tasks: [reach(named.position)], error: null }
  const point = draft.point.map((text) => Number(text.trim().replace('\u2212', '-')) / 1000)
  if (draft.point.some((text) => text.trim() === '') || point.some((v) => !Number.isFinite(v)))
    return { tasks: [], error: 'Three numbers in mm, for example 400, 200, 500.' }
  return { tasks: [reach(point as Vector3)], error: null }
}

/** A task file, as `--task FILE` takes it. */
export const taskFile = (task: Task): string => `${JSON.stringify(task, null, 1)}\n`
