import { afterEach, describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { flatParameters } from '../learn/double-network.ts'
import { RandomStream } from '../learn/random-stream.ts'
import { DoubleRollout } from './double-rollout.ts'
import { randomFloats } from './random-floats.ts'
import { relativeError, slopes } from './slopes.ts'
import { probe } from './tape-probe.ts'
import type { RolloutOptions } from './tape-probe.ts'

const separate: RolloutOptions = {
  rows: 5,
  states: 5,
  actions: 2,
  steps: 10,
  hidden1: 11,
  hidden2: 9,
  discount: 0.8,
  entropyWeight: 0.05,
  twoHeaded: false,
  threads: 1,
  timed: 0,
  spread: 'softplus',
  low: 1e-3,
  high: 0,
  epsilon: 0,
  densityWeight: 1,
  squashWeight: 1,
}
const twoHeaded: RolloutOptions = { ...separate, twoHeaded: true, spread: 'clampedLog', low: -20, high: 2 }

function inputsOf(options: RolloutOptions): [start: Float32Array, noise: Float32Array] {
  const normals = new RandomStream(3, 'noise').normals(options.steps * options.rows * options.actions)
  return [randomFloats(options.rows * options.states, 1, 1), Float32Array.from(normals)]
}

afterEach(() => native.selectKernels(native.cpuFeatures().at(-1) as string))

describe('the policy gradient through a roll-out of learned models', () => {
  const cases: [string, RolloutOptions][] = [
    ['mean and deviation in two networks', separate],
    ['mean and deviation in one network', twoHeaded],
    ['the published weights of the log-probability', { ...separate, squashWeight: 2 }],
    ['one step', { ...separate, steps: 1 }],
    ['50 steps, undamped', { ...separate, rows: 2, steps: 50, hidden1: 7, hidden2: 6, discount: 1.2 }],
    ['a whole panel and more', { ...twoHeaded, states: 17, actions: 6, hidden1: 18, hidden2: 7, rows: 5, steps: 3 }],
  ]
  test.each(cases)('%s', (_, options) => {
    const inputs = inputsOf(options)
    const double = new DoubleRollout(options, probe.rollout(options, ...inputs), ...inputs)
    const loss = double.loss()
    const trained: ('mean' | 'spread')[] = options.twoHeaded ? ['mean'] : ['mean', 'spread']
    const expected = trained.map((name) => slopes(double.networks[name].parameters, () => double.loss(), 1e-6))
    for (const gradient of expected) {
      expect(gradient.filter((slope) => slope !== 0).length).toBeGreaterThan(gradient.length / 3)
    }
    for (const kernels of native.cpuFeatures()) {
      native.selectKernels(kernels)
      const result = probe.rollout(options, ...inputs)
      expect(relativeError([result.loss], [loss])).toBeLessThan(2e-5)
      expect(Object.keys(result.gradients)).toEqual(trained)
      trained.forEach((name, i) => {
        expect(relativeError(flatParameters(result.gradients[name] ?? []), expected[i] ?? []), name).toBeLessThan(1e-4)
      })
    }
  })

  test('many rows, which go through the networks in blocks, count as few', () => {
    const copies = 23
    const few = { ...twoHeaded, rows: 100, states: 17, hidden1: 40, hidden2: 30, steps: 3 }
    const [start, noise] = inputsOf(few)
    const repeated = (values: Float32Array, parts: number) => {
      const size = values.length / parts
      const copied = Array.from({ length: parts * copies }, (_, i) => {
        const part = Math.floor(i / copies)
        return [...values.subarray(part * size, (part + 1) * size)]
      })
      return Float32Array.from(copied.flat())
    }
    const expected = probe.rollout(few, start, noise)
    for (const threads of [1, 2]) {
      const many = { ...few, rows: few.rows * copies, threads }
      const actual = probe.rollout(many, repeated(start, 1), repeated(noise, few.steps))
      expect(relativeError([actual.loss], [expected.loss])).toBeLessThan(1e-6)
      const gradient = flatParameters(actual.gradients['mean'] ?? [])
      expect(relativeError(gradient, flatParameters(expected.gradients['mean'] ?? []))).toBeLessThan(1e-5)
    }
  })

  test('two threads give the same to the last bit', () => {
    const options = { ...separate, rows: 64, hidden1: 60, hidden2: 80 }
    const inputs = inputsOf(options)
    expect(probe.rollout({ ...options, threads: 2 }, ...inputs)).toEqual(probe.rollout(options, ...inputs))
  })
})
