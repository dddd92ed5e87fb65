import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import type { Watch } from '../dataset/browse/episode-pass.ts'
import { READER_METHODS, isWatched } from '../dataset/reader-client.ts'
import type { ReaderAnswer, ReaderCall, ReaderCancel } from '../dataset/reader-client.ts'
import { ReaderService } from '../dataset/reader-service.ts'

/**
 * Thread that reads datasets: each call is answered with its value or its problem. A long one gives the thread to the
 * others every few milliseconds, tells its progress and ends early when nobody waits for it.
 */
const { home } = workerData as { home: string }
const service = new ReaderService(home)
const watched = new Map<number, AbortController>()

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

parentPort?.on('message', (message: ReaderCall | ReaderCancel) => {
  if ('cancel' in message) watched.get(message.cancel)?.abort()
  else void answer(message)
})
