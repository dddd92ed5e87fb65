import type { ExchangeProgress } from '../../contract/exchange.ts'

const REPORT_EVERY_MS = 100

export interface ProgressMeter {
  add(transitions: number): void
  /** Says that everything is done. */
  end(): void
}

/** Counts transitions and tells them with the time that is left at the pace so far. `of` is null when it is not known. */
export function progressMeter(of: number | null, tell: (progress: ExchangeProgress) => void): ProgressMeter {
  const beganAt = performance.now()
  let done = 0
  let toldAt = beganAt
  const say = (etaS: number | null): void => tell({ done, of, etaS })
  return {
    add: (transitions) => {
      done += transitions
      const now = performance.now()
      if (now - toldAt < REPORT_EVERY_MS) return
      toldAt = now
      say(of === null ? null : ((now - beganAt) / 1000) * (Math.max(0, of - done) / done))
    },
    end: () => say(0),
  }
}
