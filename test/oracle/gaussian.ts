import * as tf from '@tensorflow/tfjs'
import type { TensorNetwork } from './tensor-network.ts'

/** log N(x; mean, exp(logDeviation)^2), element by element */
export function logDensity(x: tf.Tensor, mean: tf.Tensor, logDeviation: tf.Tensor): tf.Tensor {
  return logDensityOfNoise(tf.div(tf.sub(x, mean), tf.exp(logDeviation)), logDeviation)
}

/** The same at x = mean + exp(logDeviation) noise: exact where the deviation is small. */
export function logDensityOfNoise(noise: tf.Tensor, logDeviation: tf.Tensor): tf.Tensor {
  return tf.sub(tf.sub(tf.mul(-0.5, tf.square(noise)), logDeviation), 0.5 * Math.log(2 * Math.PI))
}

export interface Sample {
  action: tf.Tensor2D // [rows, A]
  logProbability: tf.Tensor2D // [rows, 1]
}

/**
 * a = tanh(u), u = mu + sigma noise, log pi(a) = sum_a [log N(u; mu, sigma^2) - log(1 - a^2)].
 * The network's output is A means, then A log deviations, which are clipped to [-20, 2].
 */
export function sampleSquashed(actor: TensorNetwork, s: tf.Tensor2D, noise: number[][]): Sample {
  const [mean, logDeviation] = meanAndLogDeviation(actor, s)
  const { action, density, squash } = squashedParts(mean, logDeviation, noise, 0)
  return { action, logProbability: tf.sub(tf.sum(density, 1, true), tf.sum(squash, 1, true)) }
}

/** The action, log N(u) and log(1 - tanh(u)^2 + epsilon), all [rows, A]; with epsilon = 0 in a form that cannot overflow. */
export function squashedParts(mean: tf.Tensor2D, logDeviation: tf.Tensor2D, noise: number[][], epsilon: number) {
  const e = tf.tensor2d(noise)
  const u = tf.add<tf.Tensor2D>(mean, tf.mul(tf.exp(logDeviation), e))
  const action = tf.tanh(u)
  const squash = epsilon > 0 ? tf.log(tf.add(tf.sub(1, tf.square(action)), epsilon)) : logSlope(u)
  return { action, density: logDensityOfNoise(e, logDeviation), squash }
}

/** log pi(a) of given actions inside -1 and 1; [rows, 1] */
export function logProbabilityOf(actor: TensorNetwork, s: tf.Tensor2D, a: tf.Tensor2D): tf.Tensor2D {
  const [mean, logDeviation] = meanAndLogDeviation(actor, s)
  const u = tf.atanh(a)
  return tf.sum(tf.sub(logDensity(u, mean, logDeviation), logSlope(u)), 1, true)
}

export function meanAndLogDeviation(actor: TensorNetwork, s: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  const [mean, spread] = tf.split(actor.of(s), 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return [mean, tf.clipByValue(spread, -20, 2)]
}

/** log(1 - tanh(u)^2), in the form that cannot overflow */
function logSlope(u: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(2, tf.sub(tf.sub(Math.log(2), u), tf.softplus(tf.mul(-2, u))))
}
