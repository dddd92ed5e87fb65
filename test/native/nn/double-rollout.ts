import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import { DoubleNetwork, flatParameters } from '../learn/double-network.ts'
import { logProbability, unsquashed } from './double-squashed-gaussian.ts'
import type { RolloutOptions, RolloutResult } from './tape-probe.ts'

/**
 * A policy carried through learned models, in double precision and one start state at a time:
 * x' = x + f1(x, a), loss = -mean sum w (D - alpha log pi) / H, D = mean (f1 - f2)^2 / 2, w' = w gamma (1 - sigmoid(done)).
 */
export class DoubleRollout {
  readonly networks: Record<keyof RolloutResult['networks'], DoubleNetwork>
  readonly #options: RolloutOptions
  readonly #start: Float32Array
  readonly #noise: Float32Array

  constructor(options: RolloutOptions, result: RolloutResult, start: Float32Array, noise: Float32Array) {
    const { mean, spread, model1, model2, done } = result.networks
    this.networks = {
      mean: doubled(mean),
      spread: doubled(spread),
      model1: doubled(model1),
      model2: doubled(model2),
      done: doubled(done),
    }
    this.#options = options
    this.#start = start
    this.#noise = noise
  }

  loss(): number {
    const { rows } = this.#options
    let sum = 0
    for (let r = 0; r < rows; r++) sum += this.#worth(r)
    return -sum / rows / this.#options.steps
  }

  #worth(r: number): number {
    const { rows, states, actions, steps, discount, entropyWeight, twoHeaded } = this.#options
    const { mean, spread, model1, model2, done } = this.networks
    let x = Array.from(this.#start.subarray(r * states, (r + 1) * states))
    let weight = 1
    let sum = 0
    for (let t = 0; t < steps; t++) {
      const head = mean.out(x)
      const mu = head.slice(0, actions)
      const x2 = twoHeaded ? head.slice(actions) : spread.out(x)
      const noise = Array.from(this.#noise.subarray((t * rows + r) * actions, (t * rows + r + 1) * actions))
      const u = unsquashed(this.#options, mu, x2, noise)
      const input = [...x, ...u.map(Math.tanh)]
      const f1 = model1.out(input)
      const f2 = model2.out(input)
      const distance = f1.reduce((all, value, c) => all + (value - (f2[c] as number)) ** 2, 0) / states / 2
      sum += weight * (distance - entropyWeight * logProbability(this.#options, mu, x2, u))
      weight *= discount / (1 + Math.exp(done.out(input)[0] as number))
      x = x.map((value, c) => value + (f1[c] as number))
    }
    return sum
  }
}

function doubled(layers: PolicyLayer[]): DoubleNetwork {
  const sizes = [layers[0]?.inputs ?? 0, ...layers.map((layer) => layer.outputs)]
  const network = new DoubleNetwork(sizes, layers.at(-1)?.activation ?? 'linear')
  network.parameters = flatParameters(layers)
  return network
}
