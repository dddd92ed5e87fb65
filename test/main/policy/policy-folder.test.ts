import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LayerShape, PolicySheet } from '../../../src/contract/policy.ts'
import { readPolicy, writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { writeTensors } from '../../../src/main/policy/safetensors.ts'
import type { Tensor } from '../../../src/main/policy/safetensors.ts'
import { loadArmPolicy, PolicyStore } from '../../../src/main/policy/policy-store.ts'
import { refusalCode, sheet as datasetSheet, temporaryFolder } from '../dataset/synthetic.ts'
import { forward } from './double-policy.ts'
import { actorParts, bcqParts, layer, noisyParts, policySheet } from './synthetic-policy.ts'

const PARTS = actorParts()
const sheet = (changes: Partial<PolicySheet> = {}): PolicySheet => policySheet(PARTS, changes)

describe('a policy folder', () => {
  test('comes back as it was written, and acts as its layers say', async () => {
    const folder = join(temporaryFolder(), 'deep', 'policy')
    writePolicy(folder, sheet(), PARTS)
    expect(readPolicy(folder)).toEqual({ sheet: sheet(), parts: PARTS })

    const { policy } = await loadArmPolicy(folder)
    const observation = Float32Array.from({ length: 14 }, (_, i) => Math.cos(i))
    const action = new Float32Array(7)
    policy.act(observation, action)
    const expected = forward(PARTS.networks['actor'] ?? [], [...observation])
    for (let i = 0; i < 7; i++) expect(action[i]).toBeCloseTo(expected[i] ?? NaN, 5)
  })

  test('comes back with its sampler and all networks', () => {
    const folder = temporaryFolder()
    for (const parts of [bcqParts(true), noisyParts()]) {
      writePolicy(folder, policySheet(parts), parts)
      expect(readPolicy(folder)).toEqual({ sheet: policySheet(parts), parts })
    }
  })

  test('of version 1, with one unnamed network, is read as an actor', () => {
    const folder = temporaryFolder()
    const layers = PARTS.networks['actor'] ?? []
    const { networks, ...rest } = sheet()
    const tensors = new Map<string, Tensor>()
    layers.forEach(({ inputs, outputs, weight, bias }, i) => {
      tensors.set(`layers.${i}.weight`, { shape: [outputs, inputs], values: weight })
      tensors.set(`layers.${i}.bias`, { shape: [outputs], values: bias })
    })
    const first = JSON.stringify({ ...rest, formatVersion: 1, layers: networks['actor'] })
    writeFileSync(join(folder, 'policy.json'), first)
    writeFileSync(join(folder, 'weights.safetensors'), writeTensors({ tensors, metadata: { updates: '5000' } }))
    expect(readPolicy(folder)).toEqual({ sheet: sheet({ formatVersion: 1 }), parts: PARTS })

    // A resumed training that was cut between its two files leaves new weights beside the old sheet.
    writePolicy(folder, sheet({ updates: 6000 }), PARTS)
    writeFileSync(join(folder, 'policy.json'), first)
    expect(readPolicy(folder)).toEqual({ sheet: sheet({ formatVersion: 1, updates: 6000 }), parts: PARTS })
  })

  test('prefers the update count of its weights, which are written first', () => {
    const folder = temporaryFolder()
    writePolicy(folder, sheet({ updates: 5000 }), PARTS)
    copyFileSync(join(folder, 'policy.json'), join(folder, 'old.json'))
    writePolicy(folder, sheet({ updates: 10_000 }), PARTS)
    copyFileSync(join(folder, 'old.json'), join(folder, 'policy.json'))
    expect(readPolicy(folder).sheet.updates).toBe(10_000)
  })

  test('is refused when something is missing, foreign, damaged or does not fit', () => {
    const folder = temporaryFolder()
    const weights = join(folder, 'weights.safetensors')
    const write = (changes: Partial<PolicySheet> = {}): void => writePolicy(folder, sheet(changes), PARTS)
    const code = (): string => refusalCode(() => readPolicy(folder))

    expect(code()).toBe('policy-missing')
    write()
    rmSync(weights)
    expect(code()).toBe('policy-missing')
    for (const name of ['none.safetensors', '..', 'a'.repeat(5000)]) {
      write({ weights: name })
      rmSync(weights)
      expect(code()).toBe('policy-missing')
    }
    write()
    writeFileSync(join(folder, 'policy.json'), '{"format":"other"}')
    expect(code()).toBe('policy-foreign')
    writeFileSync(join(folder, 'policy.json'), 'not json')
    expect(code()).toBe('policy-foreign')
    writeFileSync(join(folder, 'policy.json'), JSON.stringify({ ...sheet(), formatVersion: 3 }))
    expect(code()).toBe('policy-too-new')
    const relu = (inputs: number, outputs: number) => ({ inputs, outputs, activation: 'relu' as const })
    const actor = (...layers: LayerShape[]) => ({ networks: { actor: layers } })
    write(actor(relu(14, 20), relu(11, 7)))
    expect(code()).toBe('policy-unfit')
    write({ observation: datasetSheet().observation.slice(0, 13) })
    expect(code()).toBe('policy-unfit')
    write(actor(relu(14, 11), relu(11, 7)))
    expect(code()).toBe('policy-unfit')
    write({ networks: {} })
    expect(code()).toBe('policy-unfit')
    write({ networks: { ...sheet().networks, critic: [relu(21, 1)] } })
    expect(code()).toBe('policy-unfit')
    write({ sampler: bcqParts().sampler })
    expect(code()).toBe('policy-unfit')
    const layers = PARTS.networks['actor'] ?? []
    const spoiled = layers.map((each, i) => (i === 1 ? { ...each, bias: each.bias.map(() => NaN) } : each))
    writePolicy(folder, sheet(), { networks: { actor: spoiled }, sampler: null })
    expect(code()).toBe('policy-unfit')
    write()
    const bytes = readFileSync(weights)
    for (const cut of [0, 7, 100, bytes.length - 4]) {
      writeFileSync(weights, bytes.subarray(0, cut))
      expect(code()).toBe('policy-damaged')
    }
  })

  test("is refused by the arm when its sizes are not the arm's", async () => {
    const folder = temporaryFolder()
    const wide = { networks: { actor: [layer(3, 7, 'tanh', 1)] }, sampler: null }
    const observation = datasetSheet().observation.slice(0, 3)
    writePolicy(folder, policySheet(wide, { observation }), wide)
    await expect(loadArmPolicy(folder)).rejects.toMatchObject({ problem: { code: 'policy-unfit' } })
  })
})

describe('the policy store', () => {
  test('lists readable policies, newest first, and sees a rewritten one', () => {
    const root = temporaryFolder()
    const store = new PolicyStore(root)
    expect(new PolicyStore(join(root, 'none')).list()).toEqual([])
    writePolicy(join(root, 'a'), sheet({ id: 'a', createdAt: 1 }), PARTS)
    writePolicy(join(root, 'b'), sheet({ id: 'b', createdAt: 2 }), PARTS)
    writePolicy(join(root, 'c'), sheet({ id: 'c', createdAt: 3 }), PARTS)
    writeFileSync(join(root, 'c', 'policy.json'), '{}')
    writeFileSync(join(root, 'stray.txt'), '')
    expect(store.list().map(({ sheet: { id } }) => id)).toEqual(['b', 'a'])
    writePolicy(join(root, 'a'), sheet({ id: 'a', createdAt: 1, updates: 9000 }), PARTS)
    expect(store.list().find((each) => each.sheet.id === 'a')?.sheet.updates).toBe(9000)
  })
})
