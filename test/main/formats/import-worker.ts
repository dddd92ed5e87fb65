import { ProblemError } from '../../../src/contract/problem.ts'
import { livesWithOwner, parentChannel } from '../../../src/main/platform/parent-channel.ts'
import { imported } from './exchange.ts'

/** What a test gives the process, and what it gets back. */
export interface ImportTry {
  path: string
  out: string
  format: string
}
export type ImportOutcome = { episodes: number; transitions: number } | { code: string } | { defect: string }

/** Process that imports one file after another. */
livesWithOwner()
const parent = parentChannel()
parent.onMessage((message) => {
  const { path, out, format } = message as ImportTry
  const say = (outcome: ImportOutcome): void => parent.send(outcome)
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
