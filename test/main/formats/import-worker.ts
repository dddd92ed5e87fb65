import { parentPort } from 'node:worker_threads'
import { ProblemError } from '../../../src/contract/problem.ts'
import { imported } from './exchange.ts'

/** What a test gives the thread, and what it gets back. */
export interface ImportTry {
  path: string
  out: string
  format: string
}
export type ImportOutcome = { episodes: number; transitions: number } | { code: string } | { defect: string }

/** Thread that imports one file after another. */
parentPort?.on('message', ({ path, out, format }: ImportTry) => {
  const say = (outcome: ImportOutcome): void => parentPort?.postMessage(outcome)
  imported(path, out, { format }).then(
    ({ episodes, transitions }) => say({ episodes, transitions }),
    (error: unknown) =>
      say(
        error instanceof ProblemError
          ? { code: error.problem.code }
          : { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      ),
  )
})
