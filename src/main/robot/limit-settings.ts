import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { LimitRow } from '../../contract/robot-limits.ts'
import { problemOf, refusal } from '../../contract/problem.ts'
import { armModel } from '../platform/arm-model.ts'
import { writeDurably } from '../platform/durable-file.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import type { SupervisorLimits } from '../platform/native-arm-model.ts'
import { native } from '../platform/native.ts'
import { Watched } from '../platform/watched.ts'
import type { Feed } from '../platform/watched.ts'
import { limitWords } from './limit-words.ts'

const chosenSchema = z.record(z.string(), z.array(z.number()))

/**
 * The supervisor's limits as a person has tightened them for this station, kept over restarts. None may be looser than
 * in assets/panda.json. The control thread itself takes a looser one only while the arm stands still.
 */
export class LimitSettings {
  /** All numbers of the supervisor as they are in force at an arm of this station. */
  readonly inForce: Feed<SupervisorLimits>
  readonly #file: string
  readonly #inForce: Watched<SupervisorLimits>
  #chosen: Record<string, number[]>

  /** Refuses with `limits-damaged`: a station that forgot a tightened limit would move faster than a person thinks. */
  constructor(home: string) {
    this.#file = join(home, 'limits.json')
    this.#chosen = readChosen(this.#file)
    this.inForce = this.#inForce = new Watched(withChosen(this.#chosen))
  }

  /** All limits with their units, defaults and what is in force, in the order of the supervisor's table. */
  rows(): LimitRow[] {
    const defaults = armModel().supervisor
    const current = this.current()
    const rows = native.safetyLimits().map(({ name, tighter }) => ({
      name,
      tighter,
      ...limitWords(name),
      defaults: numbersOf(defaults, name),
      current: numbersOf(current, name),
    }))
    // Those without a row of the table come last.
    return rows.toSorted((a, b) => (a.rule || Infinity) - (b.rule || Infinity))
  }

  /** Those rows that a person has tightened. */
  tightened(): LimitRow[] {
    return this.rows().filter(({ name }) => name in this.#chosen)
  }

  current(): SupervisorLimits {
    return this.#inForce.current()
  }

  /** Sets one limit, at the connected arm first: what it refuses is not kept. */
  set(name: string, values: readonly number[], driver: ArmDriver | null): void {
    requireAllowed(name, values)
    const defaults = numbersOf(armModel().supervisor, name)
    const isDefault = values.every((value, at) => value === defaults[at])
    const others = Object.entries(this.#chosen).filter(([each]) => each !== name)
    const chosen = Object.fromEntries(isDefault ? others : [...others, [name, [...values]]])
    const inForce = withChosen(chosen)
    driver?.setLimits(inForce)
    try {
      writeDurably(this.#file, `${JSON.stringify(chosen)}\n`)
    } catch (error) {
      this.#takeBack(driver)
      throw error
    }
    this.#chosen = chosen
    this.#inForce.set(inForce)
  }

  /** What cannot be kept is not in force either; only an arm that moves keeps the tighter number. */
  #takeBack(driver: ArmDriver | null): void {
    try {
      driver?.setLimits(this.current())
    } catch (error) {
      if (problemOf(error).code !== 'limits-loosened') throw error
    }
  }

  applyTo(driver: ArmDriver): void {
    driver.setLimits(this.current())
  }
}

function withChosen(chosen: Record<string, number[]>): SupervisorLimits {
  const limits = structuredClone(armModel().supervisor)
  for (const [name, values] of Object.entries(chosen)) setNumbers(limits, name, values)
  return limits
}

function readChosen(file: string): Record<string, number[]> {
  if (!existsSync(file)) return {}
  try {
    const chosen = chosenSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    for (const [name, values] of Object.entries(chosen)) requireAllowed(name, values)
    return chosen
  } catch (error) {
    throw refusal(
      'limits-damaged',
      `${file} cannot be used, so it is not known which limits were tightened. Forager does not start; data are not affected.`,
      'Delete that file, start Forager, and set the limits again on the Robot screen.',
      String(error),
    )
  }
}

function requireAllowed(name: string, values: readonly number[]): void {
  const entry = native.safetyLimits().find((each) => each.name === name)
  if (entry === undefined) throw refusal('no-limit', `There is no limit "${name}".`, 'Choose one from the list.')
  const { label, unit } = limitWords(name)
  const defaults = numbersOf(armModel().supervisor, name)
  if (values.length !== defaults.length || !values.every(Number.isFinite))
    throw refusal(
      'limit-value',
      `${label} takes ${defaults.length} finite number${defaults.length > 1 ? 's' : ''}. Nothing was changed.`,
      'Type numbers.',
    )
  const looser = values.some((value, at) => isLooser(entry.tighter, value, defaults[at] ?? value))
  if (!looser) return
  if (entry.tighter === 'fixed')
    throw refusal(
      'limits-fixed',
      `${label} gives recorded data their meaning and cannot change in use. Nothing was changed.`,
      'Leave it as it is.',
    )
  throw refusal(
    'limits-looser-than-file',
    `${label} may be tightened, not loosened beyond its default, ${`${defaults.join(', ')} ${unit}`.trim()}. Nothing was changed.`,
    'Choose a value on the safe side of the default.',
  )
}

/** A negative limit would invert a rule, so it counts as looser unless the default is negative too. */
function isLooser(tighter: 'smaller' | 'larger' | 'fixed', value: number, than: number): boolean {
  if (tighter === 'fixed') return value !== than
  if (tighter === 'larger') return value < than
  return value > than || (value < 0 && than >= 0 && tighter === 'smaller')
}

function numbersOf(limits: SupervisorLimits, name: string): number[] {
  const value = limits[name as keyof SupervisorLimits]
  return Array.isArray(value) ? [...value] : [value]
}

function setNumbers(limits: SupervisorLimits, name: string, values: readonly number[]): void {
  const key = name as keyof SupervisorLimits
  Object.assign(limits, { [key]: Array.isArray(limits[key]) ? [...values] : values[0] })
}
