import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import { READER_METHODS } from '../dataset/reader-client.ts'
import type { ReaderAnswer, ReaderCall } from '../dataset/reader-client.ts'
import { ReaderService } from '../dataset/reader-service.ts'

/** Thread that reads datasets: one call after another, each answered with its value or its problem. */
const { home } = workerData as { home: string }
const service = new ReaderService(home)

function answer({ call, method, args }: ReaderCall): ReaderAnswer {
  try {
    if (!READER_METHODS.includes(method)) throw new Error(`the reader has no method ${method}`)
    const work = service[method].bind(service) as (...args: unknown[]) => unknown
    return { call, value: work(...args) }
  } catch (error) {
    return { call, problem: problemOf(error) }
  }
}

parentPort?.on('message', (call: ReaderCall) => parentPort?.postMessage(answer(call)))
