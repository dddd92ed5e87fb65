import * as tf from '@tensorflow/tfjs'
import { average } from './dataset.ts'
import type { RewardModel } from './explorer.ts'
import { meanLength } from './icm.ts'
import { distance } from './numbers/icm.ts'
import { sum } from './numbers/network.ts'
import { batchTensors } from './tensor-network.ts'

export type DisagreementName = 'model1' | 'model2' | 'model3'
const members: DisagreementName[] = ['model1', 'model2', 'model3']

/** Pathak et al. 2019 on states, as in URLB: r = the unbiased variance of the models' next states, mean over coordinates. */
export const disagreementModel: RewardModel<DisagreementName> = {
  explorer: 'disagreement',
  networks: { model1: 'linear', model2: 'linear', model3: 'linear' },
  sizes: { models: members.length },
  tensorLosses: (rows, networks) => {
    const { s, a, next } = batchTensors(rows)
    const value = () => {
      const errors = members.map((name) => meanLength(tf.sub(networks[name].of(s, a), next)))
      return tf.div<tf.Scalar>(tf.addN(errors), members.length)
    }
    return [{ name: 'model', trains: members, value }]
  },
  numberLosses: (rows, networks) => {
    const error = (name: DisagreementName) =>
      average(rows.map(({ s, a, next }) => distance(networks[name].of(s, a), next)))
    return [{ name: 'model', trains: members, value: () => average(members.map(error)) }]
  },
  rewards: (rows, networks) =>
    rows.map(({ s, a, next }) => {
      const predicted = members.map((name) => networks[name].of(s, a))
      return average(next.map((_, c) => variance(predicted.map((each) => each[c] as number))))
    }),
}

function variance(values: number[]): number {
  const mean = average(values)
  return sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1)
}
