import { parentPort, workerData } from 'node:worker_threads'
import type { EvaluationReport } from '../evaluation/evaluation-order.ts'
import { runTries } from '../evaluation/run-tries.ts'
import { runWorldTries } from '../evaluation/run-world-tries.ts'
import { TriesControl } from '../evaluation/tries-control.ts'
import type { EvaluationNews, TriesWork } from './evaluation-thread.ts'

/** Thread of the tries of one evaluation: it blocks on the arm or the physics, so that the main thread never does. */
const { order, control } = workerData as TriesWork
const wishes = new TriesControl(control)

const send = (news: EvaluationNews): void => parentPort?.postMessage(news)

const report = (news: EvaluationReport): void => send({ report: news })
const stopRequested = (): boolean => wishes.stopRequested()

void ('world' in order ? runWorldTries(order, report, stopRequested) : runTries(order, report, stopRequested)).then(
  (result) => {
    send({ result })
    parentPort?.close()
  },
)
