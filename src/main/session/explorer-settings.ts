import { refusal } from '../../contract/problem.ts'
import type { MethodDescription } from '../platform/native-method.ts'

/**
 * All settings of an explorer in a mode: the mode's defaults with `changes` on top.
 * Refuses an unknown explorer, mode or setting and values out of range before anything is started.
 */
export function explorerSettings(
  explorers: readonly MethodDescription[],
  name: string,
  mode: string,
  changes: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const explorer = explorers.find((each) => each.name === name)
  const known = explorers.map((each) => each.name).join(', ')
  if (!explorer)
    throw refusal('unknown-explorer', `There is no explorer "${name}". Nothing is started.`, `Choose one of: ${known}.`)
  if (!explorer.modes.includes(mode)) {
    throw refusal(
      'unknown-mode',
      `${name} has no mode "${mode}". Nothing is started.`,
      `Choose one of: ${explorer.modes.join(', ')}.`,
    )
  }
  const unknown = Object.keys(changes).find((key) => !explorer.settings.some((setting) => setting.key === key))
  if (unknown !== undefined) {
    const keys = explorer.settings.map((setting) => setting.key).join(', ') || 'none'
    throw refusal(
      'unknown-setting',
      `${name} has no setting "${unknown}". Nothing is started.`,
      `Its settings: ${keys}.`,
    )
  }
  return Object.fromEntries(
    explorer.settings.map((setting) => {
      const value = changes[setting.key] ?? setting.defaults[mode as keyof typeof setting.defaults]
      const { key, minimum, maximum, integer } = setting
      const fits = value >= minimum && value <= maximum && (!integer || Number.isInteger(value))
      if (fits) return [key, value]
      throw refusal(
        'setting-out-of-range',
        `${key} of ${name} cannot be ${value}. Nothing is started.`,
        `Give ${integer ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}.`,
      )
    }),
  )
}
