/**
 * Numbers as the window prints them: thousands comma, U+2212 minus, fixed decimals, en dash for "not known".
 *
 *   formatNumber(value, decimals = 0)   1,234.5 / −0.3 / –
 *   formatPercent(fraction, decimals)   0.442 -> "44.2" (the unit is printed beside it)
 *   formatDegrees(rad, decimals = 1)    rad -> degrees
 *   formatMillimetres(m, decimals = 0)  m -> mm
 *   formatDistance(m)                   m -> mm, "0.4", "9.8", "124"
 *   formatDuration(seconds)             "45 s", "27 min", "2 h 09 min", "3 d 4 h"
 *   formatAge(ms)                       ["20", "ms"] or ["3.1", "s"]
 *   formatClock(epochMs)                "14:53"; formatClockSeconds "11:38:20"; formatDay "23 Nov"
 *   formatBytes(bytes)                  ["84.2", "GB"]
 */
export const MISSING = '–'
const MINUS = '\u2212'
/** No-break space: between a number and its unit inside running text. */
export const NBSP = '\u00a0'

export function formatNumber(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const text = Math.abs(value).toFixed(decimals)
  const dot = text.indexOf('.')
  const whole = (dot < 0 ? text : text.slice(0, dot)).replace(/\B(?=(\d{3})+$)/g, ',')
  const negative = value < 0 && Number(text) !== 0
  return (negative ? MINUS : '') + whole + (dot < 0 ? '' : text.slice(dot))
}

export function formatPercent(fraction: number | null | undefined, decimals = 1): string {
  return formatNumber(fraction === null || fraction === undefined ? null : fraction * 100, decimals)
}

export const toDegrees = (rad: number): number => (rad * 180) / Math.PI

export function formatDegrees(rad: number | null | undefined, decimals = 1): string {
  return formatNumber(rad === null || rad === undefined ? null : toDegrees(rad), decimals)
}

export function formatMillimetres(metres: number | null | undefined, decimals = 0): string {
  return formatNumber(metres === null || metres === undefined ? null : metres * 1000, decimals)
}

/** Of a tool tip to its goal, m -> mm: a tenth where it counts, below 10 mm. */
export function formatDistance(metres: number): string {
  return formatMillimetres(metres, metres < 0.00995 ? 1 : 0)
}

/** Two steps of the clock at most; minutes and hours are padded so that widths do not jump. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return MISSING
  if (seconds < 59.5) return `${Math.max(0, Math.round(seconds))}${NBSP}s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes}${NBSP}min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours}${NBSP}h ${String(minutes % 60).padStart(2, '0')}${NBSP}min`
  return `${Math.floor(hours / 24)}${NBSP}d ${hours % 24}${NBSP}h`
}

/** Milliseconds below 1 s, tenths of seconds below 1 min, then whole minutes. */
export function formatAge(ms: number | null | undefined): [string, string] {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return [MISSING, '']
  if (ms < 1000) return [formatNumber(ms), 'ms']
  if (ms < 60_000) return [formatNumber(ms / 1000, 1), 's']
  return [formatNumber(ms / 60_000), 'min']
}

const two = (n: number): string => String(n).padStart(2, '0')

export function formatClock(epochMs: number | null | undefined): string {
  if (epochMs === null || epochMs === undefined || !Number.isFinite(epochMs)) return MISSING
  const t = new Date(epochMs)
  return `${two(t.getHours())}:${two(t.getMinutes())}`
}

export function formatClockSeconds(epochMs: number): string {
  return `${formatClock(epochMs)}:${two(new Date(epochMs).getSeconds())}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function formatDay(epochMs: number): string {
  const t = new Date(epochMs)
  return `${t.getDate()} ${MONTHS[t.getMonth()] ?? ''}`
}

/** Decimal units, as disks are sold. */
export function formatBytes(bytes: number | null | undefined): [string, string] {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return [MISSING, '']
  if (bytes < 1e3) return [formatNumber(bytes), 'B']
  if (bytes < 1e6) return [formatNumber(bytes / 1e3, bytes < 1e4 ? 1 : 0), 'kB']
  if (bytes < 1e9) return [formatNumber(bytes / 1e6, bytes < 1e8 ? 1 : 0), 'MB']
  return [formatNumber(bytes / 1e9, 1), 'GB']
}

/** "200,000" or "200 000" or "200000" -> 200000; null when it is not a whole number. */
export function parseWholeNumber(text: string): number | null {
  const plain = text.replace(/[,\s\u00a0]/g, '')
  return /^\d{1,12}$/.test(plain) ? Number(plain) : null
}
