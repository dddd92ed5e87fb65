import { setImmediate as breathe } from 'node:timers/promises'
import type { PassProgress } from '../../../contract/dataset-coverage.ts'

/** Who waits for a long reading. */
export interface Watch {
  /** Aborted: the reading ends within some milliseconds and leaves nothing. */
  signal: AbortSignal
  /** Called at most ten times a second, and at the end. */
  progress(progress: PassProgress): void
}

/** The thread works for so long before it answers others, ms. */
const BREATHE_EVERY_MS = 10
const REPORT_EVERY_MS = 100

/**
 * Visits items one after another, each worth so many transitions, and gives the thread to others in between. False when
 * the watcher gave up meanwhile.
 */
export async function pass<T>(
  items: readonly T[],
  transitionsOf: (item: T) => number,
  visit: (item: T) => void,
  { signal, progress }: Watch,
): Promise<boolean> {
  const of = items.reduce((sum, item) => sum + transitionsOf(item), 0)
  const startedAt = performance.now()
  let [breathedAt, reportedAt, done] = [startedAt, -Infinity, 0]
  for (const item of items) {
    visit(item)
    done += transitionsOf(item)
    const now = performance.now()
    if (now - reportedAt >= REPORT_EVERY_MS || done === of) {
      progress({ done, of, etaS: done === 0 ? null : ((now - startedAt) / 1000) * (of / done - 1) })
      reportedAt = now
    }
    if (now - breathedAt < BREATHE_EVERY_MS) continue
    await breathe()
    if (signal.aborted) return false
    breathedAt = performance.now()
  }
  // A short pass has not heard of a cancel yet.
  await breathe()
  return !signal.aborted
}
