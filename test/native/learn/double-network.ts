import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import type { RandomStream } from './random-stream.ts'

type Activation = PolicyLayer['activation']

/** A multilayer perceptron in double precision with gradients and Adam, written for reading, not for speed. */
export class DoubleNetwork {
  /** All parameters, layer by layer: per output its weights, then its bias. */
  parameters: number[] = []
  gradient: number[] = []
  #first: number[] = []
  #second: number[] = []
  #steps = 0
  readonly sizes: number[]
  readonly output: Activation

  constructor(sizes: number[], output: Activation) {
    this.sizes = sizes
    this.output = output
  }

  initialize(random: RandomStream): void {
    for (let l = 0; l + 1 < this.sizes.length; l++) {
      const inputs = this.sizes[l] as number
      const bound = Math.fround(1 / Math.sqrt(inputs))
      for (let n = 0; n < (this.sizes[l + 1] as number) * (inputs + 1); n++) this.parameters.push(random.uniform(-bound, bound))
    }
    this.zero()
    this.#first = this.gradient.slice()
    this.#second = this.gradient.slice()
  }

  copyOf(): DoubleNetwork {
    const copy = new DoubleNetwork(this.sizes, this.output)
    copy.parameters = this.parameters.slice()
    copy.zero()
    return copy
  }

  zero(): void {
    this.gradient = this.parameters.map(() => 0)
  }

  /** Values of every layer, the input first. */
  forward(input: number[]): number[][] {
    const values = [input]
    let at = 0
    for (let l = 0; l + 1 < this.sizes.length; l++) {
      const x = values[l] as number[]
      const activation = l + 2 === this.sizes.length ? this.output : 'relu'
      const y: number[] = []
      for (let o = 0; o < (this.sizes[l + 1] as number); o++) {
        let sum = this.parameters[at + x.length] as number
        x.forEach((value, i) => (sum += (this.parameters[at + i] as number) * value))
        at += x.length + 1
        y.push(activation === 'relu' ? Math.max(0, sum) : activation === 'tanh' ? Math.tanh(sum) : sum)
      }
      values.push(y)
    }
    return values
  }

  out(input: number[]): number[] {
    return this.forward(input).at(-1) as number[]
  }

  /** Adds to `gradient` for the gradient `dOut` of the output, and returns the gradient of the input. */
  backward(values: number[][], dOut: number[]): number[] {
    let dy = dOut
    let end = this.parameters.length
    for (let l = this.sizes.length - 2; l >= 0; l--) {
      const x = values[l] as number[]
      const y = values[l + 1] as number[]
      const activation = l + 2 === this.sizes.length ? this.output : 'relu'
      const start = end - y.length * (x.length + 1)
      const dx = x.map(() => 0)
      y.forEach((value, o) => {
        const slope = activation === 'relu' ? (value > 0 ? 1 : 0) : activation === 'tanh' ? 1 - value * value : 1
        const d = (dy[o] as number) * slope
        const at = start + o * (x.length + 1)
        x.forEach((input, i) => {
          this.gradient[at + i] = (this.gradient[at + i] as number) + d * input
          dx[i] = (dx[i] as number) + d * (this.parameters[at + i] as number)
        })
        this.gradient[at + x.length] = (this.gradient[at + x.length] as number) + d
      })
      dy = dx
      end = start
    }
    return dy
  }

  /** Adam, algorithm 1 of Kingma and Ba 2015, then the gradient is zero again. */
  adam(rate: number): void {
    const t = ++this.#steps
    this.parameters = this.parameters.map((p, i) => {
      const g = this.gradient[i] as number
      const m = (this.#first[i] = 0.9 * (this.#first[i] as number) + 0.1 * g)
      const v = (this.#second[i] = 0.999 * (this.#second[i] as number) + 0.001 * g * g)
      return p - (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
    })
    this.zero()
  }

  /** Moves towards `source`. */
  average(source: DoubleNetwork, rate: number): void {
    this.parameters = this.parameters.map((p, i) => rate * (source.parameters[i] as number) + (1 - rate) * p)
  }
}

/** The parameters of native layers in the order of DoubleNetwork.parameters. */
export function flatParameters(layers: PolicyLayer[]): number[] {
  return layers.flatMap((layer) =>
    Array.from({ length: layer.outputs }, (_, o) => [
      ...layer.weight.subarray(o * layer.inputs, (o + 1) * layer.inputs),
      layer.bias[o] as number,
    ]).flat(),
  )
}
