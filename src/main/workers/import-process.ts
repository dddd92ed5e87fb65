import { ProblemError, refusal } from '../../contract/problem.ts'
import type { PolicySheet } from '../../contract/policy.ts'
import type { Problem } from '../../contract/problem.ts'
import type { LaunchProcess } from '../platform/own-process.ts'
import { endOf } from '../platform/own-process.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import type { ImportOrder } from '../policy/exchange/import-policy.ts'

/** What the import process says at its end. */
export type ImportNews = { sheet: PolicySheet } | { problem: Problem }

/** Longer than any policy takes that could act twenty times a second, s. */
const LIMIT_S = 60
/** A file must not take the memory of the whole station, MB. */
const MOST_MEMORY_MB = 2048

/**
 * Imports a policy in a process of its own: a file that keeps it busy for ever, or with which it runs out of memory, is
 * refused, and nothing else ends.
 */
export async function importInProcess(
  launch: LaunchProcess,
  order: ImportOrder,
  limitS = LIMIT_S,
): Promise<PolicySheet> {
  const child = launch(workerEntry('import-worker'), MOST_MEMORY_MB)
  let timer: NodeJS.Timeout | undefined
  try {
    const news = await new Promise<ImportNews>((resolve, reject) => {
      timer = setTimeout(() => reject(notRun(order, `it is not loaded after ${limitS} s`)), limitS * 1000)
      child.onMessage((message) => resolve(message as ImportNews))
      child.onExit((lastWords) => reject(notRun(order, endOf(lastWords))))
      child.post(order)
    })
    if ('problem' in news) throw new ProblemError(news.problem)
    return news.sheet
  } finally {
    clearTimeout(timer)
    await child.kill()
  }
}

function notRun({ path }: ImportOrder, why: string): Error {
  return refusal(
    'import-unsupported',
    `${path} cannot be run here: ${why}. Nothing was imported.`,
    'Import a policy that acts within a fraction of a second.',
  )
}
