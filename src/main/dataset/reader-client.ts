import { Worker } from 'node:worker_threads'
import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import type { ReaderService } from './reader-service.ts'

type Methods = Omit<{ [K in keyof ReaderService]: ReaderService[K] }, 'close'>

/** Names that may be called from outside the thread. */
export const READER_METHODS = [
  'list',
  'find',
  'add',
  'detail',
  'episodes',
  'episode',
  'cloud',
  'check',
  'contentHash',
] as const satisfies readonly (keyof Methods)[]

/** `ReaderService` seen from another thread: the same calls, answered later. */
export type ReaderClient = {
  [K in keyof Methods]: (...args: Parameters<Methods[K]>) => Promise<ReturnType<Methods[K]>>
} & {
  /** Ends the thread; calls that are not answered yet are refused. */
  close(): Promise<void>
}

export interface ReaderCall {
  call: number
  method: (typeof READER_METHODS)[number]
  args: unknown[]
}

export type ReaderAnswer = { call: number; value: unknown } | { call: number; problem: Problem }

interface Waiting {
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
    waiting.delete(answer.call)
    if ('problem' in answer) call?.reject(new ProblemError(answer.problem))
    else call?.resolve(answer.value)
  })
  worker.on('error', (error) => die(new ProblemError(problemOf(error))))
  worker.on('exit', () => die(readerEnded()))
  const ask = (method: ReaderCall['method'], args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (dead) return void reject(dead)
      const call = ++calls
      waiting.set(call, { resolve, reject })
      worker.postMessage({ call, method, args } satisfies ReaderCall)
    })
  const methods = Object.fromEntries(
    READER_METHODS.map((method) => [method, (...args: unknown[]) => ask(method, args)]),
  )
  const close = async (): Promise<void> => {
    await worker.terminate()
  }
  return { ...methods, close } as unknown as ReaderClient
}

function readerEnded(): Error {
  return refusal(
    'reader-ended',
    'The thread that reads datasets has ended. No data are touched.',
    'Start Forager again.',
  )
}
