import type { PolicySheet } from '../../contract/policy.ts'
import { refusal } from '../../contract/problem.ts'
import type { ExpressionTask } from '../../contract/task.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import type { Policy } from '../platform/native-policy.ts'
import { expressionReward } from '../task/episode-rewarder.ts'
import type { RewardedArrays } from '../task/expression-reward.ts'
import type { SignalSheet } from '../task/task-signals.ts'
import type { StepReward } from './env-episode.ts'
import { runArmEpisode } from './reach-episode.ts'
import type { ArmEpisode, ArmEpisodeOptions } from './reach-episode.ts'

/** What an expression means on the arm: the policy's own view of it. */
type ArmTask = Pick<PolicySheet, 'observation' | 'action' | 'stepPeriodS' | 'task'>

/** One episode on the arm, its return in the expression that the policy was trained for. */
export function runExpressionEpisode(
  arm: ArmDriver,
  policy: Policy,
  { task, ...sheet }: ArmTask,
  options: ArmEpisodeOptions,
): ArmEpisode {
  if (task?.kind !== 'expression')
    throw refusal(
      'goal-unknown',
      'This policy does not say what it is for. Nothing moved.',
      'Name a goal, or choose a policy that was trained for an expression.',
    )
  const data = { sheet: { ...sheet, hasReward: false, world: 'panda' }, hasTooltip: true }
  const reward = expressionReward(task.expression, data)
  return runArmEpisode(arm, policy, (step, index) => reward.at(step, 0, 0, index), options)
}

/** The reward of an expression in a world without a tool tip, step by step. */
export function worldStepReward(
  { expression }: ExpressionTask,
  sheet: SignalSheet & { stepPeriodS: number },
): StepReward {
  const reward = expressionReward(expression, { sheet: { ...sheet, world: '' }, hasTooltip: false })
  // The row is the same for every step, only its numbers change.
  let arrays: RewardedArrays | null = null
  return (row, index) => {
    const { observation: observations, action: policyActions, sent: sentActions, tooltip, reward: rewards } = row
    arrays ??= { observations, policyActions, sentActions, tooltip, rewards }
    return reward.at(arrays, 0, 0, index)
  }
}
