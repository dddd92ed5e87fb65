import { setImmediate as nextTurn } from 'node:timers/promises'
import { JOINTS } from '../../contract/robot.ts'
import type { Problem } from '../../contract/problem.ts'
import { EndCode } from '../platform/native-arm.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import type { Recording } from './recording.ts'
import type { ReplayReport, ReplayResult } from './replay-order.ts'

/** What an action may correct of the deviation in a second, as a share of it. */
const CORRECTION = 1.5 // 1/s
/** Farther away from the recording than this the replay ends: something else moves the arm, or holds it, rad. */
const DEVIATION_LIMIT = 0.15

/** What the loop asks between two steps. */
export interface ReplayWishes {
  stopRequested(): boolean
  pauseRequested(): boolean
}

/**
 * Moves an arm that stands at home as it moved in the recording, `speed` times as fast. At place p of the recording, in its
 * steps, the action is
 *
 *     speed · v(p .. p + speed) + CORRECTION · (q(p) − q)      rad/s, as a share of `clip`
 *
 * with v the mean sent velocity and q(p) the recorded angles: the sent velocities alone would add up every small
 * difference. While it is paused the place stays and the arm holds it. The supervisor decides as ever; where it ends the
 * motion, as it may have done in the recording, the replay has ended too. The arm comes to rest before this returns.
 */
export async function followRecording(
  arm: ArmDriver,
  recording: Recording,
  { speed, clip }: { speed: number; clip: number },
  wishes: ReplayWishes,
  report: (report: ReplayReport) => void,
): Promise<ReplayResult> {
  const { steps } = recording
  const observation = new Float32Array(2 * JOINTS)
  const q = observation.subarray(0, JOINTS)
  const [action, sent, wanted] = [new Float32Array(JOINTS), new Float32Array(JOINTS), new Float32Array(JOINTS)]
  const [tooltip, tick, info] = [new Float32Array(3), new BigInt64Array(1), new Int32Array(2)]
  let [place, end]: [number, ReplayResult['end']] = [0, 'complete']
  let worst: ReplayResult['worst'] = null
  let problem: Problem | null = null
  arm.beginEpisode(observation, tooltip, tick)
  while (place < steps) {
    await nextTurn()
    if (wishes.stopRequested()) {
      end = 'stopped'
      break
    }
    const paused = wishes.pauseRequested()
    const next = paused ? place : Math.min(steps, place + speed)
    anglesAt(recording, place, wanted)
    for (let j = 0; j < JOINTS; j++) {
      const ahead = paused ? 0 : (next - place) * meanVelocity(recording, j, place, next)
      action[j] = Math.max(-1, Math.min(1, (ahead + CORRECTION * (wanted[j]! - q[j]!)) / clip))
    }
    arm.step(action, observation, tooltip, sent, tick, info)
    place = next
    anglesAt(recording, place, wanted)
    const joint = farthest(wanted, q)
    const deviationRad = Math.abs(wanted[joint]! - q[joint]!)
    if (worst === null || deviationRad > worst.deviationRad) worst = { deviationRad, joint, step: place }
    const state = paused ? 'paused' : 'running'
    report({ state, step: place, steps, recorded: [...wanted], live: [...q], deviationRad, worst })
    if (info[1] !== EndCode.none) return { end: 'failed', worst, step: place, steps, problem: endedBy(arm, place) }
    if (deviationRad > DEVIATION_LIMIT) {
      problem = deviates(joint, deviationRad, place)
      end = 'failed'
      break
    }
  }
  report({ state: 'ending', step: place, steps, recorded: [...wanted], live: [...q], deviationRad: null, worst })
  arm.endEpisode()
  return { end, worst, step: place, steps, problem }
}

/** Recorded angles at `place`, between two of its steps in proportion; into `to` [7], rad. */
function anglesAt({ q, steps }: Recording, place: number, to: Float32Array): void {
  const before = Math.min(Math.floor(place), steps - 1)
  const share = place - before
  for (let j = 0; j < JOINTS; j++) {
    const [a, b] = [q[before * JOINTS + j]!, q[(before + 1) * JOINTS + j]!]
    to[j] = a + share * (b - a)
  }
}

/** Mean sent velocity of a joint between two places that are at most one step apart, rad/s. */
function meanVelocity({ velocity, steps }: Recording, joint: number, from: number, to: number): number {
  const first = Math.min(Math.floor(from), steps - 1)
  const border = Math.min(first + 1, to)
  const last = Math.min(first + 1, steps - 1)
  const sum = (border - from) * velocity[first * JOINTS + joint]! + (to - border) * velocity[last * JOINTS + joint]!
  return sum / (to - from)
}

function farthest(a: Float32Array, b: Float32Array): number {
  let found = 0
  for (let j = 1; j < JOINTS; j++) if (Math.abs(a[j]! - b[j]!) > Math.abs(a[found]! - b[found]!)) found = j
  return found
}

const degrees = (radians: number): string => ((radians * 180) / Math.PI).toFixed(1)

function deviates(joint: number, deviation: number, place: number): Problem {
  return {
    code: 'replay-deviates',
    message:
      `Joint ${joint + 1} was ${degrees(deviation)}° away from the recording at its step ${Math.round(place)}; ` +
      `the replay ends at ${degrees(DEVIATION_LIMIT)}°. The arm is at rest.`,
    tip: 'Look for what holds or pushes the arm, or for limits that are tighter than in the recording; then replay it slower.',
  }
}

/** In the supervisor's or the robot's own words. */
function endedBy(arm: ArmDriver, place: number): Problem {
  const cause = arm.state().stop
  const at = `The replay ended at step ${Math.round(place)} of the recording.`
  if (!cause)
    return {
      code: 'replay-limit',
      message: `${at} The supervisor ended the motion at a limit, and the arm is at rest.`,
      tip: 'A recording that ended at a limit does so again. Limits that are tighter than in the recording end it earlier.',
    }
  return { code: cause.code, message: `${cause.title}. ${cause.message} ${at}`, tip: cause.tip }
}
