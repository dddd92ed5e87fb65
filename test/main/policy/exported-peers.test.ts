import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { PolicyParts } from '../../../src/main/platform/native-policy.ts'
import { exportPolicy } from '../../../src/main/policy/exchange/export-policy.ts'
import { writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { RandomStream } from '../../native/learn/random-stream.ts'
import { actorParts, bcqParts, drawsOf, noisyParts, policySheet } from './synthetic-policy.ts'

/** Exported files as other programs read them: their actions are those of the native policy. */

tf.enableProdMode()

const TOLERANCE = 1e-5

const observations = Array.from({ length: 40 }, (_, step) =>
  Float32Array.from({ length: 14 }, (_, i) => Math.fround(2 * Math.sin(step + 3 * i))),
)

function exported(parts: PolicyParts, format: 'onnx' | 'tfjs'): string {
  const folder = temporaryFolder()
  writePolicy(join(folder, 'policy'), policySheet(parts), parts)
  const out = join(folder, format === 'onnx' ? 'policy.onnx' : 'model')
  exportPolicy(join(folder, 'policy'), format, out)
  return out
}

/** The native actions, and the noise that each of them drew. */
function nativeActions(parts: PolicyParts, seed: number): { action: Float32Array; noise: Float32Array }[] {
  const policy = new native.Policy(parts)
  policy.reset(seed)
  const stream = new RandomStream(seed, 'policy')
  return observations.map((observation) => {
    const action = new Float32Array(7)
    policy.act(observation, action)
    return { action, noise: Float32Array.from(stream.normals(drawsOf(parts))) }
  })
}

/** As a program in a browser loads it: from the text of model.json and the bytes of its weights. */
function loadInTensorflow(folder: string): Promise<tf.LayersModel> {
  const model = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON
  const weights = new Uint8Array(readFileSync(join(folder, 'weights.bin'))).buffer
  const load = () =>
    tf.io.getModelArtifactsForJSON(model, (manifest) => Promise.resolve([manifest.flatMap((g) => g.weights), weights]))
  return tf.loadLayersModel({ load })
}

function expectClose(actual: ArrayLike<number>, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length)
  expected.forEach((value, i) => expect(Math.abs((actual[i] ?? NaN) - value)).toBeLessThan(TOLERANCE))
}

describe('a deterministic policy', () => {
  const expected = nativeActions(actorParts(), 0)

  test('acts the same in ONNX Runtime, one by one and in a batch', async () => {
    const session = await InferenceSession.create(exported(actorParts(), 'onnx'))
    expect([session.inputNames, session.outputNames]).toEqual([['observation'], ['action']])
    for (const [i, observation] of observations.entries()) {
      const { action } = await session.run({ observation: new Tensor('float32', observation, [1, 14]) })
      expectClose(action?.data as Float32Array, expected[i]?.action ?? new Float32Array())
    }
    const all = Float32Array.from(observations.flatMap((each) => [...each]))
    const { action } = await session.run({ observation: new Tensor('float32', all, [observations.length, 14]) })
    expect(action?.dims).toEqual([observations.length, 7])
    expectClose(action?.data as Float32Array, Float32Array.from(expected.flatMap((each) => [...each.action])))
  })

  test('acts the same in TensorFlow.js', async () => {
    const model = await loadInTensorflow(exported(actorParts(), 'tfjs'))
    const output = model.predict(tf.tensor2d(observations.map((each) => [...each]))) as tf.Tensor
    expectClose(output.dataSync(), Float32Array.from(expected.flatMap((each) => [...each.action])))
  })
})

describe('a policy with noise on its actions', () => {
  const expected = nativeActions(noisyParts(), 9)
  const noise = Float32Array.from(expected.flatMap((each) => [...each.noise]))
  const actions = Float32Array.from(expected.flatMap((each) => [...each.action]))
  const all = Float32Array.from(observations.flatMap((each) => [...each]))

  test('draws, and is clipped now and then', () => {
    expect(actions.filter((value) => Math.abs(value) === 1).length).toBeGreaterThan(3)
    expect(actions).not.toEqual(Float32Array.from(nativeActions(actorParts(), 0).flatMap((each) => [...each.action])))
  })

  test('acts the same in ONNX Runtime, given the same noise', async () => {
    const session = await InferenceSession.create(exported(noisyParts(), 'onnx'))
    const { action } = await session.run({
      observation: new Tensor('float32', all, [observations.length, 14]),
      noise: new Tensor('float32', noise, [observations.length, 7]),
    })
    expectClose(action?.data as Float32Array, actions)
  })

  test('acts the same in TensorFlow.js, given the same noise', async () => {
    const model = await loadInTensorflow(exported(noisyParts(), 'tfjs'))
    const shape = [observations.length, 7] as [number, number]
    const output = model.predict([tf.tensor2d(all, [observations.length, 14]), tf.tensor2d(noise, shape)]) as tf.Tensor
    expectClose(output.dataSync(), actions)
  })
})

describe.each([false, true])('a BCQ policy, perturbing the winner again: %s', (perturbsWinner) => {
  const parts = bcqParts(perturbsWinner)
  const expected = nativeActions(parts, 5)

  test('acts the same in ONNX Runtime, given the same noise', async () => {
    const session = await InferenceSession.create(exported(parts, 'onnx'))
    expect([session.inputNames, session.outputNames]).toEqual([['observation', 'noise'], ['action']])
    for (const [i, { action: wanted, noise }] of expected.entries()) {
      const { action } = await session.run({
        observation: new Tensor('float32', observations[i] ?? new Float32Array(), [1, 14]),
        noise: new Tensor('float32', noise, [10, 6]),
      })
      expect(action?.dims).toEqual([1, 7])
      expectClose(action?.data as Float32Array, wanted)
    }
  })

  test('acts the same in TensorFlow.js: its action is the candidate of the largest value', async () => {
    const model = await loadInTensorflow(exported(parts, 'tfjs'))
    expect(model.inputNames).toEqual(['observation', 'noise'])
    for (const [i, { action: wanted, noise }] of expected.entries()) {
      const observation = tf.tensor2d(observations[i] ?? new Float32Array(), [1, 14]).tile([10, 1])
      const [candidates, values] = model.predict([observation, tf.tensor2d(noise, [10, 6])]) as tf.Tensor[]
      const best = (values as tf.Tensor).reshape([10]).argMax().dataSync()[0] ?? NaN
      expectClose((candidates as tf.Tensor2D).slice([best, 0], [1, 7]).dataSync(), wanted)
    }
  })
})
