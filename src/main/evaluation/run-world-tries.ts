import { setImmediate as nextTurn } from 'node:timers/promises'
import { problemOf } from '../../contract/problem.ts'
import { loadPolicyFor } from '../policy/policy-store.ts'
import { openWorld, worldSpec } from '../world/open-world.ts'
import { runEnvEpisode } from './env-episode.ts'
import type { EvaluationReport, EvaluationResult, WorldTriesOrder } from './evaluation-order.ts'
import { worldStepReward } from './expression-episode.ts'

/**
 * Makes the episodes of an order one after another, rewarded by the world or by the policy's own expression. Each of
 * them blocks the thread; between two of them messages are served and `stopRequested` is asked.
 */
export async function runWorldTries(
  { world, options, stepsPerEpisode, policyPath, seed, episodes }: WorldTriesOrder,
  report: (report: EvaluationReport) => void,
  stopRequested: () => boolean,
): Promise<EvaluationResult> {
  let triesDone = 0
  try {
    const { observation, action } = worldSpec({ world, options, robot: 'in-process' })
    const place = { name: world, observationSize: observation.length, actionSize: action.length }
    const { policy, sheet } = await loadPolicyFor(policyPath, place)
    const reward =
      sheet.task?.kind === 'expression' ? worldStepReward(sheet.task, { ...sheet, hasReward: true }) : undefined
    const opened = await openWorld({ world, options, seed, armId: null, robot: 'in-process' })
    try {
      policy.reset(seed)
      for (let index = 0; index < episodes; index++) {
        await nextTurn()
        if (stopRequested()) break
        report({ type: 'begin', index })
        const episode = runEnvEpisode(opened, policy, index + 1, stepsPerEpisode, reward)
        triesDone++
        report({ type: 'try', index, episode, policyUpdates: sheet.updates, stepPeriodS: sheet.stepPeriodS })
      }
    } finally {
      await opened.close()
    }
    return { triesDone, problem: null }
  } catch (error) {
    return { triesDone, problem: problemOf(error) }
  }
}
