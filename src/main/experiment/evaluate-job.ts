import { updatesOf } from '../../contract/experiment.ts'
import { refusal } from '../../contract/problem.ts'
import { native } from '../platform/native.ts'
import { readPolicy } from '../policy/policy-folder.ts'
import type { JobContext, JobEnd } from './job-context.ts'
import { openEvaluator } from './policy-evaluator.ts'
import { policyFolder } from './train-job.ts'

/** Evaluates the trained policy by the same episodes as on the way; it is short and begins anew after a stop. */
export async function evaluateJob({ plan, job, folderOf, stop }: JobContext): Promise<JobEnd> {
  const path = policyFolder(folderOf(job.needs[0] ?? ''))
  const { sheet, parts } = readPolicy(path)
  const updates = updatesOf(plan, job.learner)
  if (sheet.updates !== updates)
    throw refusal(
      'policy-not-ready',
      `The policy in ${path} has ${sheet.updates} updates; the plan wants ${updates}. It was not evaluated.`,
      "Take result.json out of that training's job folder and run the experiment again.",
    )
  const evaluator = await openEvaluator(plan, job, stop)
  try {
    const episodes = await evaluator.run(new native.Policy(parts))
    return { end: 'done', evaluation: { update: updates, episodes }, facts: { episodes: episodes.length } }
  } finally {
    await evaluator.close()
  }
}
