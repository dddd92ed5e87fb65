import type { ExchangeProgress } from '../../contract/exchange.ts'

const REPORT_EVERY_MS = 100

export interface ProgressMeter {
  add(transitions: number): void
  /** Says that everything is done. */
  end(): void
}

/**
 * Counts transitions and tells them with the time that is left at the pace since the first of them: what comes before,
 * such as the loading of a library, happens once. `of` is null when it is not known.
 */
export function progressMeter(of: number | null, tell: (progress: ExchangeProgress) => void): ProgressMeter {
  let done = 0
  let first: { atMs: number; done: number } | null = null
  let toldAt = performance.now()
  return {
    add: (transitions) => {
      done += transitions
      const now = performance.now()
      first ??= { atMs: now, done }
      if (now - toldAt < REPORT_EVERY_MS) return
      toldAt = now
      const since = done - first.done
      const left = of === null || since === 0 ? null : ((now - first.atMs) / 1000) * (Math.max(0, of - done) / since)
      tell({ done, of, etaS: left })
    },
    end: () => tell({ done, of, etaS: 0 }),
  }
}
