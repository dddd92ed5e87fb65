import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'

/** A multilayer perceptron in double precision, one input vector at a time. */
export class NumberNetwork {
  readonly layers: { weight: Float64Array; bias: Float64Array; activation: string }[]

  constructor(layers: PolicyLayer[]) {
    this.layers = layers.map(({ weight, bias, activation }) => ({
      weight: Float64Array.from(weight), // [outputs, inputs]
      bias: Float64Array.from(bias),
      activation,
    }))
  }

  /** All numbers, in the order of TensorNetwork.variables. */
  get variables(): Float64Array[] {
    return this.layers.flatMap(({ weight, bias }) => (weight.length > 0 ? [weight, bias] : [bias]))
  }

  /** The numbers of a network without inputs. */
  get numbers(): number[] {
    return [...(this.layers[0]?.bias ?? [])]
  }

  of(...inputs: number[][]): number[] {
    let x = inputs.flat()
    for (const { weight, bias, activation } of this.layers) {
      const y: number[] = []
      for (let o = 0, at = 0; o < bias.length; o++) {
        let sum = bias[o] as number
        for (const value of x) sum += value * (weight[at++] as number)
        y.push(activation === 'relu' ? Math.max(0, sum) : activation === 'tanh' ? Math.tanh(sum) : sum)
      }
      x = y
    }
    return x
  }

  /** The first output. */
  value(...inputs: number[][]): number {
    return this.of(...inputs)[0] as number
  }
}

export const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
export const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
