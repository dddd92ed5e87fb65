import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { readPolicy, writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { saved } from '../policy/saved-model.ts'
import { bcqParts, policySheet } from '../policy/synthetic-policy.ts'
import { runCli } from './run-cli.ts'

describe('forager export and import', () => {
  test('take a policy out and back, and the copy does in an evaluation what the original does', async () => {
    const home = temporaryFolder()
    const before = join(home, 'before')
    const out = join(home, 'policy.onnx')
    const after = join(home, 'after')
    writePolicy(before, policySheet(bcqParts(true)), bcqParts(true))

    const exported = await runCli('export', before, '--format', 'onnx', '--out', out, '--json')
    expect(exported.json()).toEqual({ what: 'policy', source: before, format: 'onnx', out })
    expect(readFileSync(out).length).toBeGreaterThan(1000)
    const imported = await runCli('import', out, '--out', after, '--json')
    expect(imported.json()).toMatchObject({ what: 'policy', source: out, out: after, runs: 'native', learner: 'bcq' })
    expect(readPolicy(after).parts).toEqual(bcqParts(true))

    const evaluate = ['--world', 'panda', '--episodes', '2', '--seed', '3', '--json']
    const first = await runCli('evaluate', '--policy', before, ...evaluate)
    expect(first.code).toBe(0)
    const second = await runCli('evaluate', '--policy', after, ...evaluate)
    expect(second.json()).toEqual(first.json())
  })

  test('take in a model that only TensorFlow.js runs, and try it', async () => {
    tf.enableProdMode()
    const dense = { units: 7, inputShape: [14], kernelInitializer: 'zeros' as const, activation: 'selu' as const }
    const model = await saved(tf.sequential({ layers: [tf.layers.dense({ ...dense, biasInitializer: 'ones' })] }))
    const folder = join(temporaryFolder(), 'selu')
    const imported = await runCli('import', model, '--out', folder, '--json')
    expect(imported.json()).toMatchObject({ runs: 'tfjs', learner: 'imported' })
    const where = ['--world', 'panda', '--goal', '0.4,0.2,0.5', '--json']
    const tried = await runCli('evaluate', '--policy', folder, ...where)
    // selu(1) = 1.05 on every joint drives the arm to a limit; standing still it would make all 1000 steps.
    expect(tried.json()).toMatchObject({ episodes: [{ end_reason: 'safety-limit' }] })
  })

  test('refuse what is no policy, an unknown format and a target that exists', async () => {
    const home = temporaryFolder()
    writePolicy(join(home, 'p'), policySheet(bcqParts()), bcqParts())
    const nothing = await runCli('export', home, '--format', 'onnx', '--out', join(home, 'a'), '--json')
    expect([nothing.code, nothing.problem().code]).toEqual([1, 'nothing-to-export'])
    const format = await runCli('export', join(home, 'p'), '--format', 'pickle', '--out', join(home, 'a'), '--json')
    expect(format.problem().code).toBe('bad-arguments')
    const taken = await runCli('export', join(home, 'p'), '--format', 'tfjs', '--out', join(home, 'p'), '--json')
    expect(taken.problem().code).toBe('target-exists')
    const missing = await runCli('import', join(home, 'none.onnx'), '--out', join(home, 'b'), '--json')
    expect([missing.code, missing.problem().code]).toEqual([1, 'import-missing'])
    expect(existsSync(join(home, 'a')) || existsSync(join(home, 'b'))).toBe(false)
  })

  test('a policy that does not say its goal needs one', async () => {
    const folder = join(temporaryFolder(), 'p')
    writePolicy(folder, policySheet(bcqParts(), { task: null, dataset: null, learner: 'imported' }), bcqParts())
    const refused = await runCli('evaluate', '--policy', folder, '--world', 'panda', '--json')
    expect(refused.problem().code).toBe('goal-unknown')
    const goal = await runCli('evaluate', '--policy', folder, '--world', 'panda', '--goal', '0.4,0.2,0.5', '--json')
    expect(goal.json()).toMatchObject({ episodes: [{ goal: [0.4, 0.2, 0.5] }] })
  })
})
