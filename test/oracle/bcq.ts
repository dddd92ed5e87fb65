import * as tf from '@tensorflow/tfjs'
import { actions, normalised } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws, Row } from './draw.ts'
import { numberLossesOfBcq } from './numbers/bcq.ts'
import type { TrainingOptions } from '../../src/main/platform/native-learn.ts'
import type { Around, Loss, Mode, Oracle } from './oracle.ts'
import { backup, batchTensors, crossedBackup, repeatRows, squaredError } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type BcqName =
  | 'encoder'
  | 'decoder'
  | 'perturbation'
  | 'targetPerturbation'
  | 'critic1'
  | 'critic2'
  | 'targetCritic1'
  | 'targetCritic2'

export interface BcqSettings {
  batch: number
  discount: number
  /** Actions per next state. */
  samples: number
  latentClip: number
  /** Row 11: largest perturbation. */
  bound: number
  minimumWeight: number
  separateBatches: boolean
  withoutReplacement: boolean
  /** Row 18: every end of an episode is a terminal. */
  endsTerminal: boolean
  /** Row 2: with a reach task, the rewards and ends of the whole mini-batch meet each value. */
  meanReward: boolean
  reach: TrainingOptions['reach']
  /** The autoencoder learns after the others, which see it as it was before the update. */
  autoencoderLast: boolean
  /** Row 12: the perturbation learns on the actions of the dataset. */
  datasetActions: boolean
  /** There is no target perturbation. */
  onlineTargetPerturbation: boolean
  unclippedActions: boolean
  /** Row 13: sigma is the raw output, the decoder ends without tanh, the divergence weighs 1 / (2 J). */
  rawDeviation: boolean
  linearDecoder: boolean
  weakDivergence: boolean
  /** Row 14: the maxima over the samples are taken before they are mixed. */
  maximumOutside: boolean
  normalise: boolean
}

/** Fujimoto, Meger, Precup 2019, the release of January 2019. */
const paper: BcqSettings = {
  batch: 12,
  discount: 0.99,
  samples: 10,
  latentClip: 0.5,
  bound: 0.05,
  minimumWeight: 0.75,
  separateBatches: false,
  withoutReplacement: false,
  endsTerminal: false,
  meanReward: false,
  reach: undefined,
  autoencoderLast: false,
  datasetActions: false,
  onlineTargetPerturbation: false,
  unclippedActions: false,
  rawDeviation: false,
  linearDecoder: false,
  weakDivergence: false,
  maximumOutside: false,
  normalise: false,
}

const bcqModes: Record<Mode, BcqSettings> = {
  published: {
    ...paper,
    bound: 0.1,
    separateBatches: true,
    withoutReplacement: true,
    endsTerminal: true,
    meanReward: true,
    autoencoderLast: true,
    datasetActions: true,
    onlineTargetPerturbation: true,
    unclippedActions: true,
    rawDeviation: true,
    linearDecoder: true,
    weakDivergence: true,
    maximumOutside: true,
  },
  paper,
  modern: { ...paper, normalise: true },
}

/** J, the size of the latent vector. */
export const latent = 2 * actions

/** The noise is N(0, 1), not clipped yet. */
export interface BcqDraw {
  /** For critic 1 and 2; z is [samples B, J]. */
  critics: [{ batch: Row[]; z: number[][] }, { batch: Row[]; z: number[][] }]
  /** z [B, J], or undefined where the perturbation learns on the dataset's actions. */
  perturbation: { batch: Row[]; z: number[][] | undefined }
  /** noise [B, J] */
  autoencoder: { batch: Row[]; noise: number[][] }
}

export function bcqOracle(mode: Mode, changes: Partial<BcqSettings> = {}): Oracle<BcqName, BcqDraw> {
  const settings = { ...bcqModes[mode], ...changes }
  const networks: Partial<Oracle<BcqName, BcqDraw>['networks']> = {
    encoder: 'linear',
    decoder: settings.linearDecoder ? 'linear' : 'tanh',
    perturbation: 'tanh',
    critic1: 'linear',
    critic2: 'linear',
    targetCritic1: 'linear',
    targetCritic2: 'linear',
  }
  if (!settings.onlineTargetPerturbation) networks.targetPerturbation = 'tanh'
  return {
    learner: 'bcq',
    mode,
    networks: networks as Oracle<BcqName, BcqDraw>['networks'],
    sizes: { batch: settings.batch, hidden1: 20, hidden2: 18, autoencoderHidden: 16 },
    ...(settings.reach && { task: { reach: settings.reach } }),
    prepare: (data) => (settings.normalise ? normalised(data) : data),
    draw: (draws, data) => draw(draws, data, settings),
    tensorLosses: (drawn, around) => tensorLosses(drawn, around, settings),
    numberLosses: (drawn, around) => numberLossesOfBcq(drawn, around, settings),
  }
}

function draw(draws: Draws, data: Transition[], settings: BcqSettings): BcqDraw {
  const batch = () => draws.batch(data, settings)
  const z = () => draws.normals('latent', settings.samples * settings.batch, latent)
  const oneZ = () => (settings.datasetActions ? undefined : draws.normals('latent', settings.batch, latent))
  const noise = () => draws.normals('encoding', settings.batch, latent)
  if (!settings.separateBatches) {
    const all = batch()
    const critic = { batch: all, z: z() }
    return {
      critics: [critic, critic],
      perturbation: { batch: all, z: oneZ() },
      autoencoder: { batch: all, noise: noise() },
    }
  }
  return {
    critics: [
      { batch: batch(), z: z() },
      { batch: batch(), z: z() },
    ],
    perturbation: { batch: batch(), z: oneZ() },
    autoencoder: { batch: batch(), noise: noise() },
  }
}

type Networks = Record<BcqName, TensorNetwork>

function tensorLosses(
  drawn: BcqDraw,
  { before, after }: Around<TensorNetwork, BcqName>,
  settings: BcqSettings,
): Loss<tf.Scalar, BcqName>[] {
  const decoder = settings.autoencoderLast ? before.decoder : after.decoder
  const [batch1, batch2] = drawn.critics.map(({ batch }) => batchTensors(batch)) as [Batch, Batch]
  const [y1, y2] = drawn.critics.map(({ batch, z }) => tf.tidy(() => target(batch, z, before, decoder, settings))) as [
    tf.Tensor2D,
    tf.Tensor2D,
  ]
  const critic = () =>
    tf.add<tf.Scalar>(
      squaredError(y1, before.critic1.of(batch1.s, batch1.a)),
      squaredError(y2, before.critic2.of(batch2.s, batch2.a)),
    )

  const { s, a: ofData } = batchTensors(drawn.perturbation.batch)
  const { z } = drawn.perturbation
  const a = z ? decode(decoder, s, z, settings) : ofData
  const perturbation = () =>
    tf.neg<tf.Scalar>(tf.mean(after.critic1.of(s, perturb(before.perturbation, s, a, settings))))

  return [
    { name: 'autoencoder', trains: ['encoder', 'decoder'], value: () => autoencoderLoss(drawn, before, settings) },
    { name: 'critic', trains: ['critic1', 'critic2'], value: critic },
    { name: 'perturbation', trains: ['perturbation'], value: perturbation },
  ]
}

type Batch = ReturnType<typeof batchTensors>

/** mean (decode(s, z) - a)^2 + weight mean KL(N(mu, sigma^2) || N(0, 1)), z = mu + sigma noise */
function autoencoderLoss({ autoencoder }: BcqDraw, { encoder, decoder }: Networks, settings: BcqSettings): tf.Scalar {
  const { s, a } = batchTensors(autoencoder.batch)
  const [mu, x] = tf.split(encoder.of(s, a), 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  const sigma = settings.rawDeviation ? x : tf.exp(tf.clipByValue(x, -4, 15))
  const z = tf.add<tf.Tensor2D>(mu, tf.mul(sigma, tf.tensor2d(autoencoder.noise)))
  const reconstruction = tf.losses.meanSquaredError<tf.Tensor2D, tf.Scalar>(a, decoder.of(z, s))
  const variance = tf.square(sigma)
  const divergence = tf.mul(-0.5, tf.sub(tf.sub(tf.add(1, tf.log(variance)), tf.square(mu)), variance))
  const weight = settings.weakDivergence ? 1 / (2 * latent) : 0.5
  return tf.add(reconstruction, tf.mul(weight, tf.mean(divergence)))
}

/** r + discount (1 - d) v(s') [B, 1]; v mixes the smaller and the larger of two critics over sampled actions. */
function target(rows: Row[], z: number[][], before: Networks, decoder: TensorNetwork, settings: BcqSettings) {
  const { r, d, next } = batchTensors(rows)
  const s = repeatRows(next, settings.samples)
  const perturbation = settings.onlineTargetPerturbation ? before.perturbation : before.targetPerturbation
  const a = perturb(perturbation, s, decode(decoder, s, z, settings), settings)
  const q1 = before.targetCritic1.of(s, a)
  const q2 = before.targetCritic2.of(s, a)
  const small = tf.mul(settings.minimumWeight, tf.minimum(q1, q2))
  const large = tf.mul(1 - settings.minimumWeight, tf.maximum(q1, q2))
  const best = (q: tf.Tensor) => tf.max<tf.Tensor2D>(tf.reshape(q, [rows.length, settings.samples]), 1, true)
  const value = settings.maximumOutside ? tf.add<tf.Tensor2D>(best(small), best(large)) : best(tf.add(small, large))
  const crossed = settings.meanReward && settings.reach !== undefined
  return (crossed ? crossedBackup : backup)(r, d, value, settings.discount)
}

function decode(decoder: TensorNetwork, s: tf.Tensor2D, noise: number[][], { latentClip }: BcqSettings): tf.Tensor2D {
  return decoder.of(tf.clipByValue(tf.tensor2d(noise), -latentClip, latentClip), s)
}

function perturb(perturbation: TensorNetwork, s: tf.Tensor2D, a: tf.Tensor2D, settings: BcqSettings): tf.Tensor2D {
  const perturbed = tf.add<tf.Tensor2D>(a, tf.mul(settings.bound, perturbation.of(s, a)))
  return settings.unclippedActions ? perturbed : tf.clipByValue(perturbed, -1, 1)
}
