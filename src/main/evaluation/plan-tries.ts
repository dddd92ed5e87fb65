import { randomUUID } from 'node:crypto'
import type { EvaluationStart } from '../../contract/evaluation.ts'
import type { PolicySummary } from '../../contract/policy.ts'
import { refusal } from '../../contract/problem.ts'
import type { Goal, Task } from '../../contract/task.ts'
import type { WorldName } from '../../contract/world.ts'
import { worldOptionsSchema } from '../../contract/world.ts'
import { isLocomotion } from '../world/open-world.ts'
import type { EvaluationOrder, TryOrder, WorldTriesOrder } from './evaluation-order.ts'
import { policyFor } from './table1.ts'

/** Steps of one try, as in the paper: 50 s at 20 Hz. */
export const STEPS_PER_TRY = 1000

/** What is to be done: the tries in their order, and how many belong to one round. */
export interface TryPlan {
  tries: TryOrder[]
  /** Tries of a round; there are as many rounds as tries for each goal. */
  perRound: number
}

/** The tries of a cell of Table 1. Refuses when a policy of it is missing. */
export function planCell(start: EvaluationStart, policies: readonly PolicySummary[], goals: readonly Goal[]): TryPlan {
  const chosen = goals.map((goal) => ({ goal, policy: policyFor(policies, start.learner, start.explorer, goal) }))
  const missing = chosen.filter((each) => each.policy === null).map((each) => each.goal.name)
  if (missing.length > 0)
    throw refusal(
      'not-trained',
      `No ${start.learner} policy from ${start.explorer} data is trained for goal ${missing.join(', ')}. Nothing moved.`,
      'Train it on the Train screen first.',
    )
  return inRounds(
    start,
    chosen.map(({ goal, policy }) => ({ goal, policyPath: policy?.path ?? '' })),
  )
}

/** The tries of one policy in its own task. Refuses what has none, and a world that it was not trained in. */
export function planPolicy(start: EvaluationStart, policy: PolicySummary, goals: readonly Goal[]): TryPlan {
  const { path, sheet } = policy
  if (sheet.task === null)
    throw refusal(
      'goal-unknown',
      'This policy does not say what it is for. Nothing moved.',
      'Try it in a terminal with --goal, which needs no task.',
    )
  const world = sheet.dataset?.world ?? 'panda'
  if (family(world) !== family(start.world))
    throw refusal(
      'policy-unfit',
      `This policy was trained in ${world} and cannot act in ${start.world}. Nothing moved.`,
      `Try it in ${world}.`,
    )
  return inRounds(
    start,
    goalsOf(sheet.task, goals).map((goal) => ({ goal, policyPath: path })),
  )
}

/** The arm in this process and the arm over the network are the same arm. */
const family = (world: string): string => (world === 'panda-fci' ? 'panda' : world)

/** Where a task leads to; a point of its own has no name, and null stands for a reward without a goal. */
function goalsOf(task: Task, goals: readonly Goal[]): (Goal | null)[] {
  if (task.kind === 'reach') return [{ name: '', position: task.goal }]
  return task.kind === 'reach-any' ? [...goals] : [null]
}

/** Rounds over the goals: an early stop then leaves the goals with equally many tries. */
function inRounds(start: EvaluationStart, round: readonly Pick<TryOrder, 'goal' | 'policyPath'>[]): TryPlan {
  const tries = Array.from({ length: start.triesPerGoal }, (_, number) =>
    round.map((each, i) => ({
      ...each,
      id: randomUUID(),
      seed: (start.seed + number * round.length + i) >>> 0,
    })),
  ).flat()
  return { tries, perRound: round.length }
}

/** What the thread that makes the tries is told. `armId`: the connected arm; null for a simulation. */
export function orderOf(
  { world, seed }: { world: WorldName; seed: number },
  { tries }: TryPlan,
  policy: PolicySummary | null,
  armId: number | null,
): EvaluationOrder | WorldTriesOrder {
  if (isLocomotion(world))
    return {
      world,
      options: worldOptionsSchema.parse(policy?.sheet.dataset?.worldOptions ?? {}),
      stepsPerEpisode: STEPS_PER_TRY,
      policyPath: tries[0]?.policyPath ?? '',
      seed,
      episodes: tries.length,
    }
  const arm: EvaluationOrder['arm'] = armId === null ? { kind: 'simulated' } : { kind: 'attached', id: armId }
  return { arm, stepsPerEpisode: STEPS_PER_TRY, tries }
}
