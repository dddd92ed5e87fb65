import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import type { TrainingOrder, TrainingResult } from '../learner/training-order.ts'
import type { TrainingNews, TrainingWord } from './training-thread.ts'
import { trainOrder } from './train-order.ts'

/** Thread of one running training: it waits for the native threads, so that the main thread never does. */
let stop = false
let paused = false
parentPort?.on('message', (word: TrainingWord) => {
  if (word === 'stop') stop = true
  else paused = word === 'pause'
})

const send = (news: TrainingNews): void => parentPort?.postMessage(news)

async function run(order: TrainingOrder): Promise<TrainingResult> {
  try {
    return await trainOrder(
      order,
      (report) => send({ report }),
      () => stop,
      () => paused,
    )
  } catch (error) {
    return { end: 'failed', problem: problemOf(error), updates: 0, updatesDone: 0, wallS: 0, last: null }
  }
}

void run(workerData as TrainingOrder).then((result) => {
  send({ result })
  parentPort?.close()
})
