import type { PolicyLayer } from '../../src/main/platform/native-policy.ts'
import { numbersOf } from './compared-update.ts'
import type { Weights } from './native-update.ts'

/** What a method does with its gradients. */
export interface StepRule {
  /** Learning rate of each trained network, or that of its step t (from 1). */
  rates: Record<string, number | ((t: number) => number)>
  /** Target network: the network it follows. */
  targets: Record<string, string>
  targetRate: number
}

/** Adam, algorithm 1 of Kingma and Ba 2015, in double precision: follows one network through its steps. */
export class AdamOracle {
  #first: number[] = []
  #second: number[] = []
  #t = 0

  /** The weights after a step from `weights` along `gradient`. */
  step(weights: Float64Array, gradient: Float64Array, rate: number | ((t: number) => number)): Float64Array {
    const t = ++this.#t
    const size = typeof rate === 'number' ? rate : rate(t)
    return weights.map((w, i) => {
      const g = gradient[i] as number
      const m = (this.#first[i] = 0.9 * (this.#first[i] ?? 0) + 0.1 * g)
      const v = (this.#second[i] = 0.999 * (this.#second[i] ?? 0) + 0.001 * g * g)
      return w - (size * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
    })
  }
}

/** target + rate (source - target) */
export function followed(target: PolicyLayer[], source: PolicyLayer[], rate: number): Float64Array {
  const towards = numbersOf(source)
  return numbersOf(target).map((value, i) => value + rate * ((towards[i] as number) - value))
}

/** Largest difference between numbers of a network and what they should be. */
export function farthest(weights: Weights, name: string, expected: Float64Array): number {
  return numbersOf(weights[name] ?? []).reduce((worst, value, i) => {
    const difference = Math.abs(value - (expected[i] as number))
    return difference > worst || Number.isNaN(difference) ? difference : worst
  }, 0)
}
