import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import { importPolicy } from '../policy/exchange/import-policy.ts'
import type { ImportOrder } from '../policy/exchange/import-policy.ts'
import type { ImportNews } from './import-thread.ts'

/** Thread of one import: a foreign file is read, and tried where TensorFlow.js runs it, away from everything else. */
const send = (news: ImportNews): void => parentPort?.postMessage(news)

importPolicy(workerData as ImportOrder).then(
  (sheet) => send({ sheet }),
  (error: unknown) => send({ problem: problemOf(error) }),
)
