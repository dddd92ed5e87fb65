import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'

/** How a layer begins; PyTorch's default also draws the biases, the others leave them at 0. */
type Start = { kind: 'pytorch' } | { kind: 'xavier'; gain: number } | { kind: 'orthogonal'; gain: number }

const pytorch: Start = { kind: 'pytorch' }
const xavier: Start = { kind: 'xavier', gain: 1 }
const orthogonal: Start = { kind: 'orthogonal', gain: Math.SQRT2 }
const everywhere = (start: Start) => ({ hidden: () => start, last: () => start })

/** By the releases that each method is taken from. */
const starts: [string, string, { hidden: (network: string) => Start; last: (network: string) => Start }][] = [
  ['td3', 'published', everywhere(pytorch)],
  ['td3', 'paper', everywhere(pytorch)],
  ['td3', 'modern', everywhere(pytorch)],
  ['td3_bc', 'paper', everywhere(pytorch)],
  ['bcq', 'published', everywhere(pytorch)],
  ['bcq', 'paper', everywhere(pytorch)],
  ['iql', 'paper', everywhere(orthogonal)],
  ['sac', 'published', everywhere(pytorch)],
  ['sac', 'paper', everywhere(xavier)],
  ['sac', 'modern', everywhere(xavier)],
  ['cql', 'paper', everywhere(pytorch)],
  ['rollout', 'paper', everywhere(pytorch)],
  [
    'cql',
    'modern',
    {
      hidden: (network) => (network === 'actor' ? pytorch : orthogonal),
      last: (network) => (network === 'actor' ? { kind: 'xavier', gain: 1e-2 } : { kind: 'orthogonal', gain: 1e-2 }),
    },
  ],
]

describe('weights before the first update', () => {
  test.each(starts)('%s %s', (learner, mode, start) => {
    const replay = new native.Replay({ observationSize: 17, actionSize: 6 })
    // Normalisation wants transitions.
    replay.addEpisode(new Float32Array(34), new Float32Array(6), new Float32Array(1), true)
    const settings = { hidden1: 64, hidden2: 48, ...(learner === 'bcq' && { autoencoderHidden: 40 }) }
    const job = new native.TrainingJob({ learner, mode, settings, seed: 1, threads: 1, replay })
    const networks = Object.entries(job.networks())
    job.close()
    for (const [name, layers] of networks) {
      if (layers[0]?.inputs === 0) {
        expect(layers[0].bias.every((value) => value === 0), name).toBe(true)
        continue
      }
      layers.forEach((layer, l) => {
        const expected = l + 1 < layers.length ? start.hidden(name) : start.last(name)
        expectStart(layer, expected, `${name}, layer ${l + 1}`)
      })
    }
    const weights = new Set(networks.map(([, layers]) => layers[0]?.weight.join()).filter((text) => text !== ''))
    const targets = networks.filter(([name]) => name.startsWith('target'))
    const learned = networks.filter(([, layers]) => (layers[0]?.inputs ?? 0) > 0).length - targets.length
    expect(weights.size, 'networks that begin alike').toBe(learned)
  })
})

function expectStart({ inputs, outputs, weight, bias }: PolicyLayer, start: Start, where: string): void {
  if (start.kind !== 'pytorch') expect(bias.every((value) => value === 0), `${where}, biases`).toBe(true)
  if (start.kind === 'pytorch') {
    expectUniform(Float32Array.of(...weight, ...bias), 1 / Math.sqrt(inputs), where)
  } else if (start.kind === 'xavier') {
    expectUniform(weight, start.gain * Math.sqrt(6 / (inputs + outputs)), where)
  } else {
    expectOrthogonal(weight, inputs, outputs, start.gain, where)
  }
}

/** U(-bound, bound): inside, near both ends, and with its variance. */
function expectUniform(values: Float32Array, bound: number, where: string): void {
  const meanSquare = values.reduce((sum, value) => sum + value * value, 0) / values.length
  expect(Math.max(...values), where).toBeLessThanOrEqual(Math.fround(bound))
  expect(Math.min(...values), where).toBeGreaterThanOrEqual(-Math.fround(bound))
  expect(Math.max(...values), where).toBeGreaterThan(0.8 * bound)
  expect(Math.min(...values), where).toBeLessThan(-0.8 * bound)
  expect(Math.abs((3 * meanSquare) / bound ** 2 - 1), where).toBeLessThan(0.4)
}

/** The shorter side's vectors are orthogonal and `gain` long. */
function expectOrthogonal(weight: Float32Array, inputs: number, outputs: number, gain: number, where: string): void {
  const row = (o: number) => Array.from({ length: inputs }, (_, i) => weight[o * inputs + i] as number)
  const column = (i: number) => Array.from({ length: outputs }, (_, o) => weight[o * inputs + i] as number)
  const vectors = Array.from({ length: Math.min(inputs, outputs) }, (_, k) => (outputs <= inputs ? row(k) : column(k)))
  for (const [k, a] of vectors.entries())
    for (const [m, b] of vectors.entries()) {
      const product = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
      expect(Math.abs(product - (k === m ? gain ** 2 : 0)), where).toBeLessThan(1e-5)
    }
}
