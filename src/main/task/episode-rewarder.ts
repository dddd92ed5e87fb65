import { refusal } from '../../contract/problem.ts'
import type { Task } from '../../contract/task.ts'
import { ExpressionReward } from './expression-reward.ts'
import type { RewardedArrays } from './expression-reward.ts'
import { reachRewards } from './reach-reward.ts'
import { taskSignals } from './task-signals.ts'
import type { SignalSheet } from './task-signals.ts'

/** Arrays of one recorded episode of `steps` steps. */
export interface RewardedEpisode extends RewardedArrays {
  steps: number
  /** [T + 1, 3] m */
  tooltip: Float32Array
  /** [T]; empty in a world without a reward */
  rewards: Float32Array
}

/** What is rewarded: the data, and how a refusal names them. */
export interface RewardedData {
  sheet: SignalSheet & { world: string; stepPeriodS: number }
  hasTooltip: boolean
  /** Path of the dataset. */
  path: string
}

/**
 * Makes a task a function from an episode to its rewards [T]. Refuses with `task-unsuitable` where the data do not show
 * what the task rewards, and with `expression-unreadable`.
 */
export function episodeRewarder(task: Task, data: RewardedData): (episode: RewardedEpisode) => Float32Array {
  const { sheet, hasTooltip, path } = data
  if (task.kind === 'env') {
    if (!sheet.hasReward) throw noOwnReward(path, sheet.world)
    return ({ rewards }) => rewards
  }
  if (task.kind === 'reach' || task.kind === 'reach-any') {
    if (!hasTooltip) throw noTooltip(path, sheet.world)
    // What a transition earns depends on a goal that only the learner draws.
    if (task.kind === 'reach-any') return ({ steps }) => new Float32Array(steps)
    return ({ tooltip }) => reachRewards(task, tooltip)
  }
  const reward = expressionReward(task.expression, data)
  return (episode) => reward.rewards(episode, episode.steps)
}

/** The reward that an expression means in such data. Refuses with `expression-unreadable`. */
export function expressionReward(
  expression: string,
  { sheet, hasTooltip }: Pick<RewardedData, 'sheet' | 'hasTooltip'>,
): ExpressionReward {
  const shape = { observationSize: sheet.observation.length, actionSize: sheet.action.length }
  return new ExpressionReward(expression, taskSignals(sheet, hasTooltip), { ...shape, stepPeriodS: sheet.stepPeriodS })
}

function noOwnReward(path: string, world: string): Error {
  return refusal(
    'task-unsuitable',
    `${path} was recorded in ${world}, which gives no reward of its own. Nothing was trained.`,
    'Give a task that defines the reward, for example reach:0.4,0.2,0.5.',
  )
}

function noTooltip(path: string, world: string): Error {
  return refusal(
    'task-unsuitable',
    `${path} was recorded in ${world}, which has no tool tip. A reach task has no reward there. Nothing was trained.`,
    'Choose a dataset of the arm, or train for the reward of that world with the task env.',
  )
}
