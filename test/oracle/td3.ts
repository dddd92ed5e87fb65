import * as tf from '@tensorflow/tfjs'
import { actions, normalised } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws, Row } from './draw.ts'
import { numberLossesOfTd3 } from './numbers/td3.ts'
import type { TrainingOptions } from '../../src/main/platform/native-learn.ts'
import type { Around, Loss, Mode, Oracle } from './oracle.ts'
import { backup, batchTensors, crossedBackup, squaredError } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type Td3Name = 'actor' | 'targetActor' | 'critic1' | 'critic2' | 'targetCritic1' | 'targetCritic2'

export interface Td3Settings {
  batch: number
  discount: number
  smoothing: number
  smoothingClip: number
  policyDelay: number
  /** The first actor update waits a whole delay; otherwise it is in update 1. */
  lateStart: boolean
  separateBatches: boolean
  withoutReplacement: boolean
  /** Row 8: one noise vector for the whole batch. */
  sharedNoise: boolean
  /** Row 8: the next action comes from the online actor. */
  onlineTargetActor: boolean
  /** Row 18: every end of an episode is a terminal. */
  endsTerminal: boolean
  /** Row 2: with a reach task, the rewards and ends of the whole mini-batch meet each value. */
  meanReward: boolean
  reach: TrainingOptions['reach']
  normalise: boolean
  /** Alpha of TD3+BC; 0 for TD3. */
  valueWeight: number
}

/** Fujimoto et al. 2018 as they released it. */
const paper: Td3Settings = {
  batch: 12,
  discount: 0.99,
  smoothing: 0.2,
  smoothingClip: 0.5,
  policyDelay: 2,
  lateStart: false,
  separateBatches: false,
  withoutReplacement: false,
  sharedNoise: false,
  onlineTargetActor: false,
  endsTerminal: false,
  meanReward: false,
  reach: undefined,
  normalise: false,
  valueWeight: 0,
}

const td3Modes: Record<Mode, Td3Settings> = {
  published: {
    ...paper,
    smoothing: 0.1,
    smoothingClip: 1,
    policyDelay: 1,
    separateBatches: true,
    withoutReplacement: true,
    sharedNoise: true,
    onlineTargetActor: true,
    endsTerminal: true,
    meanReward: true,
  },
  paper,
  modern: { ...paper, lateStart: true, normalise: true },
}

/** Fujimoto and Gu 2021; the same in every mode. */
const td3BcSettings: Td3Settings = { ...paper, lateStart: true, normalise: true, valueWeight: 2.5 }

export interface Td3Draw {
  /** For critic 1 and 2; noise is [B, A], or [1, A] when it is shared. */
  critics: [{ batch: Row[]; noise: number[][] }, { batch: Row[]; noise: number[][] }]
  /** Undefined in updates without the actor. */
  actor: Row[] | undefined
}

export function td3Oracle(mode: Mode, changes: Partial<Td3Settings> = {}): Oracle<Td3Name, Td3Draw> {
  return oracle('td3', mode, { ...td3Modes[mode], ...changes })
}

export function td3BcOracle(mode: Mode, changes: Partial<Td3Settings> = {}): Oracle<Td3Name, Td3Draw> {
  return oracle('td3_bc', mode, { ...td3BcSettings, ...changes })
}

function oracle(learner: string, mode: Mode, settings: Td3Settings): Oracle<Td3Name, Td3Draw> {
  return {
    learner,
    mode,
    networks: {
      actor: 'tanh',
      targetActor: 'tanh',
      critic1: 'linear',
      critic2: 'linear',
      targetCritic1: 'linear',
      targetCritic2: 'linear',
    },
    sizes: { batch: settings.batch, hidden1: 20, hidden2: 18 },
    ...(settings.reach && { task: { reach: settings.reach } }),
    prepare: (data) => (settings.normalise ? normalised(data) : data),
    draw: (draws, data, update) => draw(draws, data, settings, update),
    tensorLosses: (drawn, around) => tensorLosses(drawn, around, settings),
    numberLosses: (drawn, around) => numberLossesOfTd3(drawn, around, settings),
  }
}

function draw(draws: Draws, data: Transition[], settings: Td3Settings, update: number): Td3Draw {
  const one = () => ({
    batch: draws.batch(data, settings),
    noise: draws.normals('smoothing', settings.sharedNoise ? 1 : settings.batch, actions),
  })
  const first = one()
  const second = settings.separateBatches ? one() : first
  const due = (update - 1) % settings.policyDelay === (settings.lateStart ? settings.policyDelay - 1 : 0)
  if (!due) return { critics: [first, second], actor: undefined }
  return { critics: [first, second], actor: settings.separateBatches ? draws.batch(data, settings) : first.batch }
}

function tensorLosses(
  { critics, actor: actorRows }: Td3Draw,
  { before, after }: Around<TensorNetwork, Td3Name>,
  settings: Td3Settings,
): Loss<tf.Scalar, Td3Name>[] {
  const targets = critics.map(({ batch, noise }) => tf.tidy(() => target(batch, noise, before, settings)))
  const [batch1, batch2] = critics.map(({ batch }) => batchTensors(batch)) as [Batch, Batch]
  const critic: Loss<tf.Scalar, Td3Name> = {
    name: 'critic',
    trains: ['critic1', 'critic2'],
    value: () =>
      tf.add(
        squaredError(targets[0] as tf.Tensor2D, before.critic1.of(batch1.s, batch1.a)),
        squaredError(targets[1] as tf.Tensor2D, before.critic2.of(batch2.s, batch2.a)),
      ),
  }
  if (!actorRows) return [critic]

  const { s, a } = batchTensors(actorRows)
  const q = () => after.critic1.of(s, before.actor.of(s))
  const lambda = settings.valueWeight > 0 ? tf.div(settings.valueWeight, tf.mean(tf.abs(q()))) : tf.scalar(1) // a constant
  return [
    critic,
    {
      name: 'actor',
      trains: ['actor'],
      value: () => {
        const value = tf.neg<tf.Scalar>(tf.mul(lambda, tf.mean(q())))
        if (settings.valueWeight === 0) return value
        return tf.add(value, tf.mean(tf.square(tf.sub(before.actor.of(s), a))))
      },
    },
  ]
}

type Batch = ReturnType<typeof batchTensors>

/** r + discount (1 - d) min_k Q_k(s', clip(pi(s') + noise)) [B, 1] */
function target(rows: Row[], noise: number[][], before: Record<Td3Name, TensorNetwork>, settings: Td3Settings) {
  const { r, d, next } = batchTensors(rows)
  const mean = (settings.onlineTargetActor ? before.actor : before.targetActor).of(next)
  const clip = settings.smoothingClip
  const smoothing = tf.clipByValue(tf.mul(tf.tensor2d(noise), settings.smoothing), -clip, clip)
  const action = tf.clipByValue(tf.add<tf.Tensor2D>(mean, smoothing), -1, 1)
  const value = tf.minimum<tf.Tensor2D>(before.targetCritic1.of(next, action), before.targetCritic2.of(next, action))
  const crossed = settings.meanReward && settings.reach !== undefined
  return (crossed ? crossedBackup : backup)(r, d, value, settings.discount)
}
