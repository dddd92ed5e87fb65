import { afterEach, describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { bcqChoice, forward } from '../../main/policy/double-policy.ts'
import { actorParts, bcqParts, layer, noisyParts } from '../../main/policy/synthetic-policy.ts'
import { RandomStream } from '../learn/random-stream.ts'

const [fastest = 'portable'] = [...native.cpuFeatures()].reverse()
afterEach(() => native.selectKernels(fastest))

const observationAt = (step: number): Float32Array =>
  Float32Array.from({ length: 14 }, (_, i) => Math.fround(Math.sin(step + 3 * i)))

describe.each(native.cpuFeatures())('a BCQ policy with the kernels for %s', (kernels) => {
  test.each([false, true])('chooses as plain arithmetic does, perturbing the winner again: %s', (perturbsWinner) => {
    native.selectKernels(kernels)
    const parts = bcqParts(perturbsWinner)
    const policy = new native.Policy(parts)
    expect([policy.observationSize, policy.actionSize]).toEqual([14, 7])
    policy.reset(11)
    const stream = new RandomStream(11, 'policy')
    const chosen = new Set<number>()
    for (let step = 0; step < 20; step++) {
      const numbers = stream.normals(60)
      const noise = Array.from({ length: 10 }, (_, row) => numbers.slice(6 * row, 6 * row + 6))
      const observation = observationAt(step)
      const { action: expected, values } = bcqChoice(parts, [...observation], noise)
      const action = new Float32Array(7)
      policy.act(observation, action)
      action.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5))
      chosen.add(values.indexOf(Math.max(...values)))
    }
    // The test would show nothing if the first candidate always won.
    expect(chosen.size).toBeGreaterThan(3)
  })
})

test.each(native.cpuFeatures())('a policy with noise on its actions adds and clips as plain arithmetic does: %s', (kernels) => {
  native.selectKernels(kernels)
  const policy = new native.Policy(noisyParts())
  expect([policy.observationSize, policy.actionSize]).toEqual([14, 7])
  policy.reset(11)
  const stream = new RandomStream(11, 'policy')
  let clipped = 0
  for (let step = 0; step < 20; step++) {
    const noise = stream.normals(7)
    const wanted = forward(noisyParts().networks['actor'] ?? [], [...observationAt(step)])
    const action = new Float32Array(7)
    policy.act(observationAt(step), action)
    action.forEach((value, c) => {
      const moved = (wanted[c] ?? NaN) + 0.4 * (noise[c] ?? NaN)
      expect(value).toBeCloseTo(Math.max(-1, Math.min(1, moved)), 5)
      if (Math.abs(moved) > 1) clipped++
    })
  }
  expect(clipped).toBeGreaterThan(0)
})

describe('the random stream of a policy', () => {
  const run = (policy: InstanceType<typeof native.Policy>): number[][] =>
    Array.from({ length: 5 }, (_, step) => {
      const action = new Float32Array(7)
      policy.act(observationAt(step), action)
      return [...action]
    })

  test.each([
    ['BCQ', bcqParts()],
    ['noise', noisyParts()],
  ])('of %s begins anew with reset, and differs between seeds', (_, parts) => {
    const policy = new native.Policy(parts)
    policy.reset(1)
    const first = run(policy)
    expect(run(policy)).not.toEqual(first)
    policy.reset(1)
    expect(run(policy)).toEqual(first)
    policy.reset(2)
    expect(run(policy)).not.toEqual(first)
  })
})

describe('parts that do not fit together are refused', () => {
  const parts = bcqParts()
  const sampler = parts.sampler?.kind === 'bcq' ? parts.sampler : undefined
  test.each([
    ['nothing', { networks: {}, sampler: null }, 'no network "actor"'],
    ['an empty actor', { networks: { actor: [] }, sampler: null }, 'at least one layer'],
    ['a broken chain', { networks: { actor: [layer(3, 4, 'relu', 1), layer(5, 2, 'tanh', 1)] }, sampler: null }, 'fit together'],
    ['no critic', { ...parts, networks: { ...parts.networks, critic: [] } }, 'at least one layer'],
    ['a wide critic', { ...parts, networks: { ...parts.networks, critic: [layer(21, 2, 'linear', 1)] } }, 'fit together'],
    ['a narrow perturbation', { ...parts, networks: { ...parts.networks, perturbation: [layer(20, 7, 'tanh', 1)] } }, 'fit together'],
    ['no samples', { ...parts, sampler: sampler ? { ...sampler, samples: 0 } : null }, 'samples is not a whole number'],
    ['too many samples', { ...parts, sampler: sampler ? { ...sampler, samples: 1e9 } : null }, 'samples is not a whole number'],
    ['a latent wider than the decoder', { ...parts, sampler: sampler ? { ...sampler, latent: 20 } : null }, 'fit together'],
    ['no noise', { ...actorParts(), sampler: { kind: 'noise' as const, deviation: 0 } }, 'out of range'],
    ['noise without bounds', { ...actorParts(), sampler: { kind: 'noise' as const, deviation: Infinity } }, 'out of range'],
    ['noise that is no number', { ...actorParts(), sampler: { kind: 'noise' as const, deviation: NaN } }, 'out of range'],
    ['noise without an actor', { ...parts, sampler: { kind: 'noise' as const, deviation: 0.1 } }, 'no network "actor"'],
    ['another sampler', { ...actorParts(), sampler: { kind: 'beam' } as never }, 'There is no sampler "beam"'],
  ])('%s', (_, wrong, message) => {
    expect(() => new native.Policy(wrong)).toThrow(message)
  })
})
