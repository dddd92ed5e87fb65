import type { LimitRow } from '../../contract/robot-limits.ts'

/** One line: which limits of the supervisor are in force, those that are `tightened` by name and value, SI units. */
export function limitsText(tightened: readonly LimitRow[]): string {
  if (tightened.length === 0) return 'limits in force: all at their defaults, none is tightened on this station'
  const values = tightened.map(({ name, current, unit }) => `${name} ${current.join(' ')} ${unit}`.trim())
  return `limits in force: tightened on this station: ${values.join(', ')}; all others at their defaults`
}
