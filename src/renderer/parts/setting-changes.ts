import type { Mode, Setting } from '../../contract/world.ts'
import { formatNumber } from './format.ts'

/** What was typed for settings, by key; the others have the default of the mode. */
export type TypedSettings = Readonly<Record<string, string>>

export interface ReadSettings {
  /** Values that differ from the mode's defaults. */
  changes: Record<string, number>
  /** By key: what is wrong with what was typed; empty when all of it can be used. */
  errors: Record<string, string>
}

const MINUS = '\u2212'

/** A value as fields show it: 300,000, 0.005, 3e-4. */
export function settingText({ integer }: Setting, value: number): string {
  if (integer) return formatNumber(value)
  const text = value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)
  return text.replace(/^-/, MINUS)
}

function readNumber(text: string): number {
  const plain = text.trim().replaceAll(',', '').replace(MINUS, '-')
  return plain === '' ? NaN : Number(plain)
}

function problemOf(setting: Setting, value: number): string | null {
  const { minimum, maximum, integer } = setting
  if (value >= minimum && value <= maximum && (!integer || Number.isInteger(value))) return null
  const range = `${settingText(setting, minimum)} to ${settingText(setting, maximum)}`
  return `${integer ? 'A whole number from' : 'From'} ${range}.`
}

/** Reads what was typed for these settings; keys of other methods are left alone. */
export function readSettings(settings: readonly Setting[], mode: Mode, typed: TypedSettings): ReadSettings {
  const changes: Record<string, number> = {}
  const errors: Record<string, string> = {}
  for (const setting of settings) {
    const text = typed[setting.key]
    if (text === undefined) continue
    const value = readNumber(text)
    const problem = problemOf(setting, value)
    if (problem !== null) errors[setting.key] = problem
    else if (value !== setting.defaults[mode]) changes[setting.key] = value
  }
  return { changes, errors }
}

/** What would have been typed for these values: nothing where they are the mode's defaults. */
export function typedFor(
  settings: readonly Setting[],
  mode: Mode,
  values: Readonly<Record<string, unknown>>,
): TypedSettings {
  const differing = settings.flatMap((setting) => {
    const value = values[setting.key]
    return typeof value === 'number' && value !== setting.defaults[mode]
      ? [[setting.key, settingText(setting, value)]]
      : []
  })
  return Object.fromEntries(differing) as TypedSettings
}

/** "Batch size 128 transitions", "Scale rewards on" */
export function changeText(setting: Setting, value: number): string {
  if (setting.unit === 'switch') return `${setting.label} ${value === 1 ? 'on' : 'off'}`
  return [setting.label, settingText(setting, value), setting.unit].filter(Boolean).join(' ')
}

/** What a setting is, its default, unit and source; for tooltips. */
export function settingHelp(setting: Setting, mode: Mode, modeLabel: string): string {
  const value = setting.defaults[mode]
  const shown = setting.unit === 'switch' ? (value === 1 ? 'on' : 'off') : settingText(setting, value)
  const unit = setting.unit === '' || setting.unit === 'switch' ? '' : ` ${setting.unit}`
  return `${setting.meaning} Default in ${modeLabel}: ${shown}${unit}. Source: ${setting.source}.`
}
