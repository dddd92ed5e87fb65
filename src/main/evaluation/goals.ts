import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { refusal } from '../../contract/problem.ts'
import { goalSchema } from '../../contract/task.ts'
import type { Goal } from '../../contract/task.ts'
import { writeDurably } from '../platform/durable-file.ts'
import { setAside } from '../platform/set-aside.ts'
import { refuseOutOfReach } from '../learner/task.ts'
import type { GoalBox } from '../learner/task.ts'
import { appRoot } from '../platform/app-root.ts'
import { Watched } from '../platform/watched.ts'
import type { Feed } from '../platform/watched.ts'

const goalsSchema = z.array(goalSchema).min(1).max(26)
/** Two goals nearer than this are the same, m: a policy for one counts for the other. */
const SAME_GOAL_M = 0.0005

export function defaultGoals(): Goal[] {
  return goalsSchema.parse(JSON.parse(readFileSync(join(appRoot, 'assets', 'goals.json'), 'utf8')))
}

export function sameGoal(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => Math.abs(value - (b[i] ?? NaN)) < SAME_GOAL_M)
}

/** The reach goals of this station: the defaults until a person edits them; edited ones survive in `<home>/goals.json`. */
export class GoalBook {
  /** What a person is told about the file; null when all is well. */
  notice: string | null = null
  readonly #path: string
  readonly #box: GoalBox
  readonly #goals: Watched<Goal[]>

  constructor(home: string, box: GoalBox) {
    this.#path = join(home, 'goals.json')
    this.#box = box
    this.#goals = new Watched(this.#load())
  }

  get feed(): Feed<Goal[]> {
    return this.#goals
  }

  list(): Goal[] {
    return this.#goals.current()
  }

  /** Stores other goals. Refuses names that are used twice and goals that the arm cannot reach; then nothing changes. */
  replace(goals: readonly Goal[]): void {
    const checked = goalsSchema.safeParse(goals)
    if (!checked.success)
      throw refusal(
        'goals-unreadable',
        'The goals cannot be stored: each needs a short name and three numbers, and there are 1 to 26 of them. Nothing was changed.',
        'Correct the goals and store them again.',
        checked.error.message,
      )
    const twice = checked.data.find((goal, i) => checked.data.findIndex((other) => other.name === goal.name) !== i)
    if (twice)
      throw refusal(
        'goal-name-twice',
        `Two goals are named ${twice.name}. Nothing was changed.`,
        'Give each goal its own name.',
      )
    for (const goal of checked.data) refuseOutOfReach(goal.position, this.#box)
    mkdirSync(dirname(this.#path), { recursive: true })
    writeDurably(this.#path, JSON.stringify(checked.data, null, 1) + '\n')
    this.#goals.set(checked.data)
  }

  /** Back to the goals that come with the station. */
  reset(): void {
    this.replace(defaultGoals())
  }

  #load(): Goal[] {
    if (!existsSync(this.#path)) return defaultGoals()
    try {
      return goalsSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch {
      // A file that was edited by hand and broken must not keep the station from starting.
      this.notice = setAside(this.#path, 'the goals are those that come with the station.')
      return defaultGoals()
    }
  }
}
