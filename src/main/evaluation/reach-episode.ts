import type { EndReason } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import { JOINTS } from '../../contract/robot.ts'
import type { Vector3 } from '../../contract/robot.ts'
import { distance } from '../learner/task.ts'
import { EndCode } from '../platform/native-arm.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import type { Policy } from '../platform/native-policy.ts'

export interface ArmEpisodeOptions {
  stepsPerEpisode: number
  stepPeriodS: number
  /** rad, [7] */
  home: readonly number[]
  /** m, base frame; a policy that observes a goal sees it behind the arm's state. */
  goal?: Vector3
  /** After each step; `q` and `tooltip` are views that the next step overwrites. */
  onStep?: (step: number, q: Float32Array, tooltip: Float32Array) => void
}

/** What one episode of a policy on the arm gave. T = steps. */
export interface ArmEpisode {
  steps: number
  /** Sum of the rewards. */
  return: number
  endReason: EndReason
  /** [T + 1, 3], m, base frame. */
  tooltip: Float32Array
  /** Largest joint distance to the home pose at the start, rad. */
  startErrorRad: number
}

/** What one episode of a reach policy gave; its return is the sum of -|tooltip(s') - goal|, m. */
export interface ReachEpisode extends ArmEpisode {
  /** [T + 1], m, from the first observation on. */
  distance: Float32Array
  closestM: number
  closestAtS: number
  closestPoint: Vector3
  finalM: number
}

/** One step as it was made; the arrays are overwritten by the next one. */
export interface ArmStep {
  /** [14] q rad and dq rad/s after the step */
  observations: Float32Array
  /** [7] action units */
  policyActions: Float32Array
  /** [7] action units */
  sentActions: Float32Array
  /** [3] m after the step */
  tooltip: Float32Array
  /** Empty: the arm has no reward of its own. */
  rewards: Float32Array
}

/** One episode of a policy towards a goal, with the distances on its way. */
export function runReachEpisode(
  arm: ArmDriver,
  policy: Policy,
  goal: Vector3,
  options: ArmEpisodeOptions,
): ReachEpisode {
  const episode = runArmEpisode(arm, policy, () => 0, { ...options, goal })
  return { ...episode, ...measure(episode.tooltip, goal, options.stepPeriodS) }
}

/**
 * One episode of a policy: the same loop for the simulated arm and for one over the network. `reward` is asked after each
 * step, counted from 0. The arm stands at home when it is called. The policy acts without noise. Blocks the thread for
 * the whole episode.
 */
export function runArmEpisode(
  arm: ArmDriver,
  policy: Policy,
  reward: (step: ArmStep, index: number) => number,
  options: ArmEpisodeOptions,
): ArmEpisode {
  const { stepsPerEpisode, onStep, goal } = options
  const observed = observedBy(policy, goal)
  const observation = observed.subarray(0, 2 * JOINTS)
  const q = observation.subarray(0, JOINTS)
  const action = new Float32Array(JOINTS)
  const sent = new Float32Array(JOINTS)
  const point = new Float32Array(3)
  const tick = new BigInt64Array(1)
  const info = new Int32Array(2)
  const tooltip = new Float32Array(3 * (stepsPerEpisode + 1))
  const step: ArmStep = {
    observations: observation,
    policyActions: action,
    sentActions: sent,
    tooltip: point,
    rewards: new Float32Array(0),
  }

  arm.beginEpisode(observation, point, tick)
  tooltip.set(point, 0)
  const startErrorRad = Math.max(...options.home.map((angle, joint) => Math.abs(angle - (q[joint] ?? NaN))))
  let [steps, sum] = [0, 0]
  while (steps < stepsPerEpisode && (info[1] ?? 0) === EndCode.none) {
    policy.act(observed, action)
    arm.step(action, observation, point, sent, tick, info)
    sum += reward(step, steps)
    steps++
    tooltip.set(point, 3 * steps)
    onStep?.(steps, q, point)
  }
  const endReason = reasonOf(info[1] ?? 0)
  if (endReason === 'step-limit') arm.endEpisode()
  return { steps, return: sum, endReason, startErrorRad, tooltip: tooltip.slice(0, 3 * (steps + 1)) }
}

/** What the policy sees, with the arm's state in front: that alone, or the goal behind it. */
function observedBy(policy: Policy, goal: Vector3 | undefined): Float32Array {
  const observed = new Float32Array(policy.observationSize)
  if (policy.observationSize === 2 * JOINTS) return observed
  if (goal) {
    observed.set(goal, 2 * JOINTS)
    return observed
  }
  throw refusal(
    'goal-unknown',
    'This policy goes to a point that it is told, and none was given. Nothing moved.',
    'Name the goal, in metres in the base frame.',
  )
}

function reasonOf(endCode: number): EndReason {
  if (endCode === EndCode.safetyLimit) return 'safety-limit'
  if (endCode === EndCode.reflex) return 'reflex'
  return endCode === EndCode.stopped ? 'operator-stop' : 'step-limit'
}

type Measures = Omit<ReachEpisode, 'steps' | 'endReason' | 'startErrorRad'>

/** Distances of a path to a goal. `tooltip` [T + 1, 3], m. */
export function measure(tooltip: Float32Array, goal: Vector3, stepPeriodS: number): Measures {
  const distances = new Float32Array(tooltip.length / 3)
  let closest = 0
  let total = 0
  for (let t = 0; t < distances.length; t++) {
    distances[t] = distance(tooltip.subarray(3 * t, 3 * t + 3), goal)
    if (t > 0) total -= distances[t] ?? NaN
    if ((distances[t] ?? NaN) < (distances[closest] ?? NaN)) closest = t
  }
  const at = 3 * closest
  return {
    return: total,
    distance: distances,
    tooltip,
    closestM: distances[closest] ?? NaN,
    closestAtS: closest * stepPeriodS,
    closestPoint: [tooltip[at] ?? NaN, tooltip[at + 1] ?? NaN, tooltip[at + 2] ?? NaN],
    finalM: distances.at(-1) ?? NaN,
  }
}
