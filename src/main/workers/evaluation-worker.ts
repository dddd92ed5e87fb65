import { parentPort, workerData } from 'node:worker_threads'
import type { EvaluationOrder } from '../evaluation/evaluation-order.ts'
import { runTries } from '../evaluation/run-tries.ts'
import type { EvaluationNews } from './evaluation-thread.ts'

/** Thread of the tries of one evaluation: it blocks on the arm, so that the main thread never does. */
let stop = false
parentPort?.on('message', () => {
  stop = true
})

const send = (news: EvaluationNews): void => parentPort?.postMessage(news)

void runTries(
  workerData as EvaluationOrder,
  (report) => send({ report }),
  () => stop,
).then((result) => {
  send({ result })
  parentPort?.close()
})
