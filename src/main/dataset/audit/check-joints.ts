import type { RunSheet } from '../../../contract/dataset.ts'
import type { TrainingEpisode } from '../dataset-reader.ts'
import type { Finding, Found } from './finding.ts'
import { LEAVE_OUT, RECORDER } from './finding.ts'
import type { JointColumns } from './joint-columns.ts'

/** A step slower than this many periods says nothing about how far the arm can move in one. */
const SLOW_PERIODS = 1.5
/** Joint speeds below this are standing still, rad/s. */
const IDLE_SPEED = 1e-3
/** An episode with a larger share of idle steps teaches little. */
const IDLE_SHARE = 0.5
/** Position and speed agree to this many radians in a step: half of braking at 10 rad/s² from the clip, and the sensor. */
const CONTINUITY = 0.03
/** Mean difference of moved and sent joint speed of an arm that does not follow, rad/s; 0.02 is usual. */
const FOLLOWING = 0.15

/** What does not hold of the joints of an arm in one episode; nothing in a world without joint angles. */
export function checkJoints(episode: TrainingEpisode, sheet: RunSheet, joints: JointColumns): Finding[] {
  return [
    wrongUnit(episode, sheet, joints),
    jump(episode, sheet, joints),
    continuity(episode, sheet, joints),
    following(episode, sheet, joints),
    idle(episode, sheet, joints),
  ].filter((finding) => finding !== null)
}

function wrongUnit({ observations, steps }: TrainingEpisode, sheet: RunSheet, { angles }: JointColumns): Found {
  const size = sheet.observation.length
  for (let t = 0; t <= steps; t++) {
    for (const column of angles) {
      const angle = observations[t * size + column]!
      if (Math.abs(angle) <= 2 * Math.PI) continue
      const text = `${sheet.observation[column]!.name} is ${angle.toFixed(2)} rad at step ${t}. It looks like degrees.`
      return { code: 'unit', step: t, text, tip: 'Find out which unit the recorder used.' }
    }
  }
  return null
}

/** Seconds that step t + 1 took, and never less than it should: a clock that stands still is told by itself. */
function durationOf({ tickTimes }: TrainingEpisode, t: number, periodS: number): number {
  return Math.max(periodS, Number(tickTimes[t + 1]! - tickTimes[t]!) / 1e9)
}

function jump(episode: TrainingEpisode, sheet: RunSheet, { angles }: JointColumns): Found {
  const { observations, steps } = episode
  const size = sheet.observation.length
  for (let t = 0; t < steps; t++) {
    const duration = durationOf(episode, t, sheet.stepPeriodS)
    for (const [joint, column] of angles.entries()) {
      // Half as much again as the clip allows in that time, and the noise of the sensor.
      const most = 1.5 * (sheet.action[joint]?.scale ?? Infinity) * duration + 0.01
      const moved = Math.abs(observations[(t + 1) * size + column]! - observations[t * size + column]!)
      if (moved <= most) continue
      const text = `joint ${joint + 1} moves ${moved.toFixed(3)} rad in step ${t + 1}; ${most.toFixed(3)} is possible.`
      return { code: 'jump', step: t + 1, text, tip: LEAVE_OUT }
    }
  }
  return null
}

/** What a joint moves in a step is what its speeds at both ends say. Another unit or a stale reading of either is seen. */
function continuity(episode: TrainingEpisode, sheet: RunSheet, { angles, speeds }: JointColumns): Found {
  const { observations, steps } = episode
  const [S, period] = [sheet.observation.length, sheet.stepPeriodS]
  for (let t = 0; t < steps && speeds.length > 0; t++) {
    const duration = durationOf(episode, t, period)
    if (duration > SLOW_PERIODS * period) continue
    for (const [joint, angle] of angles.entries()) {
      const [before, after] = [t * S, (t + 1) * S]
      const moved = observations[after + angle]! - observations[before + angle]!
      const speed = speeds[joint]!
      const said = (duration * (observations[before + speed]! + observations[after + speed]!)) / 2
      if (Math.abs(moved - said) <= CONTINUITY) continue
      const [has, by] = [moved.toFixed(3), said.toFixed(3)]
      const text = `joint ${joint + 1} moves ${has} rad in step ${t + 1}; its speeds say ${by} rad.`
      return { code: 'continuity', step: t + 1, text, tip: RECORDER }
    }
  }
  return null
}

/** Sum of squares of moved minus sent joint speed, (rad/s)², and how many were summed; late steps are left out. */
export function trackingSquares(
  episode: TrainingEpisode,
  sheet: RunSheet,
  { angles, scales }: JointColumns,
): { sum: number; count: number } {
  const { observations, sentActions, steps } = episode
  const [S, A, period] = [sheet.observation.length, sheet.action.length, sheet.stepPeriodS]
  let [sum, count] = [0, 0]
  // An imported dataset may not know what was sent.
  if (scales.length === 0 || sheet.imported) return { sum, count }
  for (let t = 0; t < steps; t++) {
    const duration = durationOf(episode, t, period)
    if (duration > SLOW_PERIODS * period) continue
    for (const [joint, angle] of angles.entries()) {
      const moved = (observations[(t + 1) * S + angle]! - observations[t * S + angle]!) / duration
      sum += (moved - sentActions[t * A + joint]! * scales[joint]!) ** 2
    }
    count += angles.length
  }
  return { sum, count }
}

function following(episode: TrainingEpisode, sheet: RunSheet, joints: JointColumns): Found {
  const { sum, count } = trackingSquares(episode, sheet, joints)
  const rms = Math.sqrt(sum / Math.max(1, count))
  if (!(rms > FOLLOWING)) return null
  const text = `the joints move other than what was sent, by ${rms.toFixed(2)} rad/s in the mean.`
  const tip = 'Look at sent and moved speeds of the episode; something may have held or pushed the arm.'
  return { code: 'not-followed', step: null, text, tip }
}

/** Steps after which every joint stands still; 0 where no joint speeds are observed. */
export function idleSteps({ observations, steps }: TrainingEpisode, sheet: RunSheet, { speeds }: JointColumns): number {
  if (speeds.length === 0) return 0
  const size = sheet.observation.length
  let still = 0
  for (let t = 1; t <= steps; t++) {
    if (speeds.every((column) => Math.abs(observations[t * size + column]!) < IDLE_SPEED)) still += 1
  }
  return still
}

function idle(episode: TrainingEpisode, sheet: RunSheet, joints: JointColumns): Found {
  const still = idleSteps(episode, sheet, joints)
  if (still <= IDLE_SHARE * episode.steps) return null
  const text = `the arm stands still in ${still} of ${episode.steps} steps.`
  const tip = 'Look at the episode; leave it out of training when it shows nothing.'
  return { code: 'idle', step: null, text, tip }
}
