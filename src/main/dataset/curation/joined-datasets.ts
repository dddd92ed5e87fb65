import type { RunSheet } from '../../../contract/dataset.ts'
import { refusal } from '../../../contract/problem.ts'

/** A dataset that is to be joined with others. */
export interface Joined {
  path: string
  sheet: RunSheet
}

/** The arm in this process and the arm over the network are the same arm. */
function worldFamily(world: string): string {
  return world === 'panda-fci' ? 'panda' : world
}

const listOf = (values: readonly { name: string; unit: string }[]): string =>
  values.map(({ name, unit }) => `${name} ${unit}`).join(', ')

const optionsOf = (options: Record<string, string>): string =>
  Object.entries(options)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ')

/** What a policy must find the same in all its data, by the name that a refusal gives it. */
const SAME: readonly [string, (sheet: RunSheet) => string][] = [
  ['world', (sheet) => worldFamily(sheet.world)],
  ['options of the world', (sheet) => optionsOf(sheet.worldOptions)],
  ['observation', (sheet) => listOf(sheet.observation)],
  ['action', (sheet) => listOf(sheet.action)],
  ['action scale', (sheet) => sheet.action.map(({ scale }) => scale).join(', ')],
  ['step period in s', (sheet) => String(sheet.stepPeriodS)],
]

/** Refuses datasets of different worlds, shapes, units or steps, naming every difference, and one that is given twice. */
export function refuseUnjoinable(datasets: readonly Joined[]): void {
  const [first, ...others] = datasets
  others.forEach((other, i) => {
    const twin = datasets.slice(0, i + 1).find(({ sheet }) => sheet.id === other.sheet.id)
    if (twin)
      throw refusal(
        'dataset-twice',
        `${twin.path} and ${other.path} are the same dataset. Joined, its transitions would count twice. Nothing is joined.`,
        'Give each dataset once.',
      )
    if (!first) return
    const differing = SAME.filter(([, of]) => of(first.sheet) !== of(other.sheet))
    if (differing.length === 0) return
    const each = differing.map(([what, of]) => `the ${what} is "${of(other.sheet)}", not "${of(first.sheet)}"`)
    throw refusal(
      'datasets-differ',
      `${other.path} does not fit ${first.path}: ${each.join('; ')}. Nothing is joined.`,
      'Join datasets of the same world and the same recording settings, or train one policy for each.',
    )
  })
}
