import { join } from 'node:path'
import { evaluationInterval, updatesOf } from '../../contract/experiment.ts'
import type { PolicyEvaluation } from '../../contract/experiment.ts'
import { checkpointInfo } from '../learner/checkpoint-file.ts'
import { runTraining } from '../learner/training-run.ts'
import type { Probe, TrainingOrder, TrainingReport, TrainingResult } from '../learner/training-order.ts'
import { appVersion } from '../platform/app-version.ts'
import { native } from '../platform/native.ts'
import type { PolicyParts } from '../platform/native-policy.ts'
import { readPolicy, sheetIfThere, writePolicy } from '../policy/policy-folder.ts'
import { datasetPath } from './collect-job.ts'
import { decayOver } from './decay-settings.ts'
import { EvaluationLog } from './evaluation-log.ts'
import type { JobContext, JobEnd } from './job-context.ts'
import type { JobFolder } from './job-folder.ts'
import { openEvaluator, taskOf } from './policy-evaluator.ts'
import type { PolicyEvaluator } from './policy-evaluator.ts'

/** Where a training keeps its policy and checkpoint. */
export function policyFolder(folder: JobFolder): string {
  return join(folder.path, 'policy')
}

/**
 * Trains a policy on the data of its collection and evaluates it on the way: untrained, and every `evaluateEvery`
 * updates; the trained policy is left to the job that evaluates it. Goes on from its checkpoint to the same bytes.
 */
export async function trainJob(context: JobContext): Promise<JobEnd> {
  const { plan, job, folder, stop, tell } = context
  const order = orderOf(context)
  const log = new EvaluationLog(folder.path)
  // What lies beyond the checkpoint is made again.
  log.truncateAfter(sheetIfThere(order.folder) ? (checkpointInfo(order.folder)?.updates ?? -1) : -1)
  const evaluator = await openEvaluator(plan, job, stop)
  const train = (updates: number): Promise<TrainingResult> =>
    runTraining(
      { ...order, updates },
      {
        writePolicy: (sheet, parts) => writePolicy(order.folder, sheet, parts),
        readPolicy: () => sheetIfThere(order.folder),
        probe: (parts, _data, update) => probe(order, parts, update, evaluator, log),
        report: (report) => tell(progressOf(report, order.updates)),
        appVersion: appVersion(),
        stopRequested: () => stop.aborted,
        pauseRequested: () => false,
      },
    )
  try {
    if (log.read().length === 0) {
      // No update at all leaves the untrained policy in the folder.
      const untrained = await train(0)
      if (untrained.end !== 'done') return jobEnd(untrained)
      await evaluate(readPolicy(order.folder).parts, 0, evaluator, log)
    }
    return jobEnd(await train(order.updates))
  } finally {
    await evaluator.close()
  }
}

function jobEnd({ end, problem, updates }: TrainingResult): JobEnd {
  if (end === 'stopped') return { end: 'stopped' }
  if (problem) return { end: 'failed', problem }
  return { end: 'done', evaluation: null, facts: { updates } }
}

const NO_PROBE: Probe = { closestM: null, episodeReturn: null }

function orderOf({ plan, job, folder, threads, ...context }: JobContext): TrainingOrder {
  const updates = updatesOf(plan, job.learner)
  return {
    id: job.id,
    folder: policyFolder(folder),
    datasetPaths: job.needs.map((id) => datasetPath(context, id)),
    task: taskOf(plan, job),
    learner: job.learner ?? '',
    mode: job.mode,
    settings: decayOver(updates, job.learner, job.mode),
    actions: 'policy',
    seed: job.seed,
    updates,
    resume: true,
    threads,
    evaluateEvery: evaluationInterval(plan, job.learner),
  }
}

async function probe(
  order: TrainingOrder,
  parts: PolicyParts,
  update: number,
  evaluator: PolicyEvaluator,
  log: EvaluationLog,
): Promise<Probe> {
  return update < order.updates ? probeOf(await evaluate(parts, update, evaluator, log)) : NO_PROBE
}

async function evaluate(
  parts: PolicyParts,
  update: number,
  evaluator: PolicyEvaluator,
  log: EvaluationLog,
): Promise<PolicyEvaluation> {
  const evaluation = { update, episodes: await evaluator.run(new native.Policy(parts)) }
  log.appendDurably([evaluation])
  return evaluation
}

function probeOf({ episodes }: PolicyEvaluation): Probe {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const closest = episodes.flatMap(({ closestM }) => (closestM === null ? [] : [closestM]))
  if (closest.length > 0) return { closestM: mean(closest), episodeReturn: null }
  return { closestM: null, episodeReturn: mean(episodes.map((episode) => episode.return)) }
}

function progressOf(report: TrainingReport, updates: number): { fraction: number; note: string } {
  if (report.type === 'loading') return { fraction: 0, note: `${report.episodes} of ${report.of} episodes read` }
  const rate = report.updatesPerS === null ? '' : `, ${report.updatesPerS.toFixed(0)} updates/s`
  return { fraction: report.update / updates, note: `${report.update} of ${updates} updates${rate}` }
}
