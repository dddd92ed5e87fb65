import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import { exportDataset } from '../formats/export-dataset.ts'
import { importDataset } from '../formats/import-dataset.ts'
import { lookAtImport } from '../formats/look-at-import.ts'
import { surveyExports } from '../formats/survey-exports.ts'
import type { ExchangeNews, ExchangeWork } from './exchange-thread.ts'

/** Thread of one export or import of a dataset, or of a look at what one would be. Any message to it cancels the work. */
const stop = new AbortController()
parentPort?.on('message', () => stop.abort())
const send = (news: ExchangeNews): void => parentPort?.postMessage(news)
const seams = { progress: (progress: ExchangeNews['progress'] & object) => send({ progress }), signal: stop.signal }

const work = workerData as ExchangeWork
function answer(): Promise<NonNullable<ExchangeNews['report']>> {
  if ('export' in work) return exportDataset(work.export, seams)
  if ('import' in work) return importDataset(work.import, seams)
  return 'look' in work ? lookAtImport(work.look) : Promise.resolve(surveyExports(work.survey.path))
}

Promise.resolve()
  .then(answer)
  .then(
    (report) => send({ report }),
    (error: unknown) => send({ problem: problemOf(error) }),
  )
  .finally(() => parentPort?.close())
