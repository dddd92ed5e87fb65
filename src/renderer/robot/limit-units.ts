import type { LimitRow } from '../../contract/robot-limits.ts'
import { formatNumber } from '../parts/format.ts'

/** How a limit is shown: degrees and millimetres on screen, SI in the station. */
export interface ShownUnit {
  unit: string
  /** Shown value = SI value times this. */
  factor: number
}

const DEGREES = 180 / Math.PI

const SHOWN: Record<string, ShownUnit> = {
  rad: { unit: '°', factor: DEGREES },
  'rad/s': { unit: '°/s', factor: DEGREES },
  'rad/s²': { unit: '°/s²', factor: DEGREES },
  'rad/s³': { unit: '°/s³', factor: DEGREES },
  m: { unit: 'mm', factor: 1000 },
  'm/s': { unit: 'mm/s', factor: 1000 },
  share: { unit: '%', factor: 100 },
}

/** Times below a tenth of a second read better in milliseconds; a way of kilometres does not in millimetres. */
export function shownUnit({ unit, defaults }: Pick<LimitRow, 'unit' | 'defaults'>): ShownUnit {
  const most = Math.max(...defaults.map(Math.abs))
  if (unit === 's') return most < 1 ? { unit: 'ms', factor: 1000 } : { unit, factor: 1 }
  if (unit === 'm' && most > 10) return { unit, factor: 1 }
  return SHOWN[unit] ?? { unit, factor: 1 }
}

/** As typed and printed: five digits are enough for every limit. */
export function limitText(value: number, { factor }: ShownUnit): string {
  const text = String(Number((value * factor).toPrecision(5)))
  const [, decimals = ''] = text.split('.')
  return formatNumber(Number(text), decimals.length)
}

/** SI value of what was typed; exactly the default when the text is that of the default. Null when it is no number. */
export function parseLimit(typed: string, fallback: number, shown: ShownUnit): number | null {
  const text = typed.trim().replaceAll(',', '').replace('\u2212', '-')
  if (text === limitText(fallback, shown)) return fallback
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? null : value / shown.factor
}
