import { join } from 'node:path'
import { policyEvaluationSchema } from '../../contract/experiment.ts'
import type { PolicyEvaluation } from '../../contract/experiment.ts'
import { UpdateLog } from '../learner/update-log.ts'

/** The evaluations along a training, all but the last one. */
export class EvaluationLog extends UpdateLog<PolicyEvaluation> {
  /** `folder`: of the job of the training. */
  constructor(folder: string) {
    super(join(folder, 'evaluations.jsonl'), policyEvaluationSchema)
  }
}
