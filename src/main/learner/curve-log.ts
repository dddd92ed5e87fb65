import { join } from 'node:path'
import { curvePointSchema } from '../../contract/learner.ts'
import type { CurvePoint } from '../../contract/learner.ts'
import { UpdateLog } from './update-log.ts'

/** The learning curve of one policy folder. */
export class CurveLog extends UpdateLog<CurvePoint> {
  constructor(folder: string) {
    super(join(folder, 'curve.jsonl'), curvePointSchema)
  }
}
