import type { ImportHints } from './dataset-importer.ts'

/** The station's own, s. */
const OWN_PERIOD_S = 0.05

/** Hints for a file that cannot say how long a step took: without a word of the person, and without a world, it is assumed. */
export function withPeriod(hints: ImportHints, beliefs: string[]): ImportHints {
  if (hints.stepPeriodS !== null || hints.world !== null) return hints
  beliefs.push(
    `The file does not say how long a step took: ${OWN_PERIOD_S} s is assumed. Say it with --period SECONDS.`,
  )
  return { ...hints, stepPeriodS: OWN_PERIOD_S }
}
