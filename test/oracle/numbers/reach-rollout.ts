import type { ArmModel } from '../../../src/main/platform/native-arm-model.ts'
import { average } from '../dataset.ts'
import type { Around, Loss } from '../oracle.ts'
import { scales, seenOf } from '../reach-rollout.ts'
import type { ReachRolloutDraw, ReachRolloutName, ReachRolloutSettings } from '../reach-rollout.ts'
import { sum } from './network.ts'
import type { NumberNetwork } from './network.ts'

/** The roll-out learner with a reach task, one joint and one roll-out at a time. */
export function numberLossesOfReachRollout(
  drawn: ReachRolloutDraw,
  { before, after }: Around<NumberNetwork, ReachRolloutName>,
  settings: ReachRolloutSettings,
): Loss<number, ReachRolloutName>[] {
  const modelLoss = () =>
    average(
      drawn.transitions.flatMap(({ s, a, next }) =>
        a.flatMap((action, j) => {
          const [angle, velocity] = step(before.model, s[7 + j] as number, action)
          const miss = (i: number, by: number, unit: number) =>
            (by - ((next[i] as number) - (s[i] as number)) / unit) ** 2
          return [miss(j, angle, scales.angleChange), miss(7 + j, velocity, scales.velocityChange)]
        }),
      ),
    )
  const policyLoss = () =>
    average(
      drawn.starts.map((start, r) =>
        rolloutCost(start, drawn.disturbances[r] as number[], drawn.goals[r] as number[], before, after, settings),
      ),
    )
  return [
    { name: 'model', trains: ['model'], value: modelLoss },
    { name: 'actor', trains: ['actor'], value: policyLoss },
  ]
}

/** What the model says of a joint: changes of its angle and its velocity, in the model's units. */
function step(model: NumberNetwork, velocity: number, action: number): [number, number] {
  const [angle, change] = model.of([scales.velocity * velocity, action])
  return [angle as number, change as number]
}

/** Mean cost of a step of one roll-out. */
function rolloutCost(
  start: number[],
  disturbance: number[],
  goal: number[],
  { actor }: Record<ReachRolloutName, NumberNetwork>,
  { model }: Record<ReachRolloutName, NumberNetwork>,
  settings: ReachRolloutSettings,
): number {
  let [q, dq] = [start.slice(0, 7), start.slice(7)]
  let cost = 0
  const { shift, scale } = seenOf(settings.reach.model)
  const aim = settings.reach.goal ? [] : scaledGoal(goal, settings.reach.model)
  for (let t = 0; t < settings.horizon; t++) {
    const state = [...q, ...dq].map((x, i) => (x - (shift[i] as number)) * (scale[i] as number))
    const chosen = actor.of([...state, ...aim])
    const action = chosen.map((a, j) => Math.min(1, Math.max(-1, a + (disturbance[j] as number))))
    const push = chosen.map((a, j) => a - scales.velocity * (dq[j] as number))
    const changes = action.map((a, j) => step(model, dq[j] as number, a))
    q = q.map((angle, j) => angle + scales.angleChange * (changes[j] as [number, number])[0])
    dq = dq.map((velocity, j) => velocity + scales.velocityChange * (changes[j] as [number, number])[1])
    cost += costAt(q, goal, settings) + settings.motionCost * average(chosen.map((a) => a * a))
    cost += settings.changeCost * average(push.map((a) => a * a))
  }
  return cost / settings.horizon
}

/** The box as -1..1. */
function scaledGoal(goal: number[], { supervisor: { boxMin, boxMax } }: ArmModel): number[] {
  return goal.map((x, k) => (2 * (x - (boxMin[k] as number))) / ((boxMax[k] as number) - (boxMin[k] as number)) - 1)
}

function costAt(q: number[], goal: number[], settings: ReachRolloutSettings): number {
  const { model } = settings.reach
  const tip = tooltip(q, model)
  const distance = Math.sqrt(sum(tip.map((x, k) => (x - (goal[k] as number)) ** 2)) + settings.smoothDistance ** 2)
  const posture = average(q.map((angle, j) => (angle - (model.home[j] as number)) ** 2))
  const { qMin, qMax } = model.limits
  const { boxMin, boxMax } = model.supervisor
  const near = nearness(q, qMin, qMax, settings.jointMargin) + nearness(tip, boxMin, boxMax, settings.boxMargin)
  return distance + settings.postureCost * posture + settings.limitCost * near
}

function nearness(values: number[], low: readonly number[], high: readonly number[], margin: number): number {
  const into = (distance: number) => Math.max(0, (margin - distance) / margin) ** 2
  return sum(values.map((value, i) => into(value - (low[i] as number)) + into((high[i] as number) - value)))
}

/** The tool tip from the base outwards: the product of the joints' frames, as rows of a 3 x 4 matrix. */
function tooltip(joints: number[], { dh, flangeOffset, toolOffset }: ArmModel): number[] {
  let frame = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ]
  joints.forEach((q, i) => {
    const { a, d, alpha } = dh[i] as ArmModel['dh'][0]
    const [c, s, ca, sa] = [Math.cos(q), Math.sin(q), Math.cos(alpha), Math.sin(alpha)]
    const joint = [
      [c, -s, 0, a],
      [s * ca, c * ca, -sa, -sa * d],
      [s * sa, c * sa, ca, ca * d],
      [0, 0, 0, 1],
    ]
    frame = frame.map((row) => [0, 1, 2, 3].map((k) => sum(row.map((value, m) => value * (joint[m]?.[k] as number)))))
  })
  return frame.map(([, , z, p]) => (z as number) * (flangeOffset + toolOffset) + (p as number))
}
