import * as tf from '@tensorflow/tfjs'
import { average, normalised } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws, Row } from './draw.ts'
import { limitedTo } from './gradients.ts'
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
}

const defaults: RolloutSettings = {
  batch: 12,
  modelUpdates: 0,
  policyEvery: 1,
  horizon: 5,
  starts: 6,
  homeShare: 0.25,
  gradientNorm: 0.1,
  disagreementCost: 0.02,
  hazardCost: 1,
}

export interface RolloutDraw {
  /** For model 1, hazard and reward, and for model 2. */
  batches: [Row[], Row[]]
  /** Undefined in updates without the policy. */
  policy: { leader: 0 | 1; starts: number[][] } | undefined
  /** Root mean square of a step's change of each normalised coordinate, and of the rewards. */
  change: number[]
  rewardSize: number
}

/** The learner has the same settings in every mode. */
export function rolloutOracle(mode: Mode, changes: Partial<RolloutSettings> = {}): Oracle<RolloutName, RolloutDraw> {
  const settings = { ...defaults, ...changes }
  const { batch, modelUpdates, policyEvery, horizon, starts, gradientNorm } = settings
  const hidden = { modelHidden1: 20, modelHidden2: 18, hidden1: 16, hidden2: 14 }
  return {
    learner: 'rollout',
    mode,
    networks: { model1: 'linear', model2: 'linear', hazard: 'linear', reward: 'linear', actor: 'tanh' },
    sizes: { batch, ...hidden, modelUpdates, policyEvery, horizon, starts },
    prepare: (data) => data,
    draw: (draws, data, update) => draw(draws, data, settings, update),
    tensorLosses: (drawn, around) => tensorLosses(drawn, around, settings),
    numberLosses: (drawn, around) => numberLossesOfRollout(drawn, around, settings),
    finish: (found) => limitedTo(found, 'actor', gradientNorm),
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
    costs.push(tf.neg(reward.of(state, action)))
    state = next
  }
  return tf.div(tf.sum(tf.concat(costs, 1)), settings.horizon * settings.starts)
}
