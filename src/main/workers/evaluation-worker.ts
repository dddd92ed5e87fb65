import { parentPort, workerData } from 'node:worker_threads'
import type { EvaluationOrder, EvaluationReport, WorldTriesOrder } from '../evaluation/evaluation-order.ts'
import { runTries } from '../evaluation/run-tries.ts'
import { runWorldTries } from '../evaluation/run-world-tries.ts'
import type { EvaluationNews } from './evaluation-thread.ts'

/** Thread of the tries of one evaluation: it blocks on the arm or the physics, so that the main thread never does. */
let stop = false
parentPort?.on('message', () => {
  stop = true
})

const send = (news: EvaluationNews): void => parentPort?.postMessage(news)

const order = workerData as EvaluationOrder | WorldTriesOrder
const report = (news: EvaluationReport): void => send({ report: news })
const stopRequested = (): boolean => stop

void ('world' in order ? runWorldTries(order, report, stopRequested) : runTries(order, report, stopRequested)).then(
  (result) => {
    send({ result })
    parentPort?.close()
  },
)
