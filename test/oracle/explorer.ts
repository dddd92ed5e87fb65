import * as tf from '@tensorflow/tfjs'
import type { PolicyLayer } from '../../src/main/platform/native-policy.ts'
import type { Draws, Row, SamplingRule } from './draw.ts'
import { average } from './dataset.ts'
import { NumberNetwork } from './numbers/network.ts'
import type { Loss, Mode, Oracle } from './oracle.ts'
import { sacOracle } from './sac.ts'
import type { SacDraw, SacName } from './sac.ts'
import type { TensorNetwork } from './tensor-network.ts'

/** A model that an explorer's agent is rewarded by. */
export interface RewardModel<Name extends string> {
  explorer: string
  networks: Record<Name, PolicyLayer['activation']>
  sizes: Record<string, number>
  tensorLosses(batch: Row[], networks: Record<Name, TensorNetwork>): Loss<tf.Scalar, Name>[]
  numberLosses(batch: Row[], networks: Record<Name, NumberNetwork>): Loss<number, Name>[]
  /** Of each transition of a mini-batch, in double precision. */
  rewards(batch: Row[], networks: Record<Name, NumberNetwork>): number[]
}

export interface ExplorerDraw {
  model: Row[]
  agent: SacDraw
}

/** Transitions that an explorer recalls before its first update: whole episodes of the dataset. */
export const recalled = 46

/**
 * An explorer that learns with SAC and a model: both losses, with the model's rewards in the agent's. `published` and
 * `paper` update the agent first and reward it by the model before its step, `modern` the other way round.
 */
export function explorerOracle<Name extends string>(
  model: RewardModel<Name>,
  mode: Mode,
): Oracle<SacName | Name, ExplorerDraw> {
  const published = mode === 'published'
  const agent = sacOracle(mode, { meanReward: false, normalise: false })
  const batch = agent.sizes['batch'] as number
  const rule: SamplingRule = { batch, withoutReplacement: published, endsTerminal: false }
  const rewarding = mode === 'modern' ? 'after' : 'before'
  return {
    learner: model.explorer,
    mode,
    networks: { ...agent.networks, ...model.networks },
    sizes: { ...agent.sizes, modelHidden: 16, ...model.sizes, warmUp: 0 },
    prepare: (data) => data,
    draw: (draws, data, update) => {
      const seen = data.slice(0, recalled + update)
      const drawn = agent.draw(draws, seen, update)
      // The model sees the agent's mini-batch, unless each of the agent's losses has its own.
      return { agent: drawn, model: published ? modelBatch(draws, seen, rule) : drawn.value.batch }
    },
    tensorLosses: (draw, around) => {
      const rewards = rewarded(draw.agent, (rows) => model.rewards(rows, inNumbers(around[rewarding], model)))
      return [
        ...agent.tensorLosses(rewards.drawn, around),
        ...model.tensorLosses(draw.model, around.before),
        { name: 'reward', trains: [], value: () => tf.scalar(rewards.mean) },
      ]
    },
    numberLosses: (draw, around) => {
      const rewards = rewarded(draw.agent, (rows) => model.rewards(rows, around[rewarding]))
      return [
        ...agent.numberLosses(rewards.drawn, around),
        ...model.numberLosses(draw.model, around.before),
        { name: 'reward', trains: [], value: () => rewards.mean },
      ]
    },
  }
}

function modelBatch(draws: Draws, seen: Parameters<Draws['batch']>[0], rule: SamplingRule): Row[] {
  return draws.batch(seen, rule, 'model batch')
}

/** The critics' mini-batches with their rewards, and the mean of the last. */
function rewarded(drawn: SacDraw, rewardsOf: (rows: Row[]) => number[]): { drawn: SacDraw; mean: number } {
  const withRewards = <Part extends { batch: Row[] }>(part: Part): Part => {
    const rewards = rewardsOf(part.batch)
    return { ...part, batch: part.batch.map((row, i) => ({ ...row, r: rewards[i] as number })) }
  }
  const critics: SacDraw['critics'] = [withRewards(drawn.critics[0]), withRewards(drawn.critics[1])]
  return { drawn: { ...drawn, critics }, mean: average(critics[1].batch.map(({ r }) => r)) }
}

function inNumbers<Name extends string>(
  networks: Record<Name, TensorNetwork>,
  model: RewardModel<Name>,
): Record<Name, NumberNetwork> {
  const made = (Object.keys(model.networks) as Name[]).map((name) => {
    const layers = networks[name].layers.map(({ weight, bias, activation }): PolicyLayer => {
      const [outputs, inputs] = weight?.shape ?? [bias.shape[0], 0]
      return {
        inputs,
        outputs,
        activation: activation as PolicyLayer['activation'],
        weight: (weight?.dataSync() ?? new Float32Array()) as Float32Array,
        bias: bias.dataSync() as Float32Array,
      }
    })
    return [name, new NumberNetwork(layers)] as const
  })
  return Object.fromEntries(made) as Record<Name, NumberNetwork>
}
