import { Worker } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import { ReplayControl } from '../replay/replay-control.ts'
import type { ReplayHandle, ReplayOrder, ReplayReport, ReplayResult } from '../replay/replay-order.ts'
import { threadEnded } from './training-thread.ts'

/** What the replay thread is given. */
export interface ReplayWork {
  order: ReplayOrder
  /** See ReplayControl. */
  control: SharedArrayBuffer
}

/** What the replay thread says. */
export type ReplayNews = { report: ReplayReport } | { result: ReplayResult }

/** Replays an episode in a thread of its own, which blocks on the arm. */
export function startReplay(order: ReplayOrder, report: (report: ReplayReport) => void): ReplayHandle {
  const control = new ReplayControl()
  const workerData: ReplayWork = { order, control: control.buffer }
  const worker = new Worker(workerEntry('replay-worker'), { workerData })
  const result = new Promise<ReplayResult>((resolve) => {
    const fail = (error: unknown): void =>
      resolve({ end: 'failed', worst: null, step: 0, steps: 0, problem: problemOf(error) })
    worker.on('message', (news: ReplayNews) => {
      if ('result' in news) return resolve(news.result)
      report(news.report)
    })
    worker.on('error', fail)
    worker.on('exit', (code) => fail(threadEnded('replay', code)))
  })
  return { wish: (wish) => control.wish(wish), result }
}
