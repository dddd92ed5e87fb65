import * as tf from '@tensorflow/tfjs'
import type { ArmModel } from '../../src/main/platform/native-arm-model.ts'
import { freeOf } from './arm-dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws } from './draw.ts'
import { limitedTo } from './gradients.ts'
import { numberLossesOfReachRollout } from './numbers/reach-rollout.ts'
import type { Around, Loss, Mode, Oracle } from './oracle.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type ReachRolloutName = 'model' | 'actor'

export interface ReachRolloutSettings {
  batch: number
  horizon: number
  starts: number
  /** Share of the model's transitions from the first four steps of episodes. */
  firstShare: number
  /** Share of the roll-outs that begin at home. */
  heldShare: number
  /** Standard deviation of what is added to a roll-out's actions. */
  disturbance: number
  gradientNorm: number
  smoothDistance: number
  motionCost: number
  changeCost: number
  postureCost: number
  limitCost: number
  jointMargin: number
  boxMargin: number
  /** Without a goal every roll-out has one of its own, which the policy observes. */
  reach: { goal: Float32Array | null; model: ArmModel }
}

/** Margins so wide that their costs count, although the arm of the dataset stays around home. */
export const nativeChanges = {
  firstShare: 0.25,
  heldShare: 0.5,
  heldHorizons: 1, // every roll-out begins anew with each update
  disturbance: 0.3,
  jointMargin: 1.2,
  boxMargin: 0.35,
}

const sizes = {
  batch: 12,
  jointHidden: 10,
  hidden1: 16,
  hidden2: 14,
  modelUpdates: 0,
  policyEvery: 1,
  horizon: 5,
  starts: 6,
}

const defaults: Omit<ReachRolloutSettings, 'reach'> = {
  ...nativeChanges,
  batch: sizes.batch,
  horizon: sizes.horizon,
  starts: sizes.starts,
  gradientNorm: 0.1,
  smoothDistance: 0.01,
  motionCost: 0.03,
  changeCost: 0.03,
  postureCost: 0.02,
  limitCost: 0.05,
}

export interface ReachRolloutDraw {
  /** What the model learns from. */
  transitions: Transition[]
  /** [starts, 14], and what is added to each one's actions [starts, 7]. */
  starts: number[][]
  disturbances: number[][]
  /** Of each roll-out, m [starts, 3]. */
  goals: number[][]
}

/** Twice the velocity is what the model sees; its outputs are in these units, rad and rad/s. */
export const scales = { velocity: 2, angleChange: 0.01, velocityChange: 0.02 }

/** The policy sees (state - shift) scale [14]: joints between their limits, velocities within 0.5 rad/s. */
export function seenOf({ home, limits }: ArmModel): { shift: number[]; scale: number[] } {
  const evenly = (low: number, high: number) => Math.sqrt(12) / (high - low)
  return {
    shift: [...home, ...Array<number>(7).fill(0)],
    scale: [
      ...home.map((_, j) => evenly(limits.qMin[j] as number, limits.qMax[j] as number)),
      ...Array<number>(7).fill(evenly(-0.5, 0.5)),
    ],
  }
}

export function reachRolloutOracle(
  mode: Mode,
  reach: ReachRolloutSettings['reach'],
  changes: Partial<ReachRolloutSettings> = {},
): Oracle<ReachRolloutName, ReachRolloutDraw> {
  const settings = { ...defaults, ...changes, reach }
  return {
    learner: 'rollout',
    mode,
    networks: { model: 'linear', actor: 'tanh' },
    sizes,
    task: { reach },
    prepare: (data) => data,
    draw: (draws, data) => draw(draws, data, settings),
    tensorLosses: (drawn, around) => tensorLosses(drawn, around, settings),
    numberLosses: (drawn, around) => numberLossesOfReachRollout(drawn, around, settings),
    finish: (found) => limitedTo(found, 'actor', settings.gradientNorm),
  }
}

function draw(draws: Draws, data: Transition[], settings: ReachRolloutSettings): ReachRolloutDraw {
  const free = freeOf(data, 4)
  const one = (name: string, from: Transition[]) => from[draws.below(name, from.length)] as Transition
  const first = Math.round(settings.batch * settings.firstShare)
  const transitions = Array.from({ length: settings.batch }, (_, i) => one('batch', i < first ? free.first : free.all))
  const homes = data.filter((_, t) => t === 0 || data[t - 1]?.end)
  const held = Math.round(settings.starts * settings.heldShare)
  const rows = Array.from({ length: settings.starts }, (_, r) => {
    const start = one('start', r < held ? homes : data).s
    const noise = draws.normals('start', 1, 7)[0] as number[]
    return { start, disturbance: noise.map((n) => settings.disturbance * n) }
  })
  return {
    transitions,
    starts: rows.map(({ start }) => start),
    disturbances: rows.map(({ disturbance }) => disturbance),
    goals: rows.map(() => goalOf(draws, data, settings)),
  }
}

/** Where the tool tip was in some transition, when the task names no goal. */
function goalOf(draws: Draws, data: Transition[], { reach }: ReachRolloutSettings): number[] {
  if (reach.goal) return [...reach.goal]
  const q = (data[draws.below('goal', data.length)] as Transition).s.slice(0, 7)
  return [...tf.tidy(() => tooltip(tf.tensor2d([q]), reach.model).dataSync())]
}

/** What the policy observes of a goal: the box as -1..1; [rows, 3]. */
function scaledGoals(goals: tf.Tensor2D, { supervisor }: ArmModel): tf.Tensor {
  const [low, high] = [tf.tensor1d([...supervisor.boxMin]), tf.tensor1d([...supervisor.boxMax])]
  return tf.sub(tf.div(tf.mul(2, tf.sub(goals, low)), tf.sub(high, low)), 1)
}

function tensorLosses(
  drawn: ReachRolloutDraw,
  { before, after }: Around<TensorNetwork, ReachRolloutName>,
  settings: ReachRolloutSettings,
): Loss<tf.Scalar, ReachRolloutName>[] {
  const joints = drawn.transitions.flatMap(({ s, a, next }) =>
    a.map((action, j) => {
      const change = (i: number, unit: number) => ((next[i] as number) - (s[i] as number)) / unit
      return {
        input: [scales.velocity * (s[7 + j] as number), action],
        change: [change(j, scales.angleChange), change(7 + j, scales.velocityChange)],
      }
    }),
  )
  const input = tf.tensor2d(joints.map((joint) => joint.input))
  const change = tf.tensor2d(joints.map((joint) => joint.change))
  return [
    {
      name: 'model',
      trains: ['model'],
      value: () => tf.losses.meanSquaredError<tf.Tensor2D, tf.Scalar>(change, before.model.of(input)),
    },
    { name: 'actor', trains: ['actor'], value: () => policyLoss(drawn, before.actor, after.model, settings) },
  ]
}

/** Mean cost of a step of the roll-outs, through the model as it is after its step. */
function policyLoss(
  drawn: ReachRolloutDraw,
  actor: TensorNetwork,
  model: TensorNetwork,
  settings: ReachRolloutSettings,
): tf.Scalar {
  const observed = seenOf(settings.reach.model)
  const [shift, scale] = [tf.tensor1d(observed.shift), tf.tensor1d(observed.scale)]
  const disturbance = tf.tensor2d(drawn.disturbances)
  const goals = tf.tensor2d(drawn.goals)
  const aim = settings.reach.goal ? [] : [scaledGoals(goals, settings.reach.model)]
  let state = tf.tensor2d(drawn.starts)
  const costs: tf.Tensor2D[] = []
  for (let t = 0; t < settings.horizon; t++) {
    const seenState = tf.mul<tf.Tensor2D>(tf.sub(state, shift), scale)
    const chosen = actor.of(tf.concat([seenState, ...aim] as tf.Tensor2D[], 1))
    const action = tf.clipByValue(tf.add<tf.Tensor2D>(chosen, disturbance), -1, 1)
    const [angles, velocities] = tf.split(state, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
    const seen = tf.concat([tf.reshape(tf.mul(scales.velocity, velocities), [-1, 1]), tf.reshape(action, [-1, 1])], 1)
    const [byAngle, byVelocity] = tf.split(model.of(seen as tf.Tensor2D), 2, 1) as [tf.Tensor2D, tf.Tensor2D]
    const moved = <T extends tf.Tensor2D>(value: T, by: T, unit: number) =>
      tf.add<tf.Tensor2D>(value, tf.mul(unit, tf.reshape(by, [-1, 7])))
    const next = moved(angles, byAngle, scales.angleChange)
    const push = tf.sub(chosen, tf.mul(scales.velocity, velocities))
    costs.push(
      cost(next, goals, settings),
      tf.mul(settings.motionCost, tf.mean(tf.square(chosen), 1, true)),
      tf.mul(settings.changeCost, tf.mean(tf.square(push), 1, true)),
    )
    state = tf.concat([next, moved(velocities, byVelocity, scales.velocityChange)], 1)
  }
  return tf.div(tf.sum(tf.concat(costs, 1)), settings.horizon * settings.starts)
}

/** Of being at joint angles [rows, 7]; [rows, 1]. */
function cost(q: tf.Tensor2D, goals: tf.Tensor2D, settings: ReachRolloutSettings): tf.Tensor2D {
  const { model } = settings.reach
  const { boxMin, boxMax } = model.supervisor
  const tip = tooltip(q, model)
  const squares = tf.sum(tf.square(tf.sub(tip, goals)), 1, true)
  const distance = tf.sqrt(tf.add(squares, settings.smoothDistance ** 2))
  const posture = tf.mul(settings.postureCost, tf.mean(tf.square(tf.sub(q, tf.tensor1d([...model.home]))), 1, true))
  const joints = nearness(q, model.limits.qMin, model.limits.qMax, settings.jointMargin)
  const walls = nearness(tip, boxMin, boxMax, settings.boxMargin)
  return tf.addN([distance, posture, tf.mul(settings.limitCost, tf.add(joints, walls))]) as tf.Tensor2D
}

/** Sum of ((margin - distance) / margin)^2 over the limits that are nearer than their margin. */
function nearness(value: tf.Tensor2D, low: readonly number[], high: readonly number[], margin: number): tf.Tensor {
  const into = (distance: tf.Tensor) => tf.square(tf.relu(tf.div(tf.sub(margin, distance), margin)))
  const below = into(tf.sub(value, tf.tensor1d([...low])))
  const above = into(tf.sub(tf.tensor1d([...high]), value))
  return tf.sum(tf.add(below, above), 1, true)
}

/** The tool tip [rows, 3] at joint angles [rows, 7], rad, from the tip back to the base; modified DH parameters. */
function tooltip(joints: tf.Tensor2D, { dh, flangeOffset, toolOffset }: ArmModel): tf.Tensor2D {
  const angles = tf.split(joints, 7, 1) as tf.Tensor[]
  let x: tf.Tensor = tf.zeros([joints.shape[0], 1])
  let y: tf.Tensor = x
  let z: tf.Tensor = tf.fill([joints.shape[0], 1], flangeOffset + toolOffset)
  for (let i = 6; i >= 0; i--) {
    const { a, d, alpha } = dh[i] as ArmModel['dh'][0]
    const [c, s] = [tf.cos(angles[i] as tf.Tensor), tf.sin(angles[i] as tf.Tensor)]
    // about z by the joint's angle, along z by d, along x by a, about x by alpha
    const [turnedX, turnedY] = [tf.sub(tf.mul(c, x), tf.mul(s, y)), tf.add(tf.mul(s, x), tf.mul(c, y))]
    const raised = tf.add(z, d)
    x = tf.add(turnedX, a)
    y = tf.sub(tf.mul(Math.cos(alpha), turnedY), tf.mul(Math.sin(alpha), raised))
    z = tf.add(tf.mul(Math.sin(alpha), turnedY), tf.mul(Math.cos(alpha), raised))
  }
  return tf.concat([x, y, z] as tf.Tensor2D[], 1)
}
