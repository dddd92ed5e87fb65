import * as tf from '@tensorflow/tfjs'
import { actions, normalised } from './dataset.ts'
import type { Transition } from './dataset.ts'
import type { Draws, Row } from './draw.ts'
import { logProbabilityOf, sampleSquashed } from './gaussian.ts'
import { numberLossesOfCql } from './numbers/cql.ts'
import type { Mode, Loss, Oracle } from './oracle.ts'
import { alphaLoss } from './sac.ts'
import { backup, batchTensors, repeatRows } from './tensor-network.ts'
import type { TensorNetwork } from './tensor-network.ts'

export type CqlName = 'actor' | 'logAlpha' | 'logMultiplier' | 'critic1' | 'critic2' | 'targetCritic1' | 'targetCritic2'

export interface CqlSettings {
  batch: number
  discount: number
  penaltyWeight: number
  penaltyTemperature: number
  /** Actions of each of three kinds per state. */
  penaltySamples: number
  /** The weighted penalty that a learned multiplier aims at; undefined without a multiplier. */
  lagrangeThreshold: number | undefined
  /** So many updates the actor clones the dataset's actions. */
  cloningUpdates: number
  normalise: boolean
}

/** Kumar et al. 2020, CQL(H). */
const paper: CqlSettings = {
  batch: 12,
  discount: 0.99,
  penaltyWeight: 5,
  penaltyTemperature: 1,
  penaltySamples: 3,
  lagrangeThreshold: undefined,
  cloningUpdates: 40_000,
  normalise: false,
}

const cqlModes: Record<Mode, CqlSettings> = {
  published: paper,
  paper,
  modern: { ...paper, penaltyWeight: 10, cloningUpdates: 0, normalise: true },
}

export interface CqlDraw {
  batch: Row[]
  cloning: boolean
  /** N(0, 1): for a ~ pi(s), and a' ~ pi(s') of the backup [B, A]; for the penalty, at s and at s' [n B, A]. */
  noise: { actor: number[][]; backup: number[][]; penalty: number[][]; penaltyNext: number[][] }
  /** Actions U(-1, 1) of the penalty [n B, A]. */
  uniform: number[][]
}

export function cqlOracle(mode: Mode, changes: Partial<CqlSettings> = {}): Oracle<CqlName, CqlDraw> {
  const settings = { ...cqlModes[mode], ...changes }
  const networks: Partial<Oracle<CqlName, CqlDraw>['networks']> = {
    actor: 'linear',
    logAlpha: 'linear',
    critic1: 'linear',
    critic2: 'linear',
    targetCritic1: 'linear',
    targetCritic2: 'linear',
    ...(settings.lagrangeThreshold !== undefined && { logMultiplier: 'linear' }),
  }
  return {
    learner: 'cql',
    mode,
    networks: networks as Oracle<CqlName, CqlDraw>['networks'],
    sizes: { batch: settings.batch, hidden1: 20, hidden2: 18, hidden3: 16, penaltySamples: settings.penaltySamples },
    prepare: (data) => (settings.normalise ? normalised(data) : data),
    draw: (draws, data, update) => draw(draws, data, settings, update),
    tensorLosses: (drawn, { before }) => tensorLosses(drawn, before, settings),
    numberLosses: (drawn, { before }) => numberLossesOfCql(drawn, before, settings),
  }
}

function draw(draws: Draws, data: Transition[], settings: CqlSettings, update: number): CqlDraw {
  const { batch, penaltySamples: n } = settings
  const normals = (rows: number) => draws.normals('action', rows, actions)
  return {
    batch: draws.batch(data, { batch, withoutReplacement: false, endsTerminal: false }),
    cloning: update <= settings.cloningUpdates,
    noise: {
      actor: normals(batch),
      backup: normals(batch),
      penalty: normals(n * batch),
      penaltyNext: normals(n * batch),
    },
    uniform: draws.uniforms('uniform', n * batch, actions),
  }
}

type Networks = Record<CqlName, TensorNetwork>

/** Every loss sees the weights and alpha before the update. */
function tensorLosses(drawn: CqlDraw, before: Networks, settings: CqlSettings): Loss<tf.Scalar, CqlName>[] {
  const { s, a, r, next, d } = batchTensors(drawn.batch)
  const { critic1, critic2, targetCritic1, targetCritic2 } = before
  const alpha = Math.exp(before.logAlpha.numbers.dataSync()[0] as number)

  const { action: nextAction } = sampleSquashed(before.actor, next, drawn.noise.backup)
  const nextValue = tf.minimum<tf.Tensor2D>(targetCritic1.of(next, nextAction), targetCritic2.of(next, nextAction))
  const y = backup(r, d, nextValue, settings.discount)
  const others = otherActions(drawn, before.actor, settings)
  const threshold = settings.lagrangeThreshold
  const multiplier = () => tf.exp<tf.Tensor>(before.logMultiplier.numbers)
  const fixedMultiplier = threshold === undefined ? tf.scalar(1) : multiplier()
  const beyond = (critic: TensorNetwork, q: tf.Tensor2D) => tf.sub(penalty(critic, q, others, settings), threshold ?? 0)
  const criticLoss = (critic: TensorNetwork) => {
    const q = critic.of(s, a)
    return tf.add(tf.losses.meanSquaredError(y, q), tf.mul(fixedMultiplier, beyond(critic, q)))
  }

  const actor = () => {
    const { action, logProbability } = sampleSquashed(before.actor, s, drawn.noise.actor)
    const value = drawn.cloning
      ? logProbabilityOf(before.actor, s, tf.clipByValue(a, -1 + 1e-6, 1 - 1e-6))
      : tf.minimum(critic1.of(s, action), critic2.of(s, action))
    return tf.mean<tf.Scalar>(tf.sub(tf.mul(alpha, logProbability), value))
  }

  // It climbs the mean of both critics' penalties beyond the threshold.
  const bothBeyond = tf.add(beyond(critic1, critic1.of(s, a)), beyond(critic2, critic2.of(s, a)))
  const multiplierLoss: Loss<tf.Scalar, CqlName> = {
    name: undefined,
    trains: ['logMultiplier'],
    value: () => tf.sum<tf.Scalar>(tf.mul(multiplier(), tf.mul(-0.5, bothBeyond))),
  }

  const { logProbability } = sampleSquashed(before.actor, s, drawn.noise.actor)
  return [
    {
      name: 'critic',
      trains: ['critic1', 'critic2'],
      value: () => tf.sum<tf.Scalar>(tf.add(criticLoss(critic1), criticLoss(critic2))),
    },
    { name: 'actor', trains: ['actor'], value: actor },
    { name: 'logAlpha', trains: ['logAlpha'], value: () => alphaLoss(before.logAlpha, logProbability) },
    ...(threshold === undefined ? [] : [multiplierLoss]),
  ]
}

/** Actions at s that are not the dataset's, with the logarithm of the density that they were drawn from. */
interface OtherActions {
  s: tf.Tensor2D // [n B, S], the rows of one transition side by side
  kinds: { action: tf.Tensor2D; logDensity: tf.Tensor2D }[]
}

function otherActions(drawn: CqlDraw, policy: TensorNetwork, { penaltySamples }: CqlSettings): OtherActions {
  const { s, next } = batchTensors(drawn.batch)
  const repeated = repeatRows(s, penaltySamples)
  const atS = sampleSquashed(policy, repeated, drawn.noise.penalty)
  const atNext = sampleSquashed(policy, repeatRows(next, penaltySamples), drawn.noise.penaltyNext)
  const uniform = tf.tensor2d(drawn.uniform)
  const uniformDensity = tf.fill<tf.Rank.R2>([drawn.uniform.length, 1], actions * Math.log(0.5))
  return {
    s: repeated,
    kinds: [
      { action: uniform, logDensity: uniformDensity },
      { action: atS.action, logDensity: atS.logProbability },
      { action: atNext.action, logDensity: atNext.logProbability },
    ],
  }
}

/** weight mean_b [T logsumexp((Q(s, a_i) - log density_i) / T) - Q(s, a)] */
function penalty(critic: TensorNetwork, q: tf.Tensor2D, { s, kinds }: OtherActions, settings: CqlSettings): tf.Tensor {
  const entries = kinds.map(({ action, logDensity }) =>
    tf.reshape(tf.sub(critic.of(s, action), logDensity), [settings.batch, settings.penaltySamples]),
  )
  const t = settings.penaltyTemperature
  const soft = tf.mul(t, tf.logSumExp(tf.div(tf.concat(entries, 1), t), 1, true)) // [B, 1]
  return tf.mul(settings.penaltyWeight, tf.mean(tf.sub(soft, q)))
}
