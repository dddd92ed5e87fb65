import type { RunSheet } from '../../../contract/dataset.ts'

/** Where the joints of an arm are in a row: columns of angles in rad, of speeds in rad/s, and what action 1 is in rad/s. */
export interface JointColumns {
  angles: readonly number[]
  /** Empty where no joint speeds are observed. */
  speeds: readonly number[]
  /** Of each joint; empty where actions are no joint speeds. */
  scales: readonly number[]
}

export function jointColumns(sheet: RunSheet): JointColumns {
  const named = (pattern: RegExp, wanted: string): number[] =>
    sheet.observation.flatMap(({ name, unit }, i) => (pattern.test(name) && unit === wanted ? [i] : []))
  const angles = named(/^q\d+$/, 'rad')
  const speeds = named(/^dq\d+$/, 'rad/s')
  const scales = sheet.action.filter(({ unit }) => unit === 'rad/s').map(({ scale }) => scale)
  return {
    angles,
    speeds: speeds.length === angles.length ? speeds : [],
    scales: scales.length === angles.length ? scales : [],
  }
}
