/** A number of a command to the Hand as it is typed, with what the Hand allows; both in the unit on screen. */
export interface HandNumber {
  label: string
  unit: string
  least: number
  most: number
  /** SI value = shown value times this. */
  factor: number
}

const MILLI = 1e-3

/** Widths go up to what the Hand said when it was homed, m. */
export function handNumbers(maxWidth: number): Record<'width' | 'narrower' | 'wider' | 'speed' | 'force', HandNumber> {
  const most = Math.round(maxWidth / MILLI)
  return {
    width: { label: 'Width between the fingers', unit: 'mm', least: 0, most, factor: MILLI },
    narrower: { label: 'May be narrower by', unit: 'mm', least: 0, most, factor: MILLI },
    wider: { label: 'May be wider by', unit: 'mm', least: 0, most, factor: MILLI },
    speed: { label: 'Speed of each finger', unit: 'mm/s', least: 1, most: 200, factor: MILLI },
    force: { label: 'Force', unit: 'N', least: 1, most: 70, factor: 1 },
  }
}

/** SI value of what was typed, or in words what may be typed. */
export function parseHandNumber(typed: string, { unit, least, most, factor }: HandNumber): number | string {
  const value = Number(typed.trim().replaceAll(',', ''))
  if (typed.trim() !== '' && value >= least && value <= most) return value * factor
  return `A number from ${least} to ${most} ${unit}.`
}
