import * as tf from '@tensorflow/tfjs'
import { average, normalised } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws, Row } from './draw.ts'
import { recalled } from './explorer.ts'
import type { LossesAndGradients } from './gradients.ts'
import { numberLossesOfSse } from './numbers/sse.ts'
import type { Around, Loss, Mode, Oracle } from './oracle.ts'
import { batchTensors } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type ModelName = 'model1' | 'model2' | 'model3'
export type SseName = ModelName | 'done' | 'actor' | 'deviation'

export interface SseSettings {
  batch: number
  horizon: number
  discount: number
  entropyWeight: number
  actionCost: number
  /** Largest length of the policy's gradient. */
  gradientNorm: number
  models: ModelName[]
  /** Row 4: the squash is counted once for each action coordinate, 1e-5 inside its logarithm. */
  repeatedSquash: boolean
  /** Row 17: |f1 - f2| as in the paper; otherwise the mean square from the leader, the leader counted. */
  distance: boolean
  /** Row 17: the end is told from state and action; otherwise from the next state. */
  doneSeesAction: boolean
  /** Row 18. */
  endsTerminal: boolean
  normalise: boolean
}

const slips = (published: boolean) => ({
  repeatedSquash: published,
  distance: !published,
  doneSeesAction: published,
  endsTerminal: published,
})
const common: SseSettings = {
  batch: 12,
  horizon: 10,
  discount: 0.8,
  entropyWeight: 1,
  actionCost: 0,
  gradientNorm: Infinity,
  models: ['model1', 'model2'],
  normalise: false,
  ...slips(false),
}
const modes: Record<Mode, SseSettings> = {
  published: { ...common, ...slips(true) },
  paper: common,
  modern: {
    ...common,
    horizon: 5,
    entropyWeight: 0.02,
    gradientNorm: 10,
    models: ['model1', 'model2', 'model3'],
    normalise: true,
  },
}

export interface SseDraw {
  /** One for each model. */
  batches: Row[][]
  ends: Row[]
  starts: number[][]
  leader: number
  /** [horizon][batch][A] */
  noise: number[][][]
  /** What the models' outputs are times, of each coordinate of the change. */
  change: number[]
}

export function sseOracle(mode: Mode, changes: Partial<SseSettings> = {}): Oracle<SseName, SseDraw> {
  const settings = { ...modes[mode], ...changes }
  const { batch, horizon, models } = settings
  const networks = Object.fromEntries([...models, 'done', 'actor', 'deviation'].map((name) => [name, 'linear']))
  return {
    learner: 'sse',
    mode,
    networks: networks as Oracle<SseName, SseDraw>['networks'],
    sizes: {
      batch,
      horizon,
      models: models.length,
      modelHidden1: 12,
      modelHidden2: 18,
      hidden1: 14,
      hidden2: 9,
      warmUp: 0,
    },
    prepare: (data) => (settings.normalise ? normalised(data) : data),
    draw: (draws, data, update) => draw(draws, data.slice(0, recalled + update), settings),
    tensorLosses: (drawn, around) => tensorLosses(drawn, around, settings),
    numberLosses: (drawn, around) => numberLossesOfSse(drawn, around, settings),
    finish: (found) => limited(found, settings.gradientNorm),
  }
}

function draw(draws: Draws, seen: Transition[], settings: SseSettings): SseDraw {
  const { batch, horizon, models, endsTerminal, normalise } = settings
  const rule = { batch, withoutReplacement: true, endsTerminal }
  const actions = seen[0]?.a.length ?? 0
  const moved = (t: Transition, i: number) => (t.next[i] as number) - (t.s[i] as number)
  return {
    leader: draws.below('leader', models.length),
    batches: models.map(() => draws.batch(seen, rule)),
    ends: draws.batch(seen, rule),
    starts: draws.batch(seen, rule).map(({ s }) => s),
    noise: Array.from({ length: horizon }, () => draws.normals('action', batch, actions)),
    change: (seen[0]?.s ?? []).map((_, i) => (normalise ? Math.sqrt(average(seen.map((t) => moved(t, i) ** 2))) : 1)),
  }
}

/** The policy's gradient, both networks as one vector, shortened to `largest`; its length before is told. */
function limited({ losses, gradients }: LossesAndGradients, largest: number): LossesAndGradients {
  const { actor, deviation } = gradients as Record<'actor' | 'deviation', Float64Array>
  const gradientNorm = Math.hypot(...actor, ...deviation)
  const factor = Math.min(1, largest / gradientNorm)
  const shortened = { actor: actor.map((g) => factor * g), deviation: deviation.map((g) => factor * g) }
  return { losses: { ...losses, gradientNorm }, gradients: { ...gradients, ...shortened } }
}

function tensorLosses(
  drawn: SseDraw,
  { before, after }: Around<TensorNetwork, SseName>,
  settings: SseSettings,
): Loss<tf.Scalar, SseName>[] {
  const batches = drawn.batches.map(batchTensors)
  const ends = batchTensors(drawn.ends)
  const modelLoss = (k: number): tf.Scalar => {
    const { s, a, next } = batches[k] as ReturnType<typeof batchTensors>
    const model = before[settings.models[k] as ModelName]
    return tf.losses.meanSquaredError(tf.div(tf.sub(next, s), tf.tensor1d(drawn.change)), model.of(s, a))
  }
  const doneLogits = () => (settings.doneSeesAction ? before.done.of(ends.s, ends.a) : before.done.of(ends.next))
  // The policy is carried through the models as they are after their step.
  const carried = () => rollOut(drawn, { ...after, actor: before.actor, deviation: before.deviation }, settings)
  return [
    { name: 'model', trains: settings.models, value: () => tf.addN(settings.models.map((_, k) => modelLoss(k))) },
    { name: 'done', trains: ['done'], value: () => tf.losses.sigmoidCrossEntropy(ends.d, doneLogits()) },
    { name: 'policy', trains: ['actor', 'deviation'], value: () => carried().loss },
    { name: 'disagreement', trains: [], value: () => carried().disagreement },
    { name: 'entropy', trains: [], value: () => carried().entropy },
  ]
}

interface RolledOut {
  loss: tf.Scalar
  /** Means over all steps, not discounted. */
  disagreement: tf.Scalar
  entropy: tf.Scalar
}

function rollOut(drawn: SseDraw, networks: Record<SseName, TensorNetwork>, settings: SseSettings): RolledOut {
  let x = tf.tensor2d(drawn.starts)
  let weight: tf.Tensor = tf.ones([x.shape[0]])
  const gains: tf.Tensor[] = []
  const disagreements: tf.Tensor[] = []
  const logProbabilities: tf.Tensor[] = []
  for (const noise of drawn.noise) {
    const { action, logProbability } = sample(networks, x, noise, settings)
    const f = settings.models.map((name) => networks[name].of(x, action))
    const disagreement = settings.distance ? distances(f, drawn.leader) : squares(f, drawn.leader)
    const spin = tf.mul(settings.actionCost, tf.sum(tf.square(action), 1))
    const worth = tf.sub(tf.sub(disagreement, tf.mul(settings.entropyWeight, logProbability)), spin)
    gains.push(tf.mul(weight, worth))
    disagreements.push(disagreement)
    logProbabilities.push(logProbability)
    const next = tf.add<tf.Tensor2D>(x, tf.mul(f[drawn.leader] as tf.Tensor2D, tf.tensor1d(drawn.change)))
    const logit = settings.doneSeesAction ? networks.done.of(x, action) : networks.done.of(next)
    weight = tf.mul(tf.mul(weight, settings.discount), tf.sub(1, tf.squeeze(tf.sigmoid(logit), [1])))
    x = next
  }
  const mean = (tensors: tf.Tensor[]) => tf.mean<tf.Scalar>(tf.stack(tensors))
  return { loss: tf.neg(mean(gains)), disagreement: mean(disagreements), entropy: tf.neg(mean(logProbabilities)) }
}

/** a = tanh(u), u ~ N(mean, (softplus(out) + 1e-3)^2), and its log-probability [B]. */
function sample(
  { actor, deviation }: Record<SseName, TensorNetwork>,
  x: tf.Tensor2D,
  noise: number[][],
  { repeatedSquash }: SseSettings,
): { action: tf.Tensor2D; logProbability: tf.Tensor } {
  const e = tf.tensor2d(noise)
  const sigma = tf.add(tf.softplus(deviation.of(x)), 1e-3)
  const u = tf.add<tf.Tensor2D>(actor.of(x), tf.mul(sigma, e))
  const action = tf.tanh(u)
  const density = tf.sub(tf.sub(tf.mul(-0.5, tf.square(e)), tf.log(sigma)), 0.5 * Math.log(2 * Math.PI))
  if (!repeatedSquash) {
    const squash = tf.mul(2, tf.sub(tf.sub(Math.log(2), u), tf.softplus(tf.mul(-2, u))))
    return { action, logProbability: tf.sum(tf.sub(density, squash), 1) }
  }
  // The released code: the correction is summed, kept as a column, added to each coordinate's density, summed again.
  const correction = tf.neg(tf.sum(tf.log(tf.add(tf.sub(1, tf.square(action)), 1e-5)), 1, true))
  return { action, logProbability: tf.sum(tf.add(density, correction), 1) }
}

/** Mean over the models and coordinates of the squared difference from the leader's prediction; [B] */
function squares(f: tf.Tensor2D[], leader: number): tf.Tensor {
  return tf.mean(tf.stack(f.map((each) => tf.mean(tf.square(tf.sub(each, f[leader] as tf.Tensor2D)), 1))), 0)
}

/** Mean length of the other models' differences from the leader; [B] */
function distances(f: tf.Tensor2D[], leader: number): tf.Tensor {
  const others = f.filter((_, k) => k !== leader)
  return tf.mean(tf.stack(others.map((each) => tf.norm(tf.sub(each, f[leader] as tf.Tensor2D), 2, 1))), 0)
}
