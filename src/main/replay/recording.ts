import { armWorldNameSchema } from '../../contract/world.ts'
import { JOINTS } from '../../contract/robot.ts'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import type { ArmModel } from '../platform/native-arm-model.ts'

/** What a replay follows. T = steps. */
export interface Recording {
  steps: number
  stepPeriodS: number
  /** [T + 1, 7] rad */
  q: Float32Array
  /** [T, 7] rad/s, as it was sent to the arm */
  velocity: Float32Array
}

/** A recording may begin so far from the home pose that a replay starts at, rad. */
const START_WITHIN = 0.05

/**
 * The motion of an episode of the dataset at `path`. Refuses with `replay-unsuitable` what is no motion of such an arm:
 * another world, another rate, another unit, a start away from home, a value that is not a number.
 */
export function readRecording(path: string, episode: number, arm: Pick<ArmModel, 'home' | 'limits'>): Recording {
  const reader = new DatasetReader(path)
  try {
    const { sheet } = reader
    if (!armWorldNameSchema.safeParse(sheet.world).success || sheet.action.length !== JOINTS)
      throw unsuitable(`${path} was recorded in ${sheet.world}, not by an arm`, 'Choose a dataset of the arm.')
    const unit = sheet.action.find(({ unit }) => unit !== 'rad/s')?.unit
    if (unit !== undefined)
      throw unsuitable(`its actions are in ${unit}, the arm takes rad/s`, 'Choose a dataset of joint velocities.')
    const { steps, observations, sentActions } = reader.recordedEpisode(episode)
    const q = new Float32Array((steps + 1) * JOINTS)
    for (let t = 0; t <= steps; t++)
      for (let j = 0; j < JOINTS; j++) q[t * JOINTS + j] = observations[t * sheet.observation.length + j] ?? NaN
    const velocity = sentActions.map((value, i) => value * (sheet.action[i % JOINTS]?.scale ?? NaN))
    const recording = { steps, stepPeriodS: sheet.stepPeriodS, q, velocity }
    refuseUnplayable(path, recording, arm)
    return recording
  } finally {
    reader.close()
  }
}

function refuseUnplayable(path: string, { q, velocity }: Recording, arm: Pick<ArmModel, 'home' | 'limits'>): void {
  if (!q.every(Number.isFinite) || !velocity.every(Number.isFinite))
    throw unsuitable('it has a value that is not a number', `This names the place: ${terminalCommand('check', path)}`)
  const away = arm.home.map((angle, joint) => Math.abs(angle - (q[joint] ?? NaN)))
  const joint = away.indexOf(Math.max(...away))
  const most = away[joint] ?? NaN
  if (most > START_WITHIN)
    throw unsuitable(
      `it begins with joint ${joint + 1} at ${degrees(q[joint] ?? NaN)}°, ${degrees(most)}° from the home pose that a replay starts at`,
      'Choose an episode that begins at home.',
    )
  const { qMin, qMax } = arm.limits
  const outside = q.findIndex((angle, i) => angle < (qMin[i % JOINTS] ?? NaN) || angle > (qMax[i % JOINTS] ?? NaN))
  if (outside >= 0)
    throw unsuitable(
      `joint ${(outside % JOINTS) + 1} goes to ${degrees(q[outside] ?? NaN)}°, beyond the limits of this arm`,
      'Choose an episode of such an arm; angles beyond π often mean degrees instead of radians.',
    )
}

const degrees = (radians: number): string => ((radians * 180) / Math.PI).toFixed(1)

function unsuitable(why: string, tip: string): Error {
  return refusal('replay-unsuitable', `The episode cannot be replayed: ${why}. Nothing moved.`, tip)
}
