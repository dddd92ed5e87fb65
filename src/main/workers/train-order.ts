import { ProblemError } from '../../contract/problem.ts'
import { goHome, runReachEpisode } from '../evaluation/reach-episode.ts'
import { STEPS_PER_TRY } from '../evaluation/evaluation.ts'
import { runTraining } from '../learner/training-run.ts'
import type { TrainingOrder, TrainingReport, TrainingResult } from '../learner/training-order.ts'
import { appVersion } from '../platform/app-version.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { PolicyParts } from '../platform/native.ts'
import { readSheet, writePolicy } from '../policy/policy-folder.ts'
import type { PolicySheet } from '../../contract/policy.ts'

/** Puts a training together: the learner's run, the policy folder it writes, and the arm its curve is measured on. */
export function trainOrder(
  order: TrainingOrder,
  report: (report: TrainingReport) => void,
  stopRequested: () => boolean,
  pauseRequested: () => boolean = () => false,
): Promise<TrainingResult> {
  return runTraining(order, {
    writePolicy: (sheet, parts) => writePolicy(order.folder, sheet, parts),
    readPolicy: () => sheetOrNull(order.folder),
    probe: (parts) => closestInSimulation(order, parts),
    report,
    appVersion: appVersion(),
    stopRequested,
    pauseRequested,
  })
}

function sheetOrNull(folder: string): PolicySheet | null {
  try {
    return readSheet(folder)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'policy-missing') return null
    throw error
  }
}

/** Closest tool-tip distance of one episode on a simulated arm, m. The seed makes every episode of a curve the same. */
function closestInSimulation(order: TrainingOrder, parts: PolicyParts): number {
  const arm = new native.SimulatedArm({ model: armModel(), seed: order.seed })
  try {
    arm.arm()
    goHome(arm)
    const options = { stepsPerEpisode: STEPS_PER_TRY, stepPeriodS: 0.05, home: armModel().home }
    const policy = new native.Policy(parts)
    policy.reset(order.seed)
    return runReachEpisode(arm, policy, order.task.goal, options).closestM
  } finally {
    void arm.close()
  }
}
