import { Worker } from 'node:worker_threads'
import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import type { PassProgress } from '../../contract/dataset-coverage.ts'
import type { Watch } from './browse/episode-pass.ts'
import type { ReaderService } from './reader-service.ts'

type Methods = Omit<{ [K in keyof ReaderService]: ReaderService[K] }, 'close'>

/** Names that may be called from outside the thread. */
export const READER_METHODS = [
  'notice',
  'list',
  'find',
  'add',
  'detail',
  'episodes',
  'episode',
  'cloud',
  'check',
  'contentHash',
  'coverage',
  'measure',
  'timeline',
  'timelineTile',
  'taskSignals',
  'previewTask',
  'reach',
  'curate',
  'curation',
  'views',
  'previewView',
  'saveView',
  'putAway',
  'inTrash',
  'restore',
  'erase',
  'forget',
] as const satisfies readonly (keyof Methods)[]

/**
 * `ReaderService` seen from another thread: the same calls, answered later. A watch is told of progress and may give up:
 * then the answer is null, also where it was on its way already.
 */
export type ReaderClient = {
  [K in keyof Methods]: (...args: Parameters<Methods[K]>) => Promise<Awaited<ReturnType<Methods[K]>>>
} & {
  /** Ends the thread; calls that are not answered yet are refused, and long ones end early. */
  close(): Promise<void>
}

export interface ReaderCall {
  call: number
  method: (typeof READER_METHODS)[number]
  args: unknown[]
}

/** Nobody waits for this call any more. */
export interface ReaderCancel {
  cancel: number
}

/** Nobody will call any more: the thread closes its files and ends. */
export interface ReaderClose {
  close: true
}

/** A thread that hashes a large file hears nothing meanwhile; who closes waits no longer than this, ms. */
const CLOSE_WITHIN_MS = 1000

/** Stands for an argument that stays on the asking side: who waits for the answer. */
const WATCHED = { watched: true } as const

export function isWatched(arg: unknown): boolean {
  return typeof arg === 'object' && arg !== null && 'watched' in arg
}

export type ReaderAnswer =
  { call: number; value: unknown } | { call: number; problem: Problem } | { call: number; progress: PassProgress }

interface Waiting {
  watch: Watch | null
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Starts the thread that reads datasets below `home`, so that the main thread never touches a signal. */
export function startReader(home: string): ReaderClient {
  const worker = new Worker(workerEntry('reader-worker'), { workerData: { home } })
  const waiting = new Map<number, Waiting>()
  let calls = 0
  let dead: Error | null = null
  const die = (error: Error): void => {
    dead ??= error
    for (const { reject } of waiting.values()) reject(dead)
    waiting.clear()
  }
  worker.on('message', (answer: ReaderAnswer) => {
    const call = waiting.get(answer.call)
    if ('progress' in answer) return void call?.watch?.progress(answer.progress)
    waiting.delete(answer.call)
    if ('problem' in answer) call?.reject(new ProblemError(answer.problem))
    else call?.resolve(call.watch?.signal.aborted ? null : answer.value)
  })
  worker.on('error', (error) => die(new ProblemError(problemOf(error))))
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      die(readerEnded())
      resolve()
    })
  })
  const ask = (method: ReaderCall['method'], args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (dead) return void reject(dead)
      const call = ++calls
      const watch = args.find(isWatch) ?? null
      waiting.set(call, { watch, resolve, reject })
      const sent = args.map((arg) => (arg === watch ? WATCHED : arg))
      worker.postMessage({ call, method, args: sent } satisfies ReaderCall)
      const cancel = (): void => worker.postMessage({ cancel: call } satisfies ReaderCancel)
      if (watch?.signal.aborted) cancel()
      else watch?.signal.addEventListener('abort', cancel, { once: true })
    })
  const methods = Object.fromEntries(
    READER_METHODS.map((method) => [method, (...args: unknown[]) => ask(method, args)]),
  )
  // It ends by itself: ended from outside it would leave native code wherever that stands.
  const close = async (): Promise<void> => {
    die(readerEnded())
    worker.postMessage({ close: true } satisfies ReaderClose)
    const late = setTimeout(() => void worker.terminate(), CLOSE_WITHIN_MS)
    await exited
    clearTimeout(late)
  }
  return { ...methods, close } as unknown as ReaderClient
}

function isWatch(arg: unknown): arg is Watch {
  return typeof arg === 'object' && arg !== null && 'signal' in arg && arg.signal instanceof AbortSignal
}

function readerEnded(): Error {
  return refusal(
    'reader-ended',
    'The thread that reads datasets has ended. No data are touched.',
    'Start Forager again.',
  )
}
