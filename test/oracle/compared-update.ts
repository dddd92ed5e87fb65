import type { PolicyLayer } from '../../src/main/platform/native-policy.ts'
import type { Dataset } from './dataset.ts'
import { Draws } from './draw.ts'
import { differences, differentiate, joined } from './gradients.ts'
import type { LossesAndGradients } from './gradients.ts'
import { nativeUpdate } from './native-update.ts'
import type { NativeUpdate, Weights } from './native-update.ts'
import { NumberNetwork } from './numbers/network.ts'
import type { Oracle } from './oracle.ts'
import { TensorNetwork } from './tensor-network.ts'

/** Of every compared run. */
export const seed = 7

/** One native update, and what any oracle of that learner says about it. */
export class ComparedUpdate<Name extends string, Draw> {
  readonly native: NativeUpdate
  readonly #dataset: Dataset
  readonly #update: number

  constructor(dataset: Dataset, update: number, made: NativeUpdate) {
    this.native = made
    this.#dataset = dataset
    this.#update = update
  }

  static async make<Name extends string, Draw>(
    dataset: Dataset,
    { learner, mode, sizes, task }: Oracle<Name, Draw>,
    update: number,
    settings: Record<string, number> = {},
  ): Promise<ComparedUpdate<Name, Draw>> {
    const run = { learner, mode, settings: { ...sizes, ...settings }, seed, replay: dataset.replay, ...task }
    return new ComparedUpdate(dataset, update, await nativeUpdate(run, update))
  }

  get losses(): LossesAndGradients {
    const gradients = Object.entries(this.native.gradients).map(([name, layers]) => [name, numbersOf(layers)] as const)
    return { losses: this.native.losses, gradients: Object.fromEntries(gradients) }
  }

  tensorLosses(oracle: Oracle<Name, Draw>): LossesAndGradients {
    const before = networks(oracle, this.native.before, TensorNetwork)
    const around = { before, after: networks(oracle, this.native.after, TensorNetwork) }
    const found = differentiate(oracle.tensorLosses(this.#drawn(oracle), around), before)
    return oracle.finish?.(found) ?? found
  }

  numberLosses(oracle: Oracle<Name, Draw>): LossesAndGradients {
    const before = networks(oracle, this.native.before, NumberNetwork)
    const around = { before, after: networks(oracle, this.native.after, NumberNetwork) }
    const found = differences(oracle.numberLosses(this.#drawn(oracle), around), before)
    return oracle.finish?.(found) ?? found
  }

  #drawn(oracle: Oracle<Name, Draw>): Draw {
    const draws = new Draws(seed)
    const data = oracle.prepare(this.#dataset.data)
    let drawn = oracle.draw(draws, data, 1)
    for (let update = 2; update <= this.#update; update++) drawn = oracle.draw(draws, data, update)
    return drawn
  }
}

/** A network's numbers in the order of TensorNetwork.variables. */
export function numbersOf(layers: PolicyLayer[]): Float64Array {
  return joined(layers.flatMap(({ weight, bias }) => [weight, bias]))
}

function networks<Name extends string, Network>(
  oracle: Oracle<Name, unknown>,
  weights: Weights,
  network: new (layers: PolicyLayer[]) => Network,
): Record<Name, Network> {
  const made = (Object.keys(oracle.networks) as Name[]).map((name) => {
    const layers = weights[name]
    if (!layers)
      throw new Error(`The native ${oracle.learner} has no network ${name}, but ${Object.keys(weights).join(', ')}.`)
    const activations = layers.map((_, l) => (l + 1 < layers.length ? 'relu' : oracle.networks[name]))
    return [
      name,
      new network(layers.map((layer, l) => ({ ...layer, activation: activations[l] ?? 'linear' }))),
    ] as const
  })
  return Object.fromEntries(made) as Record<Name, Network>
}
