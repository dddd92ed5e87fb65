import { problemOf, refusal } from '../../contract/problem.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import { goHome } from '../robot/go-home.ts'
import { followRecording } from './follow-recording.ts'
import type { ReplayWishes } from './follow-recording.ts'
import { readRecording } from './recording.ts'
import type { ReplayOrder, ReplayReport, ReplayResult } from './replay-order.ts'

const REPORT_EVERY_MS = 100

/**
 * Reads the recording, brings the arm home, follows the recording, and after one that came to its end brings the arm home
 * again. Blocks the thread step by step. A wished stop lets the arm come to rest where it is, on a way home too. Everything
 * that goes wrong is a result; a recording that cannot be followed is refused before anything moves.
 */
export async function runReplay(
  order: ReplayOrder,
  wishes: ReplayWishes,
  report: (report: ReplayReport) => void,
): Promise<ReplayResult> {
  const nothing = { worst: null, step: 0, steps: 0 }
  let arm: ArmDriver | null = null
  try {
    const model = armModel()
    const recording = readRecording(order.path, order.episode, model)
    arm = takeArm(order, model)
    const atRest = { recorded: null, live: null, deviationRad: null }
    report({ state: 'homing', step: 0, steps: recording.steps, ...atRest, worst: null })
    const stopRequested = (): boolean => wishes.stopRequested()
    if (!goHome(arm, stopRequested)) return { ...nothing, end: 'stopped', steps: recording.steps, problem: null }
    const { speed } = order
    const clip = model.supervisor.velocityClip
    const result = await followRecording(arm, recording, { speed, clip }, wishes, rarely(report))
    if (result.end !== 'complete') return result
    report({ state: 'returning', step: result.step, steps: result.steps, ...atRest, worst: result.worst })
    return goHome(arm, stopRequested) ? result : { ...result, end: 'stopped' }
  } catch (error) {
    return { end: 'failed', ...nothing, problem: problemOf(error) }
  } finally {
    // The connected arm belongs to whoever connected it.
    if (order.arm.kind === 'simulated') await arm?.close()
  }
}

function takeArm({ arm }: ReplayOrder, model: ReturnType<typeof armModel>): ArmDriver {
  if (arm.kind === 'simulated') {
    const own = new native.SimulatedArm({ model, seed: arm.seed })
    own.arm()
    return own
  }
  const attached = native.attachArm(arm.id)
  if (attached) return attached
  throw refusal('robot-not-connected', 'The arm is not connected any more. Nothing moved.', 'Connect the arm again.')
}

/** At most ten a second, but every change of state. */
function rarely(report: (report: ReplayReport) => void): (report: ReplayReport) => void {
  let [at, state] = [-Infinity, '']
  return (news) => {
    const now = performance.now()
    if (news.state === state && now - at < REPORT_EVERY_MS) return
    at = now
    state = news.state
    report(news)
  }
}
