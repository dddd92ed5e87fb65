import type { StepFlagName } from '../../../contract/step-flags.ts'
import { CAUSE_FLAGS, STEP_FLAG_NAMES, countOf } from '../../../contract/step-flags.ts'
import { StepFlag } from '../../../contract/dataset.ts'
import { formatNumber } from '../../parts/format.ts'

/** Each flag of a step in a few words, and as a sentence for the reader of one step. */
export const FLAG_WORDS: Record<StepFlagName, { short: string; says: string }> = {
  clipped: { short: 'clipped', says: 'Clipped: more than full speed was asked.' },
  slowed: { short: 'slowed', says: 'The supervisor scaled the motion down.' },
  late: { short: 'late', says: 'The action reached the control thread after its tick.' },
  gap: { short: 'state lost', says: 'State packets of the arm were lost during this step.' },
  badAction: { short: 'far beyond', says: 'More than twice full speed was asked.' },
  warned: { short: 'warned', says: 'The first threshold of a limit was passed.' },
  decayed: { short: 'decayed', says: 'The action was too old: the motion decayed to rest.' },
  held: { short: 'held', says: 'No state came for long: the motion was held until the next action.' },
  nearJointLimit: { short: 'joint limit', says: 'A joint is near its limit.' },
  nearWall: { short: 'wall', says: 'A wall of the box is near.' },
  nearFloor: { short: 'floor', says: 'The floor is near.' },
  nearSelf: { short: 'own limb', says: 'Two limbs of the arm are near each other.' },
  pointSpeed: { short: 'point speed', says: 'A point of the arm would be faster than allowed.' },
  singular: { short: 'singular', says: 'The arm is near a singular pose, where small motions need fast joints.' },
}

/** Flags that are set, the lowest bit first. */
export function flagsOf(bits: number): StepFlagName[] {
  return STEP_FLAG_NAMES.filter((name) => (bits & StepFlag[name]) !== 0)
}

export const isCause = (name: StepFlagName): boolean => CAUSE_FLAGS.includes(name)

/** "wall 412, singular 30": causes by how many steps they had, the commonest first; empty where there was none. */
export function causesText(interventions: readonly number[]): string {
  return countsText(interventions, CAUSE_FLAGS)
}

/** The same of every flag. */
export function allFlagsText(interventions: readonly number[]): string {
  return countsText(interventions, STEP_FLAG_NAMES)
}

function countsText(interventions: readonly number[], names: readonly StepFlagName[]): string {
  return names
    .map((name) => ({ name, count: countOf(interventions, name) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ name, count }) => `${FLAG_WORDS[name].short} ${formatNumber(count)}`)
    .join(', ')
}
