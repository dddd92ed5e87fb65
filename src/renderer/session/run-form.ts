import { create } from 'zustand'
import { datasetNameSchema } from '../../contract/dataset.ts'
import type { SessionStart } from '../../contract/session.ts'
import type { ArmWorldName, Method, Mode } from '../../contract/world.ts'
import { formatNumber, parseWholeNumber } from '../parts/format.ts'
import { readSettings, type TypedSettings } from '../parts/setting-changes.ts'

/** What the form holds, as typed. It outlives the screen, so that a look elsewhere loses nothing. */
export interface RunForm {
  world: ArmWorldName
  explorer: string
  mode: Mode
  /** What was typed for settings, by explorer. */
  settings: Readonly<Record<string, TypedSettings>>
  dataset: string
  /** The name was typed, not suggested. */
  named: boolean
  target: string
  steps: string
  seed: string
  operator: string
}

export const useRunForm = create<RunForm>()(() => ({
  world: 'panda-fci',
  explorer: 'random',
  mode: 'paper',
  settings: {},
  dataset: '',
  named: false,
  target: formatNumber(200_000),
  steps: formatNumber(1000),
  seed: '1',
  operator: '',
}))

export const editRun = (change: Partial<RunForm>): void => useRunForm.setState(change)

export type FormErrors = Partial<Record<'dataset' | 'target' | 'steps' | 'seed' | 'settings', string>>

const MOST_TRANSITIONS = 100_000_000
const MOST_STEPS = 100_000
const MOST_SEED = 0xffffffff

function wholeIn(text: string, least: number, most: number): string | undefined {
  const value = parseWholeNumber(text)
  if (value !== null && value >= least && value <= most) return undefined
  return `A whole number from ${formatNumber(least)} to ${formatNumber(most)}.`
}

/** The order for the station, or what is wrong with each field. `explorer`: the one of the form, once it is known. */
export function readForm(form: RunForm, explorer?: Method): { start: SessionStart | null; errors: FormErrors } {
  const name = datasetNameSchema.safeParse(form.dataset)
  const settings = readSettings(explorer?.settings ?? [], form.mode, form.settings[form.explorer] ?? {})
  const found: Record<keyof FormErrors, string | undefined> = {
    dataset: name.success ? undefined : (name.error.issues[0]?.message ?? 'This name cannot be used.'),
    target: wholeIn(form.target, 1, MOST_TRANSITIONS),
    steps: wholeIn(form.steps, 1, MOST_STEPS),
    seed: wholeIn(form.seed, 0, MOST_SEED),
    settings: Object.keys(settings.errors).length > 0 ? 'A setting of the explorer cannot be used.' : undefined,
  }
  const errors = Object.fromEntries(Object.entries(found).filter(([, text]) => text !== undefined)) as FormErrors
  if (!name.success || Object.keys(errors).length > 0) return { start: null, errors }
  return {
    errors,
    start: {
      world: form.world,
      explorer: form.explorer,
      mode: form.mode,
      settings: settings.changes,
      transitions: parseWholeNumber(form.target) ?? 0,
      stepsPerEpisode: parseWholeNumber(form.steps) ?? 0,
      seed: parseWholeNumber(form.seed) ?? 0,
      dataset: name.data,
      workspaceClear: false,
      operator: form.operator.trim(),
      notes: '',
    },
  }
}
