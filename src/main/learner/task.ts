import { readFileSync } from 'node:fs'
import type { ArmLimits, Vector3 } from '../../contract/robot.ts'
import { refusal } from '../../contract/problem.ts'
import { taskSchema } from '../../contract/task.ts'
import type { Task } from '../../contract/task.ts'

/** Shoulder (axis of joint 2) in the base frame, m: `d1` of the arm's kinematics. */
const SHOULDER: Vector3 = [0, 0, 0.333]
/** Largest distance from the shoulder to a flange that the maker states, m. */
export const REACH_M = 0.855

/** The part of the arm's limits that decides whether a goal can be reached. */
export type GoalBox = ArmLimits['box']

/** Euclidean distance, m. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot((a[0] ?? NaN) - (b[0] ?? NaN), (a[1] ?? NaN) - (b[1] ?? NaN), (a[2] ?? NaN) - (b[2] ?? NaN))
}

/**
 * Reads `env`, `reach:x,y,z` (metres, base frame), `reach:any`, `expression:TEXT` or the path of a JSON file that holds a task. Refuses
 * with `task-unreadable` or `goal-out-of-reach`; an expression is read when it is known what data it is for.
 */
export function parseTask(text: string, box: GoalBox): Task {
  if (text.trim() === 'env') return { kind: 'env' }
  if (text.trim() === 'reach:any') return { kind: 'reach-any' }
  const expression = /^\s*expression:(.*)$/s.exec(text)?.[1]
  if (expression !== undefined) return readExpression(expression)
  const task = text.endsWith('.json') ? readTaskFile(text) : { kind: 'reach' as const, goal: parseReach(text) }
  if (task.kind === 'reach') refuseOutOfReach(task.goal, box)
  return task
}

function readExpression(expression: string): Task {
  const task = taskSchema.safeParse({ kind: 'expression', expression })
  if (task.success) return task.data
  throw unreadable(`expression:${expression.slice(0, 80)}`, task.error.issues.map(({ message }) => message).join(' '))
}

function parseReach(text: string): Vector3 {
  const match = /^reach:(.*)$/.exec(text.trim())
  if (!match) throw unreadable(text, 'it is not "env" and begins with neither "reach:" nor "expression:"')
  return parseGoal(match[1] ?? '', text)
}

/** Three numbers separated by commas, m. `whole` is the text that a refusal shows. */
export function parseGoal(numbers: string, whole: string = numbers): Vector3 {
  const parts = numbers.split(',').map((part) => part.trim())
  if (parts.length !== 3)
    throw unreadable(whole, `it has ${parts.length === 1 && !parts[0] ? 0 : parts.length} numbers`)
  const values = parts.map((part) => (part === '' ? NaN : Number(part)))
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw unreadable(whole, `"${parts[wrong]}" is not a number`)
  return [values[0] ?? NaN, values[1] ?? NaN, values[2] ?? NaN]
}

function unreadable(text: string, why: string): Error {
  return refusal(
    'task-unreadable',
    `The task "${text}" cannot be read: ${why}. Nothing was trained and nothing moved.`,
    'Write a goal as three numbers in metres in the base frame, for example reach:0.4,0.2,0.5, or env, or a reward such as expression:-abs(tip.z-0.4).',
  )
}

function readTaskFile(path: string): Task {
  let raw: string
  try {
    raw = readFileSync(path, 'utf8')
  } catch (error) {
    throw refusal('task-unreadable', `The task file ${path} cannot be opened.`, 'Check the path.', String(error))
  }
  try {
    return taskSchema.parse(JSON.parse(raw))
  } catch (error) {
    throw refusal(
      'task-unreadable',
      `The file ${path} does not hold a task.`,
      'It looks like {"kind": "reach", "goal": [0.4, 0.2, 0.5]}, metres in the base frame, or {"kind": "expression", "expression": "-abs(tip.z - 0.4)"}.',
      String(error),
    )
  }
}

/** Refuses a goal that the tool tip cannot come to: outside the allowed box, or farther than the arm is long. */
export function refuseOutOfReach(goal: Vector3, box: GoalBox): void {
  const wrong = goal.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw unreadable(goal.join(','), `${['x', 'y', 'z'][wrong]} is not a number`)
  const fromShoulder = distance(goal, SHOULDER)
  if (fromShoulder > REACH_M)
    throw refusal(
      'goal-out-of-reach',
      `The goal ${goal.join(', ')} m is ${fromShoulder.toFixed(3)} m from the shoulder; the arm reaches ${REACH_M} m.`,
      'Choose a goal nearer to the base.',
    )
  const axis = goal.findIndex((value, i) => value < (box.min[i] ?? -Infinity) || value > (box.max[i] ?? Infinity))
  if (axis < 0) return
  const value = goal[axis] ?? NaN
  const [low, high] = [box.min[axis] ?? NaN, box.max[axis] ?? NaN]
  const outside = value < low ? low - value : value - high
  throw refusal(
    'goal-out-of-reach',
    `The goal ${goal.join(', ')} m lies ${outside.toFixed(3)} m outside the allowed box: ` +
      `${['x', 'y', 'z'][axis]} is ${value} m, allowed are ${low} to ${high} m.`,
    'Choose a goal inside the box, or widen the box in the arm settings first.',
  )
}
