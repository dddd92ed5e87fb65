import { rmSync } from 'node:fs'
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
import { endOf } from '../platform/own-process.ts'
import type { LaunchProcess } from '../platform/own-process.ts'
import { workerEntry } from '../platform/worker-entry.ts'

export type ExchangeWork =
  { export: ExportOrder } | { import: DatasetImportOrder } | { survey: { path: string } } | { look: ImportLook }

/** What comes out of a dataset or a file before anything is written. */
export type ExchangeLook = Omit<ExportSurvey, 'folder'> | ImportPreview

/** What the process says while it works and at its end. */
export interface ExchangeNews {
  progress?: ExchangeProgress
  report?: ExportReport | ImportReport | ExchangeLook
  problem?: Problem
}

/** The message that tells a process to stop. */
export const CANCEL = 'cancel'
/** One that says nothing for so long is taken for dead, s: a damaged file can keep a library busy for ever. */
const SILENCE_S = 120
/** A cancelled one that has not ended by itself is ended after this, s. */
const PATIENCE_S = 2
/** A file must not take the memory of the whole station, MB. */
const MOST_MEMORY_MB = 2048

/**
 * Exports, imports and looks at what one would be, each in a process of its own: a damaged file can make a library ask
 * for so much memory that its whole process ends, and the station's process moves an arm.
 */
export class ExchangeProcesses {
  readonly #launch: LaunchProcess

  constructor(launch: LaunchProcess) {
    this.#launch = launch
  }

  /** Refuses as exportDataset does, or with `exchange-failed` when the process dies. */
  export(order: ExportOrder, seams: ExchangeSeams): Promise<ExportReport> {
    return run(this.#launch, { export: order }, order.out, leftoversOf(order.out), seams)
  }

  /** Refuses as importDataset does, or with `exchange-failed` when the process dies. */
  import(order: DatasetImportOrder, seams: ExchangeSeams): Promise<ImportReport> {
    return run(this.#launch, { import: order }, order.out, leftoversOf(order.out), seams)
  }

  /** Looks at the exports of a dataset. */
  survey(path: string): Promise<Omit<ExportSurvey, 'folder'>> {
    return run(this.#launch, { survey: { path } }, path, [], unwatched())
  }

  /** Looks at a foreign file. Refuses as importDataset does. */
  look(look: ImportLook): Promise<ImportPreview> {
    return run(this.#launch, { look }, look.path, [], unwatched())
  }
}

const unwatched = (): ExchangeSeams => ({ progress: () => undefined, signal: new AbortController().signal })

/** What a process that died may have left of a target. */
export function leftoversOf(out: string): string[] {
  const partial = partialOf(out)
  return [partial, unfinishedOf(partial)].flatMap((path) => [path, `${path}-journal`])
}

/** `leftovers`: what a process that died may have left and nobody else can have made. */
async function run<T extends ExportReport | ImportReport | ExchangeLook>(
  launch: LaunchProcess,
  work: ExchangeWork,
  out: string,
  leftovers: readonly string[],
  { progress, signal }: ExchangeSeams,
): Promise<T> {
  const child = launch(workerEntry('exchange-worker'), MOST_MEMORY_MB)
  let timer: NodeJS.Timeout | undefined
  let died = true
  const cancel = (): void => child.post(CANCEL)
  try {
    const news = await new Promise<ExchangeNews>((resolve, reject) => {
      const expect = (seconds: number): void => {
        clearTimeout(timer)
        timer = setTimeout(() => reject(failed(out, `it said nothing for ${seconds} s`)), seconds * 1000)
      }
      expect(SILENCE_S)
      child.onMessage((message) => {
        const said = message as ExchangeNews
        if (!said.progress) return resolve(said)
        if (!signal.aborted) expect(SILENCE_S)
        progress(said.progress)
      })
      child.onExit((lastWords) => reject(failed(out, endOf(lastWords))))
      signal.addEventListener('abort', () => {
        cancel()
        expect(PATIENCE_S)
      })
      child.post(work)
      if (signal.aborted) cancel()
    })
    died = false
    if (news.problem) throw new ProblemError(news.problem)
    return news.report as T
  } finally {
    clearTimeout(timer)
    await child.kill()
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
