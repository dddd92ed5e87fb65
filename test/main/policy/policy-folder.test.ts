import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PolicySheet } from '../../../src/contract/policy.ts'
import type { PolicyLayer } from '../../../src/main/platform/native.ts'
import { readPolicy, writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { loadArmPolicy, PolicyStore } from '../../../src/main/policy/policy-store.ts'
import { refusalCode, sheet as datasetSheet, temporaryFolder } from '../dataset/synthetic.ts'

function layer(inputs: number, outputs: number, activation: PolicyLayer['activation'], seed: number): PolicyLayer {
  const value = (i: number): number => Math.fround(Math.sin(seed + i) / Math.sqrt(inputs))
  return {
    inputs,
    outputs,
    activation,
    weight: Float32Array.from({ length: inputs * outputs }, (_, i) => value(i)),
    bias: Float32Array.from({ length: outputs }, (_, i) => value(-i)),
  }
}

const LAYERS = [layer(14, 20, 'relu', 1), layer(20, 11, 'relu', 2), layer(11, 7, 'tanh', 3)]

function sheet(changes: Partial<PolicySheet> = {}): PolicySheet {
  const { observation, action } = datasetSheet()
  return {
    format: 'forager-policy',
    formatVersion: 1,
    id: 'a',
    weights: 'weights.safetensors',
    layers: LAYERS.map(({ inputs, outputs, activation }) => ({ inputs, outputs, activation })),
    observation,
    action,
    stepPeriodS: 0.05,
    task: { kind: 'reach', goal: [0.4, 0.2, 0.5] },
    learner: 'td3',
    mode: 'paper',
    settings: {},
    seed: 3,
    updates: 5000,
    dataset: { id: 'd', name: 'panda-rand-01', explorer: 'random', world: 'panda', transitions: 10, hash: 'h' },
    appVersion: '0',
    createdAt: 1,
    ...changes,
  }
}

describe('a policy folder', () => {
  test('comes back as it was written, and acts as its layers say', () => {
    const folder = join(temporaryFolder(), 'deep', 'policy')
    writePolicy(folder, sheet(), LAYERS)
    expect(readPolicy(folder)).toEqual({ sheet: sheet(), layers: LAYERS })

    const { policy } = loadArmPolicy(folder)
    const observation = Float32Array.from({ length: 14 }, (_, i) => Math.cos(i))
    const action = new Float32Array(7)
    policy.act(observation, action)
    const expected = forward(observation)
    for (let i = 0; i < 7; i++) expect(action[i]).toBeCloseTo(expected[i] ?? NaN, 5)
  })

  test('prefers the update count of its weights, which are written first', () => {
    const folder = temporaryFolder()
    writePolicy(folder, sheet({ updates: 5000 }), LAYERS)
    copyFileSync(join(folder, 'policy.json'), join(folder, 'old.json'))
    writePolicy(folder, sheet({ updates: 10_000 }), LAYERS)
    copyFileSync(join(folder, 'old.json'), join(folder, 'policy.json'))
    expect(readPolicy(folder).sheet.updates).toBe(10_000)
  })

  test('is refused when something is missing, foreign, damaged or does not fit', () => {
    const folder = temporaryFolder()
    const weights = join(folder, 'weights.safetensors')
    const write = (changes: Partial<PolicySheet> = {}): void => writePolicy(folder, sheet(changes), LAYERS)
    const code = (): string => refusalCode(() => readPolicy(folder))

    expect(code()).toBe('policy-missing')
    write()
    rmSync(weights)
    expect(code()).toBe('policy-missing')
    write()
    writeFileSync(join(folder, 'policy.json'), '{"format":"other"}')
    expect(code()).toBe('policy-foreign')
    writeFileSync(join(folder, 'policy.json'), 'not json')
    expect(code()).toBe('policy-foreign')
    writeFileSync(join(folder, 'policy.json'), JSON.stringify({ ...sheet(), formatVersion: 2 }))
    expect(code()).toBe('policy-too-new')
    write({
      layers: [
        { inputs: 14, outputs: 20, activation: 'relu' },
        { inputs: 11, outputs: 7, activation: 'tanh' },
      ],
    })
    expect(code()).toBe('policy-unfit')
    write({ observation: datasetSheet().observation.slice(0, 13) })
    expect(code()).toBe('policy-unfit')
    write({
      layers: [
        { inputs: 14, outputs: 11, activation: 'relu' },
        { inputs: 11, outputs: 7, activation: 'tanh' },
      ],
    })
    expect(code()).toBe('policy-unfit')
    writePolicy(
      folder,
      sheet(),
      LAYERS.map((each, i) => (i === 1 ? { ...each, bias: each.bias.map(() => NaN) } : each)),
    )
    expect(code()).toBe('policy-unfit')
    write()
    const bytes = readFileSync(weights)
    for (const cut of [0, 7, 100, bytes.length - 4]) {
      writeFileSync(weights, bytes.subarray(0, cut))
      expect(code()).toBe('policy-damaged')
    }
  })

  test("is refused by the arm when its sizes are not the arm's", () => {
    const folder = temporaryFolder()
    const wide = [layer(3, 7, 'tanh', 1)]
    const observation = datasetSheet().observation.slice(0, 3)
    writePolicy(folder, sheet({ observation, layers: [{ inputs: 3, outputs: 7, activation: 'tanh' }] }), wide)
    expect(refusalCode(() => loadArmPolicy(folder))).toBe('policy-unfit')
  })
})

describe('the policy store', () => {
  test('lists readable policies, newest first, and sees a rewritten one', () => {
    const root = temporaryFolder()
    const store = new PolicyStore(root)
    expect(new PolicyStore(join(root, 'none')).list()).toEqual([])
    writePolicy(join(root, 'a'), sheet({ id: 'a', createdAt: 1 }), LAYERS)
    writePolicy(join(root, 'b'), sheet({ id: 'b', createdAt: 2 }), LAYERS)
    writePolicy(join(root, 'c'), sheet({ id: 'c', createdAt: 3 }), LAYERS)
    writeFileSync(join(root, 'c', 'policy.json'), '{}')
    writeFileSync(join(root, 'stray.txt'), '')
    expect(store.list().map(({ sheet: { id } }) => id)).toEqual(['b', 'a'])
    writePolicy(join(root, 'a'), sheet({ id: 'a', createdAt: 1, updates: 9000 }), LAYERS)
    expect(store.list().find((each) => each.sheet.id === 'a')?.sheet.updates).toBe(9000)
  })
})

/** The same network in plain double arithmetic. */
function forward(observation: Float32Array): number[] {
  let values = [...observation]
  for (const { inputs, outputs, activation, weight, bias } of LAYERS)
    values = Array.from({ length: outputs }, (_, row) => {
      const sum = values.reduce(
        (total, value, i) => total + value * (weight[row * inputs + i] ?? NaN),
        bias[row] ?? NaN,
      )
      return activation === 'relu' ? Math.max(0, sum) : activation === 'tanh' ? Math.tanh(sum) : sum
    })
  return values
}
