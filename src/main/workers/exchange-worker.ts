import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import { exportDataset } from '../formats/export-dataset.ts'
import { importDataset } from '../formats/import-dataset.ts'
import type { ExchangeNews, ExchangeWork } from './exchange-thread.ts'

/** Thread of one export or import of a dataset. Any message to it cancels the work. */
const stop = new AbortController()
parentPort?.on('message', () => stop.abort())
const send = (news: ExchangeNews): void => parentPort?.postMessage(news)
const seams = { progress: (progress: ExchangeNews['progress'] & object) => send({ progress }), signal: stop.signal }

const work = workerData as ExchangeWork
const done = 'export' in work ? exportDataset(work.export, seams) : importDataset(work.import, seams)
done
  .then(
    (report) => send({ report }),
    (error: unknown) => send({ problem: problemOf(error) }),
  )
  .finally(() => parentPort?.close())
