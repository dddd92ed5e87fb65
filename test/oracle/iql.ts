import * as tf from '@tensorflow/tfjs'
import { normalised, returnRange } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Row } from './draw.ts'
import { logDensity } from './gaussian.ts'
import { numberLossesOfIql } from './numbers/iql.ts'
import type { Around, Loss, Mode, Oracle } from './oracle.ts'
import { backup, batchTensors } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type IqlName = 'value' | 'actor' | 'logDeviation' | 'critic1' | 'critic2' | 'targetCritic1' | 'targetCritic2'

export interface IqlSettings {
  batch: number
  discount: number
  /** tau */
  expectile: number
  /** beta: how much a better action weighs more. */
  temperature: number
  /** Largest weight of an action. */
  weightClip: number
  /** Actions are clipped this far inside -1 and 1. */
  actionMargin: number
  logDeviationLow: number
  logDeviationHigh: number
  /** Rewards become 1000 / (largest - smallest return) of themselves. */
  scaleRewards: boolean
  normalise: boolean
}

/** Kostrikov, Nair, Levine 2022, the locomotion settings of their release; its reward scale is for expert data. */
const paper: IqlSettings = {
  batch: 12,
  discount: 0.99,
  expectile: 0.7,
  temperature: 3,
  weightClip: 100,
  actionMargin: 1e-5,
  logDeviationLow: -5,
  logDeviationHigh: 2,
  scaleRewards: false,
  normalise: false,
}

const iqlModes: Record<Mode, IqlSettings> = {
  published: paper,
  paper,
  modern: { ...paper, normalise: true },
}

export function iqlOracle(mode: Mode, changes: Partial<IqlSettings> = {}): Oracle<IqlName, Row[]> {
  const settings = { ...iqlModes[mode], ...changes }
  return {
    learner: 'iql',
    mode,
    networks: {
      value: 'linear',
      actor: 'tanh',
      logDeviation: 'linear',
      critic1: 'linear',
      critic2: 'linear',
      targetCritic1: 'linear',
      targetCritic2: 'linear',
    },
    sizes: { batch: settings.batch, hidden1: 20, hidden2: 18 },
    prepare: (data) => prepare(data, settings),
    draw: (draws, data) => draws.batch(data, { batch: settings.batch, withoutReplacement: false, endsTerminal: false }),
    tensorLosses: (rows, around) => tensorLosses(rows, around, settings),
    numberLosses: (rows, around) => numberLossesOfIql(rows, around, settings),
  }
}

function prepare(data: Transition[], { scaleRewards, normalise, actionMargin }: IqlSettings): Transition[] {
  const scale = scaleRewards ? 1000 / returnRange(data) : 1
  const bound = 1 - actionMargin
  const clipped = data.map((t) => ({
    ...t,
    a: t.a.map((value) => Math.min(bound, Math.max(-bound, value))),
    r: t.r * scale,
  }))
  return normalise ? normalised(clipped) : clipped
}

function tensorLosses(
  rows: Row[],
  { before, after }: Around<TensorNetwork, IqlName>,
  settings: IqlSettings,
): Loss<tf.Scalar, IqlName>[] {
  const { s, a, r, next, d } = batchTensors(rows)
  const targetQ = tf.minimum<tf.Tensor2D>(before.targetCritic1.of(s, a), before.targetCritic2.of(s, a))

  // L(u) = tau u^2 for u > 0 and (1 - tau) u^2 below
  const value = () => {
    const u = tf.sub(targetQ, before.value.of(s))
    const above = tf.mul(settings.expectile, tf.square(tf.relu(u)))
    const below = tf.mul(1 - settings.expectile, tf.square(tf.relu(tf.neg(u))))
    return tf.mean<tf.Scalar>(tf.add(above, below))
  }

  const advantage = tf.sub(targetQ, after.value.of(s))
  const weight = tf.minimum(tf.exp(tf.mul(settings.temperature, advantage)), settings.weightClip)
  const actor = () => {
    const { logDeviationLow, logDeviationHigh } = settings
    const logDeviation = tf.clipByValue(before.logDeviation.numbers, logDeviationLow, logDeviationHigh)
    const logProbability = tf.sum(logDensity(a, before.actor.of(s), logDeviation), 1, true)
    return tf.neg<tf.Scalar>(tf.mean(tf.mul(weight, logProbability)))
  }

  const y = backup(r, d, after.value.of(next), settings.discount)
  const critic = () =>
    tf.add<tf.Scalar>(
      tf.losses.meanSquaredError(y, before.critic1.of(s, a)),
      tf.losses.meanSquaredError(y, before.critic2.of(s, a)),
    )
  return [
    { name: 'value', trains: ['value'], value },
    { name: 'actor', trains: ['actor', 'logDeviation'], value: actor },
    { name: 'critic', trains: ['critic1', 'critic2'], value: critic },
  ]
}
