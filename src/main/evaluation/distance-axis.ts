/** Strips of distances in figures of reach results: from 0 m to an end that all of them share. */

const STEP_M = 0.2
/** As in the paper's range. */
const LEAST_END_M = 0.8

/** 0.8 m, or the next 0.2 m beyond the largest value. */
export function axisEnd(values: readonly number[]): number {
  return Math.max(LEAST_END_M, Math.ceil(Math.max(0, ...values) / STEP_M - 1e-9) * STEP_M)
}

/** Every 0.2 m. */
export function distanceTicks(end: number): number[] {
  return Array.from({ length: Math.round(end / STEP_M) + 1 }, (_, i) => i * STEP_M)
}

/** Every second tick with its text: neighbouring strips leave no room for more. */
export function labelledTicks(end: number): { value: number; label: string }[] {
  const labelled = distanceTicks(end).filter((_tick, i) => i % 2 === 0)
  const labelOf = (value: number): string => (value === 0 ? '0' : value.toFixed(1))
  return labelled.map((value) => ({
    value,
    label: value === labelled.at(-1) ? `${value.toFixed(1)} m` : labelOf(value),
  }))
}
