import { Worker } from 'node:worker_threads'
import { problemOf, refusal } from '../../contract/problem.ts'
import type { TrainingHandle, TrainingOrder, TrainingReport, TrainingResult } from '../learner/training-order.ts'
import { workerEntry } from '../platform/worker-entry.ts'

/** What the training thread says. */
export type TrainingNews = { report: TrainingReport } | { result: TrainingResult }

/** What is said to it. */
export type TrainingWord = 'stop' | 'pause' | 'resume'

/** Starts a training in a thread of its own. A thread that dies is a failed training, never a lost one. */
export function startTraining(order: TrainingOrder, report: (report: TrainingReport) => void): TrainingHandle {
  const worker = new Worker(workerEntry('training-worker'), { workerData: order })
  const result = new Promise<TrainingResult>((resolve) => {
    const fail = (error: unknown): void =>
      resolve({ end: 'failed', problem: problemOf(error), updates: 0, updatesDone: 0, wallS: 0, last: null })
    worker.on('message', (news: TrainingNews) => ('report' in news ? report(news.report) : resolve(news.result)))
    worker.on('error', fail)
    worker.on('exit', (code) => fail(threadEnded('training', code)))
  })
  const tell = (word: TrainingWord): void => worker.postMessage(word)
  return { stop: () => tell('stop'), pause: () => tell('pause'), resume: () => tell('resume'), result }
}

export function threadEnded(what: string, code: number): Error {
  return refusal(
    'thread-ended',
    `The ${what} thread ended by itself (exit code ${code}). What it had saved is kept.`,
    'Start it again. If it happens again, report it.',
  )
}
