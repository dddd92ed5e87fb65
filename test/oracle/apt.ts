import * as tf from '@tensorflow/tfjs'
import { average } from './dataset.ts'
import type { RewardModel } from './explorer.ts'
import { headLosses } from './icm.ts'
import type { IcmName } from './icm.ts'
import { distance, numberLossesOfIcm } from './numbers/icm.ts'
import { sum } from './numbers/network.ts'
import type { NumberNetwork } from './numbers/network.ts'
import { batchTensors } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

type TrunkName = 'trunk' | 'trunkGain' | 'trunkShift'
export type AptName = IcmName | TrunkName

const trunkNames: TrunkName[] = ['trunk', 'trunkGain', 'trunkShift']
const neighbours = 4

/** Liu and Abbeel 2021 as in URLB: r = log(1 + mean distance to the nearest features of the mini-batch, its own too). */
export const aptModel: RewardModel<AptName> = {
  explorer: 'apt',
  networks: { trunk: 'linear', trunkGain: 'linear', trunkShift: 'linear', forward: 'linear', inverse: 'tanh' },
  sizes: { trunk: 14, neighbours },
  tensorLosses: (rows, networks) => {
    const { s, a, next } = batchTensors(rows)
    const features = () => ({ now: tensorFeatures(networks, s), next: tensorFeatures(networks, next) })
    const { forward, inverse } = headLosses(networks, features, a)
    const both = () => tf.add<tf.Scalar>(forward.value(), inverse.value())
    return [forward, inverse, { name: undefined, trains: trunkNames, value: both }]
  },
  numberLosses: (rows, networks) => {
    const { forward, inverse } = numberLossesOfIcm(rows, networks, (state) => numberFeatures(networks, state))
    const both = () => forward.value() + inverse.value()
    return [forward, inverse, { name: undefined, trains: trunkNames, value: both }]
  },
  rewards: (rows, networks) => {
    const features = rows.map(({ s }) => numberFeatures(networks, s))
    return features.map((from) => {
      const distances = features.map((to) => distance(from, to)).sort((a, b) => a - b)
      return Math.log(1 + average(distances.slice(0, neighbours)))
    })
  },
}

/** tanh of the layer-normalised linear map. */
function tensorFeatures(networks: Record<TrunkName, TensorNetwork>, s: tf.Tensor2D): tf.Tensor2D {
  const { mean, variance } = tf.moments(networks.trunk.of(s), 1, true)
  const standard = tf.div(tf.sub(networks.trunk.of(s), mean), tf.sqrt(tf.add(variance, 1e-5)))
  return tf.tanh(tf.add(tf.mul(standard, networks.trunkGain.numbers), networks.trunkShift.numbers))
}

function numberFeatures({ trunk, trunkGain, trunkShift }: Record<TrunkName, NumberNetwork>, s: number[]): number[] {
  const linear = trunk.of(s)
  const mean = average(linear)
  const deviation = Math.sqrt(sum(linear.map((x) => (x - mean) ** 2)) / linear.length + 1e-5)
  const gain = trunkGain.numbers
  const shift = trunkShift.numbers
  return linear.map((x, i) => Math.tanh(((x - mean) / deviation) * (gain[i] as number) + (shift[i] as number)))
}
