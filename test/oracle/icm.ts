import * as tf from '@tensorflow/tfjs'
import type { RewardModel } from './explorer.ts'
import { length, numberLossesOfIcm } from './numbers/icm.ts'
import type { Loss } from './oracle.ts'
import { batchTensors } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type IcmName = 'forward' | 'inverse'

/** Pathak et al. 2017 on states, as in URLB: r = log(1 + |f(s, a) - s'|). */
export const icmModel: RewardModel<IcmName> = {
  explorer: 'icm',
  networks: { forward: 'linear', inverse: 'tanh' },
  sizes: {},
  tensorLosses: (rows, networks) => {
    const { s, a, next } = batchTensors(rows)
    const { forward, inverse } = headLosses(networks, () => ({ now: s, next }), a)
    return [forward, inverse]
  },
  numberLosses: (rows, networks) => {
    const { forward, inverse } = numberLossesOfIcm(rows, networks, (state) => state)
    return [forward, inverse]
  },
  rewards: (rows, { forward }) =>
    rows.map(({ s, a, next }) => Math.log(1 + length(forward.of(s, a).map((x, i) => x - (next[i] as number))))),
}

/** mean |f(x, a) - x'| and mean |g(x, x') - a| on features x of the states. */
export function headLosses(
  { forward, inverse }: Record<IcmName, TensorNetwork>,
  features: () => { now: tf.Tensor2D; next: tf.Tensor2D },
  a: tf.Tensor2D,
): Record<IcmName, Loss<tf.Scalar, IcmName>> {
  return {
    forward: {
      name: 'forward',
      trains: ['forward'],
      value: () => {
        const { now, next } = features()
        return meanLength(tf.sub(forward.of(now, a), next))
      },
    },
    inverse: {
      name: 'inverse',
      trains: ['inverse'],
      value: () => {
        const { now, next } = features()
        return meanLength(tf.sub(inverse.of(now, next), a))
      },
    },
  }
}

/** Of the rows. */
export function meanLength(errors: tf.Tensor): tf.Scalar {
  return tf.mean(tf.sqrt(tf.sum(tf.square(errors), 1)))
}
