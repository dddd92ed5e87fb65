import { Worker } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import type {
  EvaluationHandle,
  EvaluationOrder,
  EvaluationReport,
  EvaluationResult,
  WorldTriesOrder,
} from '../evaluation/evaluation-order.ts'
import { TriesControl } from '../evaluation/tries-control.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import { threadEnded } from './training-thread.ts'

/** What the evaluation thread is given. */
export interface TriesWork {
  order: EvaluationOrder | WorldTriesOrder
  /** See TriesControl. */
  control: SharedArrayBuffer
}

/** What the evaluation thread says. */
export type EvaluationNews = { report: EvaluationReport } | { result: EvaluationResult }

/** Makes tries in a thread of their own. */
export function startTries(
  order: EvaluationOrder | WorldTriesOrder,
  report: (report: EvaluationReport) => void,
): EvaluationHandle {
  const control = new TriesControl()
  const workerData: TriesWork = { order, control: control.buffer }
  const worker = new Worker(workerEntry('evaluation-worker'), { workerData })
  let triesDone = 0
  const result = new Promise<EvaluationResult>((resolve) => {
    const fail = (error: unknown): void => resolve({ triesDone, problem: problemOf(error) })
    worker.on('message', (news: EvaluationNews) => {
      if ('result' in news) return resolve(news.result)
      if (news.report.type === 'try') triesDone++
      report(news.report)
    })
    worker.on('error', fail)
    worker.on('exit', (code) => fail(threadEnded('evaluation', code)))
  })
  return { stopAfterTry: () => control.requestStop(), result }
}
