import { StepFlag } from './dataset.ts'

export type StepFlagName = keyof typeof StepFlag

/** Every flag of a step, the lowest bit first. */
export const STEP_FLAG_NAMES = (Object.keys(StepFlag) as StepFlagName[]).toSorted((a, b) => StepFlag[a] - StepFlag[b])

/** Those that say why the supervisor or the control thread did not do what was asked, and not merely that. */
export const CAUSE_FLAGS: readonly StepFlagName[] = [
  'nearJointLimit',
  'nearWall',
  'nearFloor',
  'nearSelf',
  'pointSpeed',
  'singular',
  'held',
  'decayed',
  'gap',
  'badAction',
]

/** Counts of steps by the name of their flag, from those by bit. */
export function countOf(interventions: readonly number[], flag: StepFlagName): number {
  return interventions[STEP_FLAG_NAMES.indexOf(flag)] ?? 0
}

/** Steps with a cause; one with two counts twice. */
export function interventionSteps(interventions: readonly number[]): number {
  return CAUSE_FLAGS.reduce((sum, flag) => sum + countOf(interventions, flag), 0)
}
