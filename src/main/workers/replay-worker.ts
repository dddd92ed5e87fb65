import { parentPort, workerData } from 'node:worker_threads'
import type { ReplayOrder, ReplayWish } from '../replay/replay-order.ts'
import { runReplay } from '../replay/run-replay.ts'
import type { ReplayNews } from './replay-thread.ts'

/** Thread of one replay. */
let [stop, pause] = [false, false]
parentPort?.on('message', (wish: ReplayWish) => {
  if (wish === 'stop') stop = true
  else pause = wish === 'pause'
})

const send = (news: ReplayNews): void => parentPort?.postMessage(news)

void runReplay(workerData as ReplayOrder, { stopRequested: () => stop, pauseRequested: () => pause }, (report) =>
  send({ report }),
).then((result) => {
  send({ result })
  parentPort?.close()
})
