import { setImmediate as nextTurn } from 'node:timers/promises'
import { problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { armModel } from '../platform/arm-model.ts'
import { goHome } from '../robot/go-home.ts'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import { loadArmPolicy } from '../policy/policy-store.ts'
import type { LoadedPolicy } from '../policy/policy-store.ts'
import type { EvaluationOrder, EvaluationReport, EvaluationResult, TryOrder } from './evaluation-order.ts'
import { runExpressionEpisode } from './expression-episode.ts'
import { runReachEpisode } from './reach-episode.ts'
import type { ArmEpisode, ArmEpisodeOptions, ReachEpisode } from './reach-episode.ts'

const REPORT_EVERY_MS = 100

/**
 * Makes the tries of an order one after another. Each try blocks the thread. `stopRequested` is asked between two of them,
 * and on the way home to one, where the arm then comes to rest and the try is not made. Policies are loaded before anything moves: a bad one is refused with the arm at rest.
 */
export async function runTries(
  order: EvaluationOrder,
  report: (report: EvaluationReport) => void,
  stopRequested: () => boolean,
): Promise<EvaluationResult> {
  let triesDone = 0
  try {
    const policies = new Map<string, LoadedPolicy>()
    for (const { policyPath } of order.tries)
      if (!policies.has(policyPath)) policies.set(policyPath, await loadArmPolicy(policyPath))
    for (const [index, one] of order.tries.entries()) {
      await nextTurn()
      if (stopRequested()) break
      const policy = policies.get(one.policyPath)
      if (!policy) throw new Error(`policy ${one.policyPath} was not loaded`)
      const made = await makeTry(order, one, policy, index, { report, stopRequested })
      if (made === null) break
      const { episode, stop } = made
      triesDone++
      const { updates, stepPeriodS } = policy.sheet
      report({ type: 'try', index, episode, policyUpdates: updates, stepPeriodS })
      if (stop) return { triesDone, problem: stop }
    }
    return { triesDone, problem: null }
  } catch (error) {
    return { triesDone, problem: problemOf(error) }
  }
}

/** Null when a stop was wished before the try began. */
async function makeTry(
  order: EvaluationOrder,
  one: TryOrder,
  { policy, sheet }: LoadedPolicy,
  index: number,
  { report, stopRequested }: { report: (report: EvaluationReport) => void; stopRequested: () => boolean },
): Promise<{ episode: ReachEpisode | ArmEpisode; stop: Problem | null } | null> {
  const arm = takeArm(order, one)
  let reportedAt = -Infinity
  try {
    report({ type: 'homing', index })
    if (!goHome(arm, stopRequested)) return null
    policy.reset(one.seed)
    const options: ArmEpisodeOptions = {
      stepsPerEpisode: order.stepsPerEpisode,
      stepPeriodS: sheet.stepPeriodS,
      home: armModel().home,
      onStep: (step, q, tooltip) => {
        const now = performance.now()
        if (now - reportedAt < REPORT_EVERY_MS) return
        reportedAt = now
        report({
          type: 'step',
          index,
          step,
          q: [...q],
          tooltip: [tooltip[0] ?? NaN, tooltip[1] ?? NaN, tooltip[2] ?? NaN],
        })
      },
    }
    const episode = one.goal
      ? runReachEpisode(arm, policy, one.goal.position, options)
      : runExpressionEpisode(arm, policy, sheet, options)
    return { episode, stop: latchedStop(arm) }
  } finally {
    // The connected arm belongs to whoever connected it.
    if (order.arm.kind === 'simulated') await arm.close()
  }
}

/** A fresh simulated arm for each try, so that a try depends on its own seed and on none before it. */
function takeArm(order: EvaluationOrder, one: TryOrder): ArmDriver {
  if (order.arm.kind === 'simulated') {
    const arm = new native.SimulatedArm({ model: armModel(), seed: one.seed })
    arm.arm()
    return arm
  }
  const arm = native.attachArm(order.arm.id)
  if (arm) return arm
  throw refusal(
    'robot-not-connected',
    'The arm is not connected any more. No further try is made; finished tries are kept.',
    'Connect the arm again and start the evaluation anew.',
  )
}

/** The cause that keeps the arm from moving until a person acts; null when there is none. */
function latchedStop(arm: ArmDriver): Problem | null {
  const { stop } = arm.state()
  if (!stop?.latched) return null
  const { code, title, message, tip } = stop
  return { code, message: `${title}. ${message} Finished tries are kept.`, tip }
}
