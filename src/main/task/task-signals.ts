import type { RunSheet } from '../../contract/dataset.ts'
import type { TaskSignal } from '../../contract/task-preview.ts'
import { FUNCTION_NAMES } from './expression-functions.ts'

/** Where the number of a signal is found in the arrays of a step. */
export type SignalSource = 'observation' | 'tooltip' | 'asked' | 'sent' | 'reward' | 'time'

/** A name that an expression may use, and where its number is. */
export interface SignalPlace extends TaskSignal {
  source: SignalSource
  /** Column of the array; 0 for `reward` and `time`. */
  column: number
}

/** What decides which signals there are. */
export type SignalSheet = Pick<RunSheet, 'observation' | 'action' | 'hasReward'>

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/
const RESERVED = new Set<string>([...FUNCTION_NAMES, 'pi', 't', 'tip', 'reward', 'true', 'false', 'null', 'this'])
const AXES = ['x', 'y', 'z'] as const

/**
 * Every signal of a dataset's steps. Observations go by their own names (`q1`, `dq3`, `pitch`), or by `o1`, `o2`, ...
 * where a name is no identifier; they hold after the step, as the reward of a step is for where it led.
 *
 * @param hasTooltip the world has a tool tip
 */
export function taskSignals(sheet: SignalSheet, hasTooltip: boolean): SignalPlace[] {
  const tooltip = hasTooltip
    ? AXES.map((axis, column) => place(`tip.${axis}`, 'm', 'tool tip, base frame', 'tooltip', column))
    : []
  const reward = sheet.hasReward ? [place('reward', '', "the world's own reward", 'reward', 0)] : []
  return [
    ...tooltip,
    ...observations(sheet),
    ...sheet.action.map(({ name }, i) => place(`a${i + 1}`, '', `action ${name} asked for, −1 to 1`, 'asked', i)),
    ...sheet.action.map(({ name }, i) => place(`sent${i + 1}`, '', `action ${name} as sent, −1 to 1`, 'sent', i)),
    place('t', 's', 'time since the episode began', 'time', 0),
    ...reward,
  ]
}

function observations({ observation, action }: SignalSheet): SignalPlace[] {
  const taken = new Set(action.flatMap((_, i) => [`a${i + 1}`, `sent${i + 1}`]))
  return observation.map(({ name, unit }, i) => {
    const usable = IDENTIFIER.test(name) && !RESERVED.has(name) && !taken.has(name)
    const own = usable ? name : `o${i + 1}`
    taken.add(own)
    return place(own, unit, usable ? 'observation' : `observation ${name}`, 'observation', i)
  })
}

function place(name: string, unit: string, about: string, source: SignalSource, column: number): SignalPlace {
  return { name, unit, about, source, column }
}
