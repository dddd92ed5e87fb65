import { parentPort, workerData } from 'node:worker_threads'
import { ReplayControl } from '../replay/replay-control.ts'
import { runReplay } from '../replay/run-replay.ts'
import type { ReplayNews, ReplayWork } from './replay-thread.ts'

/** Thread of one replay. */
const { order, control } = workerData as ReplayWork

const send = (news: ReplayNews): void => parentPort?.postMessage(news)

void runReplay(order, new ReplayControl(control), (report) => send({ report })).then((result) => {
  send({ result })
  parentPort?.close()
})
