import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import type { Watch } from '../dataset/browse/episode-pass.ts'
import { READER_METHODS, isWatched } from '../dataset/reader-client.ts'
import type { ReaderAnswer, ReaderCall, ReaderCancel, ReaderClose } from '../dataset/reader-client.ts'
import { ReaderService } from '../dataset/reader-service.ts'

/**
 * Thread that reads datasets: each call is answered with its value or its problem. A long one gives the thread to the
 * others every few milliseconds, tells its progress and ends early when nobody waits for it, or for any.
 */
const { home } = workerData as { home: string }
const service = new ReaderService(home)
const watched = new Map<number, AbortController>()
const running = new Set<Promise<void>>()

const say = (answer: ReaderAnswer): void => parentPort?.postMessage(answer)

async function answer({ call, method, args }: ReaderCall): Promise<void> {
  try {
    if (!READER_METHODS.includes(method)) throw new Error(`the reader has no method ${method}`)
    const work = service[method].bind(service) as (...args: unknown[]) => unknown
    const value = await work(...args.map((arg) => (isWatched(arg) ? watchOf(call) : arg)))
    say({ call, value })
  } catch (error) {
    say({ call, problem: problemOf(error) })
  } finally {
    watched.delete(call)
  }
}

function watchOf(call: number): Watch {
  const stop = new AbortController()
  watched.set(call, stop)
  return { signal: stop.signal, progress: (progress) => say({ call, progress }) }
}

async function close(): Promise<void> {
  parentPort?.close()
  for (const stop of watched.values()) stop.abort()
  await Promise.all(running)
  service.close()
}

parentPort?.on('message', (message: ReaderCall | ReaderCancel | ReaderClose) => {
  if ('close' in message) return void close()
  if ('cancel' in message) return void watched.get(message.cancel)?.abort()
  const answered = answer(message).finally(() => running.delete(answered))
  running.add(answered)
})
