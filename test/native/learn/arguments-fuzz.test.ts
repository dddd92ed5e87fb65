import { afterAll, describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { PolicyParts } from '../../../src/main/platform/native-policy.ts'
import { Mutations } from '../../main/policy/mutations.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { SHAPE, makeJob, makeReplay, smallSettings } from './jobs-under-test.ts'
import { trainToEnd } from './train-to-end.ts'

/** An array whose memory was taken away. */
function detached<T extends Float32Array | Uint8Array>(array: T): T {
  structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })
  return array
}

/** Takes away the memory of `array` while a property is read. */
function detaching(array: Float32Array, value: unknown): object {
  return {
    get weight() {
      return array
    },
    get bias() {
      if (array.byteLength > 0) detached(array)
      return value
    },
    inputs: 6,
    outputs: 2,
    activation: 'tanh',
  }
}

/** Fresh ones each time: some are spent by use. */
const junk = (): unknown[] => [
  undefined,
  null,
  true,
  ...[NaN, Infinity, -Infinity, -1, -0, 0, 0.5, 1, 7, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, 2 ** 64, 1e300, -1e300],
  ...['', 'td3', '7', 'x'.repeat(10_000), '\0', '\ud800'],
  Symbol('s'),
  10n ** 30n,
  [],
  [1, 2, 3],
  {},
  { length: 12 },
  () => 1,
  new Date(NaN),
  new Proxy({}, { get: () => { throw new Error('from a proxy') }, ownKeys: () => { throw new Error('from a proxy') } }),
  new Float32Array(0),
  new Float32Array(12),
  new Float32Array(306).fill(NaN),
  new Float64Array(12),
  new Uint8Array(12),
  new DataView(new ArrayBuffer(12)),
  new ArrayBuffer(48),
  new Float32Array(new SharedArrayBuffer(48)),
  new Float32Array(new ArrayBuffer(48, { maxByteLength: 96 })),
  detached(new Float32Array(12)),
  detached(new Uint8Array(12)),
  detaching(new Float32Array(12), new Float32Array(2)),
]

/** The call may succeed or throw an Error; it must not do anything else, such as end the process. */
function survives(call: () => unknown): void {
  try {
    call()
  } catch (error) {
    // Errors of the proxy and of values that turn into no number come from JavaScript itself.
    expect(error).toBeInstanceOf(Error)
  }
}

const ROUNDS = 3000

describe('arguments that are not what they should be', () => {
  const replay = makeReplay()
  const size = replay.size
  const small = smallSettings('td3')
  const options = { learner: 'td3', mode: 'paper', settings: small, seed: 1, threads: 1, replay, keepGradients: false }
  const job = makeJob(replay)
  const before = job.checkpoint()
  const parts: PolicyParts = job.policy()
  const policy = new native.Policy(parts)
  const layer = parts.networks['actor']![0]!
  afterAll(() => job.close())

  /** `value` with one or two of its own properties replaced by something else. */
  function spoilt(damage: Mutations, value: object): object {
    const copy: Record<string, unknown> = { ...value }
    for (let i = 1 + damage.below(2); i > 0; i--) copy[damage.pick(Object.keys(copy))] = damage.pick(junk())
    return copy
  }

  test('to a replay', () => {
    const damage = new Mutations(1)
    const any = () => damage.pick(junk()) as never
    const good = () => [new Float32Array(12), new Float32Array(2), new Float32Array(1), true] as const
    for (let round = 0; round < ROUNDS; round++) {
      survives(() => new native.Replay(any()))
      survives(() => new native.Replay(spoilt(damage, SHAPE) as never))
      survives(() => replay.reserve(any(), any()))
      survives(() => replay.draw(spoilt(damage, { batch: 3, batches: 1, seed: 1, withoutReplacement: true }) as never))
      survives(() => replay.sampleRate(any(), damage.pick([0, NaN, -1, Infinity, 'x'] as never[])))
      const call = [...good()] as unknown[]
      call[damage.below(3)] = any()
      if (damage.below(2) === 0) call[damage.below(3)] = any()
      const empty = new native.Replay(SHAPE)
      survives(() => empty.addEpisode(...(call as unknown as ReturnType<typeof good>)))
      expect(empty.size).toBeLessThanOrEqual(1)
      survives(() => native.Replay.prototype.addEpisode.apply(any(), good() as never))
    }
    expect(replay.size).toBe(size)
  })

  test('to a training job', async () => {
    const damage = new Mutations(2)
    const any = () => damage.pick(junk()) as never
    for (let round = 0; round < ROUNDS; round++) {
      survives(() => new native.TrainingJob(any()))
      survives(() => {
        const changed = spoilt(damage, options) as typeof options
        if (damage.below(2) === 0) changed.settings = spoilt(damage, small) as typeof small
        new native.TrainingJob(changed).close()
      })
      survives(() => job.restore(any()))
      survives(() => native.TrainingJob.prototype.start.call(any(), 1))
      const bad = damage.pick([NaN, -1, 0.5, Infinity, 2 ** 60, '3', null, undefined, {}, 3n])
      expect(() => job.start(bad as never)).toThrow()
    }
    expect(job.checkpoint()).toEqual(before)
    expect((await trainToEnd(job, 3)).state).toBe('done')
  })

  test('to a policy', () => {
    const damage = new Mutations(3)
    const any = () => damage.pick(junk()) as never
    const observation = randomFloats(6, 1, 1)
    const action = new Float32Array(2)
    policy.act(observation, action)
    const wanted = [...action]
    for (let round = 0; round < ROUNDS; round++) {
      survives(() => new native.Policy(any()))
      survives(() => new native.Policy(spoilt(damage, parts) as never))
      const layers = [...parts.networks['actor']!] as unknown[]
      layers[damage.below(layers.length)] = damage.below(2) === 0 ? any() : spoilt(damage, layer)
      survives(() => new native.Policy({ ...parts, networks: { actor: layers } } as never))
      survives(() => new native.Policy({ ...parts, networks: { actor: [detaching(new Float32Array(12), new Float32Array(2))] } } as never))
      survives(() => policy.act(any(), any()))
      survives(() => policy.act(observation, any()))
      survives(() => policy.reset(any()))
    }
    policy.act(observation, action)
    expect([...action]).toEqual(wanted)
  })

  test('to a dense layer and to the measurements', () => {
    const damage = new Mutations(4)
    const any = () => damage.pick(junk()) as never
    const x = new Float32Array(3 * layer.inputs).fill(0.5)
    const dy = new Float32Array(3 * layer.outputs).fill(0.5)
    const shape = { batch: 3, mask: 'linear' as const, units: 0 }
    const wanted = native.denseLayer(shape, layer, x, dy)
    for (let round = 0; round < ROUNDS; round++) {
      survives(() => native.denseLayer(spoilt(damage, shape) as never, layer, x, dy))
      survives(() => native.denseLayer(shape, spoilt(damage, layer) as never, x, dy))
      survives(() => native.denseLayer(shape, layer, any(), dy))
      survives(() => native.denseLayer(any(), any(), any(), any()))
      survives(() => native.denseRate(spoilt(damage, { batch: 1, inputs: 1, outputs: 1 }) as never, 1, 0))
      survives(() => native.denseRate({ batch: 1, inputs: 1, outputs: 1 }, any(), NaN))
      survives(() => native.multiplyAddRate(any(), damage.pick([NaN, -1, Infinity, 'x', null] as never[])))
      survives(() => native.selectKernels(any()))
    }
    expect(native.denseLayer(shape, layer, x, dy)).toEqual(wanted)
  })
})

test('networks and batches that the machine cannot hold are refused before any memory is touched', () => {
  const settings = { hidden1: 4096, hidden2: 4096, batch: 65536 }
  expect(() => makeJob(makeReplay(), { settings })).toThrow('More memory is needed')
})
