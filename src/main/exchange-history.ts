import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { exchangeJobSchema } from '../contract/exchange-job.ts'
import type { ExchangeJob } from '../contract/exchange-job.ts'
import type { Problem } from '../contract/problem.ts'
import { writeDurably } from './platform/durable-file.ts'
import { bytesIn } from './platform/new-path.ts'
import { setAside } from './platform/set-aside.ts'
import { leftoversOf } from './workers/exchange-process.ts'

const historySchema = z.array(exchangeJobSchema)

/** The exports and imports of a station, kept in `HOME/exchange-jobs.json` until they are dismissed. */
export class ExchangeHistory {
  /** That the file was damaged and set aside, for a person; null when all is well. */
  notice: string | null = null
  readonly #path: string
  #written = ''

  constructor(home: string) {
    this.#path = join(home, 'exchange-jobs.json')
  }

  /** As they were when the station ended; those that had not come to their end then are interrupted. */
  read(): ExchangeJob[] {
    if (!existsSync(this.#path)) return []
    try {
      return historySchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).map(afterTheEnd)
    } catch {
      this.notice = setAside(this.#path, 'exports and imports that were made before are not listed.')
      return []
    }
  }

  /** Keeps the jobs as they are now. How far one has come is not kept: it changes too often and is worth nothing later. */
  write(jobs: readonly ExchangeJob[]): void {
    const text = JSON.stringify(jobs.map((job) => ({ ...job, progress: null })))
    if (text === this.#written) return
    try {
      writeDurably(this.#path, text)
      this.#written = text
    } catch {
      // A full disk must not end the export that it has room for; the next change of a job tries again.
    }
  }
}

/** A job as it is after the end of the station. */
export function afterTheEnd(job: ExchangeJob): ExchangeJob {
  if (job.state !== 'waiting' && job.state !== 'running') return job
  return { ...job, state: 'interrupted', progress: null, problem: interruption(job) }
}

function interruption({ kind, state, out }: ExchangeJob): Problem {
  const code = 'exchange-interrupted'
  const again = `Begin the ${kind} again.`
  if (state === 'waiting')
    return { code, message: 'The station ended before it began. Nothing was written.', tip: again }
  // It gets its name when it is whole.
  if (existsSync(out)) {
    const message = `The station ended just after ${out} was whole; what was counted in it is not known any more.`
    return { code, message, tip: kind === 'import' ? 'Check the dataset.' : 'Use it, or remove it and export again.' }
  }
  const left = leftoversOf(out).filter((path) => existsSync(path))
  if (left.length === 0) return { code, message: 'The station ended meanwhile. Nothing is left of it.', tip: again }
  const named = left.map((path) => `${path} (${bytesIn(path)} bytes)`).join(' and ')
  return {
    code,
    message: `The station ended meanwhile. ${named} is left, which is not whole and of no use.`,
    tip: `${again} That replaces what is left. Otherwise delete it.`,
  }
}
