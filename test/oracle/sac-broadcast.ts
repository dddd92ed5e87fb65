import * as tf from '@tensorflow/tfjs'
import type { Loss, Oracle } from './oracle.ts'
import { sacOracle, sampleParts } from './sac.ts'
import type { SacDraw, SacName } from './sac.ts'
import { batchTensors } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

/**
 * The published SAC with the shapes of the released code, whose broadcasts are rows 1 and 3: rewards [B] meet values
 * [B, 1], and log-probabilities [B, 1, A] meet values [B, 1]. The losses differ from the closed form by a constant.
 */
export function sacBroadcastOracle(): Oracle<SacName, SacDraw> {
  return { ...sacOracle('published'), tensorLosses: (drawn, { before }) => tensorLosses(drawn, before) }
}

function tensorLosses(drawn: SacDraw, before: Record<SacName, TensorNetwork>): Loss<tf.Scalar, SacName>[] {
  const half = (x: tf.Tensor, y: tf.Tensor) => tf.mul<tf.Scalar>(0.5, tf.mean(tf.square(tf.sub(x, y))))

  const criticLoss = (critic: TensorNetwork, { batch }: SacDraw['critics'][0]) => {
    const { s, a, next, d } = batchTensors(batch)
    const reward = tf.tensor1d(batch.map((row) => row.r)) // [B]
    const value = tf.mul(tf.mul(0.99, tf.sub(1, d)), before.targetValue.of(next)) // [B, 1]
    return half(critic.of(s, a), tf.add(tf.mul(5, reward), value)) // [B, B]
  }

  const sample = (s: tf.Tensor2D, noise: number[][]) => {
    const { action, density, squash } = sampleParts(before, s, noise, true)
    const logProbability = tf.expandDims(tf.sub(density, tf.sum(squash, 1, true)), 1) // [B, 1, A]
    return { logProbability, q: tf.minimum(before.critic1.of(s, action), before.critic2.of(s, action)) }
  }
  const valueLoss = () => {
    const { s } = batchTensors(drawn.value.batch)
    const { logProbability, q } = sample(s, drawn.value.noise)
    return half(before.value.of(s), tf.sub(q, logProbability)) // [B, B, A]
  }
  const actorLoss = () => {
    const { logProbability, q } = sample(batchTensors(drawn.actor.batch).s, drawn.actor.noise)
    return tf.mean<tf.Scalar>(tf.sub(logProbability, q)) // [B, B, A]
  }

  const critic = () =>
    tf.add<tf.Scalar>(criticLoss(before.critic1, drawn.critics[0]), criticLoss(before.critic2, drawn.critics[1]))
  return [
    { name: 'critic', trains: ['critic1', 'critic2'], value: critic },
    { name: 'actor', trains: ['actor', 'deviation'], value: actorLoss },
    { name: 'value', trains: ['value'], value: valueLoss },
  ]
}
