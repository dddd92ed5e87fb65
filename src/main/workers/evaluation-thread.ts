import { Worker } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import type {
  EvaluationHandle,
  EvaluationOrder,
  EvaluationReport,
  EvaluationResult,
  WorldTriesOrder,
} from '../evaluation/evaluation-order.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import { threadEnded } from './training-thread.ts'

/** What the evaluation thread says. */
export type EvaluationNews = { report: EvaluationReport } | { result: EvaluationResult }

/** Makes tries in a thread of their own. */
export function startTries(
  order: EvaluationOrder | WorldTriesOrder,
  report: (report: EvaluationReport) => void,
): EvaluationHandle {
  const worker = new Worker(workerEntry('evaluation-worker'), { workerData: order })
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
  return { stopAfterTry: () => worker.postMessage('stop'), result }
}
