import * as tf from '@tensorflow/tfjs'
import type { ArmModel } from '../../src/main/platform/native.ts'
import { average, normalisation, normalised } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws, Row } from './draw.ts'
import type { LossesAndGradients } from './gradients.ts'
import { numberLossesOfRollout } from './numbers/rollout.ts'
import type { Around, Loss, Mode, Oracle } from './oracle.ts'
import { batchTensors } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type RolloutName = 'model1' | 'model2' | 'hazard' | 'reward' | 'actor'

export interface RolloutSettings {
  batch: number
  /** Updates before the policy learns, and then one of its updates in so many. */
  modelUpdates: number
  policyEvery: number
  horizon: number
  starts: number
  /** Share of the starts that are the first state of an episode. */
  homeShare: number
  /** Largest length of the policy's gradient. */
  gradientNorm: number
  disagreementCost: number
  hazardCost: number
  /** m */
  smoothDistance: number
  /** The task is a point for the tool tip; otherwise a network learns the reward. */
  reach: { goal: Float32Array; model: ArmModel } | undefined
}

const defaults: RolloutSettings = {
  batch: 12,
  modelUpdates: 0,
  policyEvery: 1,
  horizon: 5,
  starts: 6,
  homeShare: 0.25,
  gradientNorm: 1,
  disagreementCost: 0.02,
  hazardCost: 1,
  smoothDistance: 0.01,
  reach: undefined,
}

export interface RolloutDraw {
  /** For model 1, hazard and reward, and for model 2. */
  batches: [Row[], Row[]]
  /** Undefined in updates without the policy. */
  policy: { leader: 0 | 1; starts: number[][] } | undefined
  /** Root mean square of a step's change of each normalised coordinate, and of the rewards. */
  change: number[]
  rewardSize: number
  /** Joint angles are mean + deviation times the first seven normalised coordinates. */
  mean: number[]
  deviation: number[]
}

/** The learner has the same settings in every mode. */
export function rolloutOracle(mode: Mode, changes: Partial<RolloutSettings> = {}): Oracle<RolloutName, RolloutDraw> {
  const settings = { ...defaults, ...changes }
  const { batch, modelUpdates, policyEvery, horizon, starts, gradientNorm, reach } = settings
  const networks: Partial<Oracle<RolloutName, RolloutDraw>['networks']> = {
    model1: 'linear',
    model2: 'linear',
    hazard: 'linear',
    actor: 'tanh',
    ...(reach === undefined && { reward: 'linear' }),
  }
  const hidden = { modelHidden1: 20, modelHidden2: 18, hidden1: 16, hidden2: 14 }
  return {
    learner: 'rollout',
    mode,
    networks: networks as Oracle<RolloutName, RolloutDraw>['networks'],
    sizes: { batch, ...hidden, modelUpdates, policyEvery, horizon, starts },
    ...(reach && { task: { reach } }),
    prepare: (data) => data,
    draw: (draws, data, update) => draw(draws, data, settings, update),
    tensorLosses: (drawn, around) => tensorLosses(drawn, around, settings),
    numberLosses: (drawn, around) => numberLossesOfRollout(drawn, around, settings),
    finish: (found) => limited(found, gradientNorm),
  }
}

function draw(draws: Draws, raw: Transition[], settings: RolloutSettings, update: number): RolloutDraw {
  const data = normalised(raw)
  const rule = { batch: settings.batch, withoutReplacement: false, endsTerminal: true }
  const changeOf = (t: Transition, i: number) => (t.next[i] as number) - (t.s[i] as number)
  const states = data[0]?.s.length ?? 0
  const drawn: RolloutDraw = {
    batches: [draws.batch(data, rule), draws.batch(data, rule)],
    policy: undefined,
    change: Array.from({ length: states }, (_, i) => Math.sqrt(average(data.map((t) => changeOf(t, i) ** 2)))),
    rewardSize: Math.sqrt(average(data.map((t) => t.r ** 2))),
    ...normalisation(raw),
  }
  if (update <= settings.modelUpdates || update % settings.policyEvery !== 0) return drawn
  const leader = draws.below('start', 2) === 0 ? 0 : 1
  const firsts = data.filter((_, t) => t === 0 || data[t - 1]?.end)
  const atHome = Math.round(settings.starts * settings.homeShare)
  const starts = Array.from({ length: settings.starts }, (_, row) => {
    const from = row < atHome ? firsts : data
    return from[draws.below('start', from.length)]?.s ?? []
  })
  return { ...drawn, policy: { leader, starts } }
}

/** The policy's gradient, shortened to `largest`; its length before is reported among the losses. */
function limited({ losses, gradients }: LossesAndGradients, largest: number): LossesAndGradients {
  const { actor } = gradients
  if (!actor) return { losses, gradients }
  const gradientNorm = Math.hypot(...actor)
  const factor = Math.min(1, largest / gradientNorm)
  return { losses: { ...losses, gradientNorm }, gradients: { ...gradients, actor: actor.map((g) => factor * g) } }
}

function tensorLosses(
  drawn: RolloutDraw,
  { before, after }: Around<TensorNetwork, RolloutName>,
  settings: RolloutSettings,
): Loss<tf.Scalar, RolloutName>[] {
  const change = tf.tensor1d(drawn.change)
  const [batch1, batch2] = drawn.batches.map(batchTensors) as [Batch, Batch]
  const modelLoss = (model: TensorNetwork, { s, a, next }: Batch) =>
    tf.losses.meanSquaredError<tf.Tensor2D, tf.Scalar>(tf.div(tf.sub(next, s), change), model.of(s, a))
  const losses: Loss<tf.Scalar, RolloutName>[] = [
    {
      name: 'model',
      trains: ['model1', 'model2'],
      value: () => tf.add<tf.Scalar>(modelLoss(before.model1, batch1), modelLoss(before.model2, batch2)),
    },
    {
      name: 'hazard',
      trains: ['hazard'],
      value: () =>
        tf.losses.sigmoidCrossEntropy<tf.Tensor2D, tf.Scalar>(batch1.d, before.hazard.of(batch1.s, batch1.a)),
    },
  ]
  if (!settings.reach)
    losses.push({
      name: 'reward',
      trains: ['reward'],
      value: () => tf.losses.meanSquaredError(tf.div(batch1.r, drawn.rewardSize), before.reward.of(batch1.s, batch1.a)),
    })
  if (drawn.policy)
    losses.push({ name: 'actor', trains: ['actor'], value: () => policyLoss(drawn, before.actor, after, settings) })
  return losses
}

type Batch = ReturnType<typeof batchTensors>

/** Mean cost of a step of roll-outs through the models, as they are after their step. */
function policyLoss(
  drawn: RolloutDraw,
  actor: TensorNetwork,
  { model1, model2, hazard, reward }: Record<RolloutName, TensorNetwork>,
  settings: RolloutSettings,
): tf.Scalar {
  const { leader, starts } = drawn.policy as { leader: 0 | 1; starts: number[][] }
  let state = tf.tensor2d(starts)
  const costs: tf.Tensor[] = []
  for (let t = 0; t < settings.horizon; t++) {
    const action = actor.of(state)
    const f = [model1.of(state, action), model2.of(state, action)] as const
    const disagreement = tf.mean(tf.square(tf.sub(f[0], f[1])), 1, true)
    costs.push(tf.mul(settings.disagreementCost, disagreement))
    costs.push(tf.mul(settings.hazardCost, tf.sigmoid(hazard.of(state, action))))
    const next = tf.add<tf.Tensor2D>(state, tf.mul(f[leader], tf.tensor1d(drawn.change)))
    costs.push(settings.reach ? distance(next, drawn, settings) : tf.neg(reward.of(state, action)))
    state = next
  }
  return tf.div(tf.sum(tf.concat(costs, 1)), settings.horizon * settings.starts)
}

/** sqrt(|tip - goal|^2 + smooth^2), m */
function distance(state: tf.Tensor2D, { mean, deviation }: RolloutDraw, settings: RolloutSettings): tf.Tensor2D {
  const { goal, model } = settings.reach as { goal: Float32Array; model: ArmModel }
  const joints = tf.add(tf.mul(tf.slice(state, [0, 0], [-1, 7]), tf.tensor1d(deviation.slice(0, 7))), mean.slice(0, 7))
  const away = tf.sub(tooltip(joints as tf.Tensor2D, model), tf.tensor1d(goal))
  return tf.sqrt(tf.add(tf.sum(tf.square(away), 1, true), settings.smoothDistance ** 2))
}

/** The tool tip [rows, 3] at joint angles [rows, 7], rad, from the tip back to the base; modified DH parameters. */
export function tooltip(joints: tf.Tensor2D, { dh, flangeOffset, toolOffset }: ArmModel): tf.Tensor2D {
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
