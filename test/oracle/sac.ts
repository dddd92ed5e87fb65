import * as tf from '@tensorflow/tfjs'
import { actions, normalised } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws, Row } from './draw.ts'
import { meanAndLogDeviation, squashedParts } from './gaussian.ts'
import type { Sample } from './gaussian.ts'
import { numberLossesOfSac } from './numbers/sac.ts'
import type { Loss, Mode, Oracle } from './oracle.ts'
import { backup, batchTensors } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type SacName =
  | 'actor'
  | 'deviation'
  | 'logAlpha'
  | 'value'
  | 'targetValue'
  | 'critic1'
  | 'critic2'
  | 'targetCritic1'
  | 'targetCritic2'

export interface SacSettings {
  batch: number
  discount: number
  rewardScale: number
  /** The weight alpha of the entropy, or undefined where it is learned. */
  entropyWeight: number | undefined
  /** A value network and its target; otherwise target critics. */
  valueNetwork: boolean
  /** The smaller of two critics in the actor's loss; otherwise critic 1. */
  minimumInActor: boolean
  separateBatches: boolean
  withoutReplacement: boolean
  /** Row 18: every end of an episode is a terminal. */
  endsTerminal: boolean
  /** sigma = relu(output of a network of its own) + 1e-5. */
  separateDeviation: boolean
  /** Row 1: every transition gets the batch's mean reward. */
  meanReward: boolean
  /** Row 3: the density is averaged over the dimensions while the squash is summed, with 1e-5 in its logarithm. */
  densityPerDimension: boolean
  /** Row 3: the value of every state gets the batch's mean entropy. */
  meanEntropy: boolean
  normalise: boolean
}

/** Haarnoja et al. 2018, as they released it: critic 1 alone in the actor's loss. */
const paper: SacSettings = {
  batch: 12,
  discount: 0.99,
  rewardScale: 5,
  entropyWeight: 1,
  valueNetwork: true,
  minimumInActor: false,
  separateBatches: false,
  withoutReplacement: false,
  endsTerminal: false,
  separateDeviation: false,
  meanReward: false,
  densityPerDimension: false,
  meanEntropy: false,
  normalise: false,
}

const sacModes: Record<Mode, SacSettings> = {
  published: {
    ...paper,
    minimumInActor: true,
    separateBatches: true,
    withoutReplacement: true,
    endsTerminal: true,
    separateDeviation: true,
    meanReward: true,
    densityPerDimension: true,
    meanEntropy: true,
  },
  paper,
  modern: {
    ...paper,
    rewardScale: 1,
    entropyWeight: undefined,
    valueNetwork: false,
    minimumInActor: true,
    normalise: true,
  },
}

export interface Sampled {
  batch: Row[]
  noise: number[][] // [B, A]
}

export interface SacDraw {
  /** The policy's actions at s, for the value's loss. */
  value: Sampled
  /** For critic 1 and 2; the noise is that of the next action, undefined where a value network stands for it. */
  critics: [{ batch: Row[]; noise: number[][] | undefined }, { batch: Row[]; noise: number[][] | undefined }]
  /** The policy's actions at s, for the losses of actor and alpha. */
  actor: Sampled
}

export function sacOracle(mode: Mode, changes: Partial<SacSettings> = {}): Oracle<SacName, SacDraw> {
  const settings = { ...sacModes[mode], ...changes }
  const networks: Partial<Oracle<SacName, SacDraw>['networks']> = {
    actor: 'linear',
    critic1: 'linear',
    critic2: 'linear',
    ...(settings.separateDeviation && { deviation: 'linear' }),
    ...(settings.entropyWeight === undefined && { logAlpha: 'linear' }),
    ...(settings.valueNetwork
      ? { value: 'linear', targetValue: 'linear' }
      : { targetCritic1: 'linear', targetCritic2: 'linear' }),
  }
  return {
    learner: 'sac',
    mode,
    networks: networks as Oracle<SacName, SacDraw>['networks'],
    sizes: { batch: settings.batch, hidden1: 20, hidden2: 18 },
    prepare: (data) => (settings.normalise ? normalised(data) : data),
    draw: (draws, data) => draw(draws, data, settings),
    tensorLosses: (drawn, { before }) => tensorLosses(drawn, before, settings),
    numberLosses: (drawn, { before }) => numberLossesOfSac(drawn, before, settings),
  }
}

function draw(draws: Draws, data: Transition[], settings: SacSettings): SacDraw {
  const batch = () => draws.batch(data, settings)
  const noise = () => draws.normals('action', settings.batch, actions)
  if (settings.separateBatches) {
    const value = { batch: batch(), noise: noise() }
    const critic1 = { batch: batch(), noise: undefined }
    const critic2 = { batch: batch(), noise: undefined }
    return { value, critics: [critic1, critic2], actor: { batch: batch(), noise: noise() } }
  }
  const all = batch()
  const critic = { batch: all, noise: settings.valueNetwork ? undefined : noise() }
  const actor = { batch: all, noise: noise() }
  return { value: actor, critics: [critic, critic], actor }
}

type Networks = Record<SacName, TensorNetwork>

/** Every loss sees the weights and alpha before the update. */
function tensorLosses(drawn: SacDraw, before: Networks, settings: SacSettings): Loss<tf.Scalar, SacName>[] {
  const alpha = settings.entropyWeight ?? Math.exp(before.logAlpha.numbers.dataSync()[0] as number)
  const smaller = (s: tf.Tensor2D, a: tf.Tensor2D) =>
    tf.minimum<tf.Tensor2D>(before.critic1.of(s, a), before.critic2.of(s, a))

  const critic = () => tf.add<tf.Scalar>(criticLoss(0), criticLoss(1))
  const targets = drawn.critics.map(({ batch, noise }) => tf.tidy(() => target(batch, noise, before, alpha, settings)))
  const criticLoss = (k: 0 | 1) => {
    const { s, a } = batchTensors(drawn.critics[k].batch)
    return halfMeanSquare((k === 0 ? before.critic1 : before.critic2).of(s, a), targets[k] as tf.Tensor2D)
  }

  const actor = () => {
    const { s } = batchTensors(drawn.actor.batch)
    const { action, logProbability } = sample(before, s, drawn.actor.noise, settings)
    const q = settings.minimumInActor ? smaller(s, action) : before.critic1.of(s, action)
    return tf.mean<tf.Scalar>(tf.sub(tf.mul(alpha, logProbability), q))
  }

  const losses: Loss<tf.Scalar, SacName>[] = [
    { name: 'critic', trains: ['critic1', 'critic2'], value: critic },
    { name: 'actor', trains: settings.separateDeviation ? ['actor', 'deviation'] : ['actor'], value: actor },
  ]
  if (settings.valueNetwork) {
    const { s } = batchTensors(drawn.value.batch)
    const { action, logProbability } = sample(before, s, drawn.value.noise, settings)
    const entropy = settings.meanEntropy ? tf.mean(logProbability) : logProbability
    const y = tf.sub<tf.Tensor2D>(smaller(s, action), tf.mul(alpha, entropy))
    losses.push({ name: 'value', trains: ['value'], value: () => halfMeanSquare(before.value.of(s), y) })
  }
  if (settings.entropyWeight === undefined) {
    const { s } = batchTensors(drawn.actor.batch)
    const { logProbability } = sample(before, s, drawn.actor.noise, settings)
    losses.push({ name: 'logAlpha', trains: ['logAlpha'], value: () => alphaLoss(before.logAlpha, logProbability) })
  }
  return losses
}

/** scale r + discount (1 - d) V(s') [B, 1], V from the target value network or from the target critics. */
function target(rows: Row[], noise: number[][] | undefined, before: Networks, alpha: number, settings: SacSettings) {
  const { r, d, next } = batchTensors(rows)
  const reward = settings.meanReward ? tf.mul<tf.Tensor2D>(tf.onesLike(r), tf.mean(r)) : r
  const scaled = tf.mul<tf.Tensor2D>(settings.rewardScale, reward)
  if (!noise) return backup(scaled, d, before.targetValue.of(next), settings.discount)
  const { action, logProbability } = sample(before, next, noise, settings)
  const smaller = tf.minimum(before.targetCritic1.of(next, action), before.targetCritic2.of(next, action))
  return backup(scaled, d, tf.sub(smaller, tf.mul(alpha, logProbability)), settings.discount)
}

/** The policy's action and what the method takes for its log-probability [B, 1]. */
function sample(before: Networks, s: tf.Tensor2D, noise: number[][], settings: SacSettings): Sample {
  const { action, density, squash } = sampleParts(before, s, noise, settings.separateDeviation)
  const reduced = settings.densityPerDimension ? tf.mean(density, 1, true) : tf.sum(density, 1, true)
  return { action, logProbability: tf.sub(reduced, tf.sum(squash, 1, true)) }
}

export function sampleParts(before: Networks, s: tf.Tensor2D, noise: number[][], separateDeviation: boolean) {
  if (!separateDeviation) return squashedParts(...meanAndLogDeviation(before.actor, s), noise, 0)
  const deviation = tf.add<tf.Tensor2D>(tf.relu(before.deviation.of(s)), 1e-5)
  return squashedParts(before.actor.of(s), tf.log(deviation), noise, 1e-5)
}

function halfMeanSquare(value: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.mul(0.5, tf.mean(tf.square(tf.sub(value, target))))
}

/** -alpha mean(log pi + H), H = -A */
export function alphaLoss(logAlpha: TensorNetwork, logProbability: tf.Tensor2D): tf.Scalar {
  const alpha = tf.sum<tf.Scalar>(tf.exp(logAlpha.numbers))
  return tf.neg(tf.mul(alpha, tf.mean(tf.sub(logProbability, actions))))
}
