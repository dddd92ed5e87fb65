import { afterAll, describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import { randomFloats } from './random-floats.ts'

type Activation = PolicyLayer['activation']

/** Rows, inputs, outputs: single elements, tile and panel edges, one more and one less, and the sizes of TD3. */
const shapes: [number, number, number][] = [
  [1, 1, 1],
  [1, 17, 6],
  [5, 15, 17],
  [6, 16, 16],
  [7, 17, 15],
  [12, 33, 31],
  [13, 47, 64],
  [100, 23, 40],
  [100, 30, 1],
  [101, 300, 6],
]

/** The layer and its gradients in double precision, straight from the definition. */
function reference(batch: number, layer: PolicyLayer, mask: Activation, x: Float32Array, dy: Float32Array) {
  const { inputs, outputs } = layer
  const at = (values: ArrayLike<number>, i: number) => values[i] as number
  const y = new Float64Array(batch * outputs)
  const dx = new Float64Array(batch * inputs)
  const weight = new Float64Array(outputs * inputs)
  const bias = new Float64Array(outputs)
  for (let r = 0; r < batch; r++)
    for (let o = 0; o < outputs; o++) {
      const gradient = at(dy, r * outputs + o)
      let sum = at(layer.bias, o)
      for (let i = 0; i < inputs; i++) {
        const input = at(x, r * inputs + i)
        const w = at(layer.weight, o * inputs + i)
        const slope = mask === 'relu' ? (input > 0 ? 1 : 0) : mask === 'tanh' ? 1 - input * input : 1
        sum += w * input
        dx[r * inputs + i] = at(dx, r * inputs + i) + gradient * w * slope
        weight[o * inputs + i] = at(weight, o * inputs + i) + gradient * input
      }
      bias[o] = at(bias, o) + gradient
      y[r * outputs + o] = layer.activation === 'relu' ? Math.max(0, sum) : layer.activation === 'tanh' ? Math.tanh(sum) : sum
    }
  return { y, dx, weight, bias }
}

function largestError(actual: Float32Array, expected: Float64Array): number {
  expect(actual.length).toBe(expected.length)
  return expected.reduce((worst, value, i) => Math.max(worst, Math.abs((actual[i] as number) - value)), 0)
}

describe.each(native.cpuFeatures())('kernels for %s', (name) => {
  afterAll(() => native.selectKernels(native.cpuFeatures().at(-1) as string))

  test.each(shapes)('batch %i, %i inputs, %i outputs agree with double precision', (batch, inputs, outputs) => {
    native.selectKernels(name)
    for (const [activation, mask] of [['linear', 'linear'], ['relu', 'relu'], ['tanh', 'tanh']] as [Activation, Activation][]) {
      const scale = 1 / Math.sqrt(inputs)
      const layer: PolicyLayer = {
        inputs,
        outputs,
        activation,
        weight: randomFloats(inputs * outputs, 1, scale),
        bias: randomFloats(outputs, 2, scale),
      }
      const x = randomFloats(batch * inputs, 3, 1)
      const dy = randomFloats(batch * outputs, 4, 1)
      const expected = reference(batch, layer, mask, x, dy)
      const actual = native.denseLayer({ batch, mask, units: 0 }, layer, x, dy)
      expect(largestError(actual.y, expected.y)).toBeLessThan(4e-6)
      expect(largestError(actual.dx, expected.dx)).toBeLessThan(1e-5 * Math.sqrt(outputs))
      expect(largestError(actual.weight, expected.weight)).toBeLessThan(3e-6 * batch)
      expect(largestError(actual.bias, expected.bias)).toBeLessThan(3e-6 * batch)
      // cut into any pieces, the result is the same to the last bit
      expect(native.denseLayer({ batch, mask, units: 1 }, layer, x, dy)).toEqual(actual)
      expect(native.denseLayer({ batch, mask, units: 7 }, layer, x, dy)).toEqual(actual)
    }
  })
})

test('a NaN passes a ReLU, so that a divergence is seen', () => {
  for (const name of native.cpuFeatures()) {
    native.selectKernels(name)
    const layer: PolicyLayer = {
      inputs: 1,
      outputs: 1,
      activation: 'relu',
      weight: Float32Array.of(1),
      bias: Float32Array.of(0),
    }
    const result = native.denseLayer({ batch: 1, mask: 'linear', units: 0 }, layer, Float32Array.of(NaN), Float32Array.of(0))
    expect(result.y[0]).toBeNaN()
  }
})

test('unknown kernels are refused', () => {
  expect(() => native.selectKernels('abacus')).toThrow('This processor has no kernels "abacus".')
})
