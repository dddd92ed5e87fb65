import type * as tf from '@tensorflow/tfjs'
import type { TrainingOptions } from '../../src/main/platform/native-learn.ts'
import { armModel } from '../../src/main/platform/arm-model.ts'
import type { PolicyLayer } from '../../src/main/platform/native-policy.ts'
import type { Transition } from './dataset.ts'
import type { Draws } from './draw.ts'
import type { LossesAndGradients } from './gradients.ts'
import type { NumberNetwork } from './numbers/network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type Mode = 'published' | 'paper' | 'modern'

/** One loss of one update. Called again, `value` gives the loss of the weights that the networks have then. */
export interface Loss<Value, Name extends string = string> {
  /** Undefined where the native side reports the gradient alone. */
  name: string | undefined
  /** The networks that the loss's gradient trains; everything else is a constant. None for what is told alone. */
  trains: Name[]
  value: () => Value
}

/** Weights before the update, and after it: for losses that see a network after its step of the same update. */
export interface Around<Network, Name extends string> {
  before: Record<Name, Network>
  after: Record<Name, Network>
}

/** A learner's losses, for TF.js and in double precision; `Draw` is what one update draws at random. */
export interface Oracle<Name extends string, Draw> {
  learner: string
  mode: Mode
  /** Every network, with the activation of its output; hidden layers are ReLU. */
  networks: Record<Name, PolicyLayer['activation']>
  /** Small batches and networks, as native settings. */
  sizes: Record<string, number>
  /** What else the native learner is told. */
  task?: Pick<TrainingOptions, 'reach'>
  /** The dataset as the learner sees it. */
  prepare(data: Transition[]): Transition[]
  /** What update number `update` (from 1) draws. */
  draw(draws: Draws, data: Transition[], update: number): Draw
  tensorLosses(draw: Draw, around: Around<TensorNetwork, Name>): Loss<tf.Scalar, Name>[]
  numberLosses(draw: Draw, around: Around<NumberNetwork, Name>): Loss<number, Name>[]
  /** What the method makes of the gradients before it steps. */
  finish?(found: LossesAndGradients): LossesAndGradients
}

/** The same learner for any point, on data whose observations end with the tool tip. */
export function toAnyPoint<Name extends string, Draw>(oracle: Oracle<Name, Draw>): Oracle<Name, Draw> {
  return {
    ...oracle,
    task: { reach: { goal: null, model: armModel() } },
    draw: (draws, data, update) => {
      draws.aims = true
      return oracle.draw(draws, data, update)
    },
  }
}
