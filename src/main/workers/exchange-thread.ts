import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type {
  DatasetImportOrder,
  ExchangeProgress,
  ExportOrder,
  ExportReport,
  ImportReport,
} from '../../contract/exchange.ts'
import type { ExportSurvey, ImportLook, ImportPreview } from '../../contract/exchange-job.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { unfinishedOf } from '../dataset/create-dataset.ts'
import type { ExchangeSeams } from '../formats/export-dataset.ts'
import { partialOf } from '../platform/new-path.ts'
import { workerEntry } from '../platform/worker-entry.ts'

export type ExchangeWork =
  { export: ExportOrder } | { import: DatasetImportOrder } | { survey: { path: string } } | { look: ImportLook }

/** What comes out of a dataset or a file before anything is written. */
export type ExchangeLook = Omit<ExportSurvey, 'folder'> | ImportPreview

/** What the thread says while it works and at its end. */
export interface ExchangeNews {
  progress?: ExchangeProgress
  report?: ExportReport | ImportReport | ExchangeLook
  problem?: Problem
}

/** One that says nothing for so long is taken for dead, s: a damaged file can keep a library busy for ever. */
const SILENCE_S = 120
/** A cancelled one that has not ended by itself is ended after this, s. */
const PATIENCE_S = 2
/** A file must not take the memory of the whole station, MB. */
const MOST_MEMORY_MB = 2048

/** Exports a dataset in a thread of its own. Refuses as exportDataset does, or with `exchange-failed` when it dies. */
export function exportInThread(order: ExportOrder, seams: ExchangeSeams): Promise<ExportReport> {
  return runInThread({ export: order }, order.out, leftoversOf(order.out), seams)
}

/** Imports a dataset in a thread of its own. Refuses as importDataset does, or with `exchange-failed` when it dies. */
export function importDatasetInThread(order: DatasetImportOrder, seams: ExchangeSeams): Promise<ImportReport> {
  return runInThread({ import: order }, order.out, leftoversOf(order.out), seams)
}

/** Looks at the exports of a dataset in a thread of its own. */
export function surveyInThread(path: string): Promise<Omit<ExportSurvey, 'folder'>> {
  return runInThread({ survey: { path } }, path, [], unwatched())
}

/** Looks at a foreign file in a thread of its own. Refuses as importDataset does. */
export function lookInThread(look: ImportLook): Promise<ImportPreview> {
  return runInThread({ look }, look.path, [], unwatched())
}

const unwatched = (): ExchangeSeams => ({ progress: () => undefined, signal: new AbortController().signal })

/** What a thread that died may have left of a target. */
export function leftoversOf(out: string): string[] {
  const partial = partialOf(out)
  return [partial, unfinishedOf(partial)].flatMap((path) => [path, `${path}-journal`])
}

/** `leftovers`: what a thread that died may have left and nobody else can have made. */
async function runInThread<T extends ExportReport | ImportReport | ExchangeLook>(
  work: ExchangeWork,
  out: string,
  leftovers: readonly string[],
  { progress, signal }: ExchangeSeams,
): Promise<T> {
  const worker = new Worker(workerEntry('exchange-worker'), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  })
  let timer: NodeJS.Timeout | undefined
  let died = true
  const cancel = (): void => worker.postMessage('cancel')
  try {
    const news = await new Promise<ExchangeNews>((resolve, reject) => {
      const expect = (seconds: number): void => {
        clearTimeout(timer)
        timer = setTimeout(() => reject(failed(out, `it said nothing for ${seconds} s`)), seconds * 1000)
      }
      expect(SILENCE_S)
      worker.on('message', (said: ExchangeNews) => {
        if (!said.progress) return resolve(said)
        if (!signal.aborted) expect(SILENCE_S)
        progress(said.progress)
      })
      worker.on('error', (error) => reject(failed(out, error.message)))
      worker.on('exit', (code) => reject(failed(out, `its thread ended with code ${code}`)))
      signal.addEventListener('abort', () => {
        cancel()
        expect(PATIENCE_S)
      })
      if (signal.aborted) cancel()
    })
    died = false
    if (news.problem) throw new ProblemError(news.problem)
    return news.report as T
  } finally {
    clearTimeout(timer)
    await worker.terminate()
    if (died) for (const path of leftovers) rmSync(path, { recursive: true, force: true })
  }
}

function failed(out: string, why: string): Error {
  return refusal(
    'exchange-failed',
    `${out} could not be made: ${why}. Nothing is left of it; what it was to be made of is unchanged.`,
    'Try again, or another format. A file that fails again is damaged or too large for this computer.',
  )
}
