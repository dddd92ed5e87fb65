import { problemOf } from '../../contract/problem.ts'
import { exportDataset } from '../formats/export-dataset.ts'
import { importDataset } from '../formats/import-dataset.ts'
import { lookAtImport } from '../formats/look-at-import.ts'
import { surveyExports } from '../formats/survey-exports.ts'
import { livesWithOwner, parentChannel } from '../platform/parent-channel.ts'
import { CANCEL } from './exchange-process.ts'
import type { ExchangeNews, ExchangeWork } from './exchange-process.ts'

/**
 * Process of one export or import of a dataset, or of a look at what one would be. Its first message is the work; the
 * next cancels it. It is ended by its owner, and ends with it.
 */
livesWithOwner()
const parent = parentChannel()
const stop = new AbortController()
const send = (news: ExchangeNews): void => parent.send(news)
const seams = { progress: (progress: ExchangeNews['progress'] & object) => send({ progress }), signal: stop.signal }

function answer(work: ExchangeWork): Promise<NonNullable<ExchangeNews['report']>> {
  if ('export' in work) return exportDataset(work.export, seams)
  if ('import' in work) return importDataset(work.import, seams)
  return 'look' in work ? lookAtImport(work.look) : Promise.resolve(surveyExports(work.survey.path))
}

parent.onMessage((message) => {
  if (message === CANCEL) return stop.abort()
  Promise.resolve(message as ExchangeWork)
    .then(answer)
    .then(
      (report) => send({ report }),
      (error: unknown) => send({ problem: problemOf(error) }),
    )
})
