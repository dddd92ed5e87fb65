import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import { exportPolicy } from '../../../src/main/policy/exchange/export-policy.ts'
import type { PolicyFormat } from '../../../src/main/policy/exchange/export-policy.ts'
import { importPolicy } from '../../../src/main/policy/exchange/import-policy.ts'
import { readOnnx, writeOnnx } from '../../../src/main/policy/exchange/onnx-file.ts'
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../../src/main/policy/exchange/onnx-file.ts'
import { readPolicy, writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { loadArmPolicy } from '../../../src/main/policy/policy-store.ts'
import { forkProcess } from '../../../src/main/platform/own-process.ts'
import { importInProcess } from '../../../src/main/workers/import-process.ts'
import { refusalCode, temporaryFolder } from '../dataset/synthetic.ts'
import { saved } from '../policy/saved-model.ts'
import { actorParts, bcqParts, layer, noisyParts, policySheet } from '../policy/synthetic-policy.ts'

tf.enableProdMode()

const observation = Float32Array.from({ length: 14 }, (_, i) => Math.sin(3 * i))

/** The refusal of an import, which must leave nothing behind. */
async function refused(path: string): Promise<{ code: string; message: string }> {
  const folder = join(temporaryFolder(), 'imported')
  const failure: unknown = await importPolicy({ path, folder, world: 'panda' }).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(failure instanceof ProblemError)) throw new Error(`not refused: ${String(failure)}`)
  expect(readdirSync(dirname(folder))).toEqual([])
  return failure.problem
}

async function imported(path: string): Promise<string> {
  const folder = join(temporaryFolder(), 'imported')
  await importPolicy({ path, folder, world: 'panda' })
  return folder
}

async function actionOf(folder: string): Promise<Float32Array> {
  const { policy } = await loadArmPolicy(folder)
  const action = new Float32Array(7)
  policy.act(observation, action)
  return action
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length)
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i] ?? NaN, 5)
}

describe.each([
  ['a deterministic policy', actorParts()],
  ['a policy with noise on its actions', noisyParts()],
  ['a BCQ policy', bcqParts()],
  ['a BCQ policy that perturbs the winner', bcqParts(true)],
])('%s of our own', (_, parts) => {
  test.each<PolicyFormat>(['onnx', 'tfjs'])(
    'comes back from %s with the same weights and its origin',
    async (format) => {
      const home = temporaryFolder()
      const sheet = policySheet(parts, { id: 'before' })
      writePolicy(join(home, 'before'), sheet, parts)
      const out = join(home, format === 'onnx' ? 'policy.onnx' : 'model')
      exportPolicy(join(home, 'before'), format, out)
      const { sheet: after, parts: same } = readPolicy(await imported(out))
      expect(same).toEqual(parts)
      const { id, imported: origin, createdAt, ...rest } = after
      expect(sheet).toMatchObject(rest)
      expect(id).toBe('imported')
      expect(createdAt).toBeGreaterThan(sheet.createdAt)
      const files = format === 'onnx' ? [out] : [join(out, 'model.json'), join(out, 'weights.bin')]
      const hash = createHash('sha256')
      for (const file of files) hash.update(readFileSync(file))
      expect(origin).toMatchObject({ from: format === 'onnx' ? 'policy.onnx' : 'model', hash: hash.digest('hex') })
      expect(origin?.producer).toMatch(/^forager \d/)
    },
  )
})

/** An ONNX file of some other tool: hand-made nodes between `x` and `y`. */
function foreignOnnx(nodes: OnnxNode[], tensors: Record<string, OnnxTensor>, changes: Partial<OnnxModel> = {}): string {
  const path = join(temporaryFolder(), 'foreign.onnx')
  const model: OnnxModel = {
    producer: 'elsewhere',
    producerVersion: '3',
    opset: 13,
    metadata: {},
    nodes,
    inputs: [{ name: 'x', shape: ['n', 14] }],
    outputs: [{ name: 'y', shape: ['n', 7] }],
    tensors: new Map(Object.entries(tensors)),
    ...changes,
  }
  writeFileSync(path, writeOnnx(model))
  return path
}

const node = (
  operator: string,
  inputs: string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({
  operator,
  inputs,
  outputs: [output],
  attributes,
})

const first = layer(14, 9, 'tanh', 1)
const second = layer(9, 7, 'linear', 2)
const rows = ({ inputs, outputs, weight }: PolicyLayer): OnnxTensor => ({ shape: [outputs, inputs], values: weight })
const columns = ({ inputs, outputs, weight }: PolicyLayer): OnnxTensor => ({
  shape: [inputs, outputs],
  values: Float32Array.from(weight, (_, k) => weight[(k % outputs) * inputs + Math.floor(k / outputs)] ?? NaN),
})
const vector = (values: Float32Array): OnnxTensor => ({ shape: [values.length], values })
const expected = { actor: [first, second] }

describe('an ONNX file of another tool', () => {
  test('as matrix products and sums, the bias on either side, with identities', async () => {
    const path = foreignOnnx(
      [
        node('Identity', ['w'], 'w1'),
        node('MatMul', ['x', 'w1'], 'a'),
        node('Add', ['b1', 'a'], 'b'),
        node('Tanh', ['b'], 'c'),
        node('Identity', ['c'], 'd'),
        node('MatMul', ['d', 'w2'], 'e'),
        node('Add', ['e', 'b2'], 'y'),
      ],
      {
        w: columns(first),
        b1: vector(first.bias),
        w2: columns(second),
        b2: { shape: [1, 7], values: second.bias },
      },
    )
    const { sheet, parts } = readPolicy(await imported(path))
    expect(parts).toEqual({ networks: expected, sampler: null })
    expect(sheet).toMatchObject({
      learner: 'imported',
      task: null,
      dataset: null,
      updates: 0,
      stepPeriodS: 0.05,
      imported: { from: 'foreign.onnx', producer: 'elsewhere 3' },
    })
    expect(sheet.observation[0]).toEqual({ name: 'q1', unit: 'rad' })
    expect(sheet.action[6]).toMatchObject({ name: 'dq7', unit: 'rad/s' })
  })

  test('as Gemm with factors, and without a bias', async () => {
    const half = ({ weight, ...rest }: PolicyLayer): PolicyLayer => ({ ...rest, weight: weight.map((w) => w / 2) })
    const path = foreignOnnx(
      [
        node('Gemm', ['x', 'w1', 'b1'], 'a', {
          alpha: { kind: 'float', value: 2 },
          beta: { kind: 'float', value: 0.5 },
          transB: { kind: 'int', value: 1 },
        }),
        node('Tanh', ['a'], 'b'),
        node('Gemm', ['b', 'w2'], 'y'),
      ],
      { w1: rows(half(first)), b1: vector(first.bias.map((b) => 2 * b)), w2: columns(second) },
    )
    const { parts } = readPolicy(await imported(path))
    const noBias = { ...second, bias: new Float32Array(7) }
    expect(parts).toEqual({ networks: { actor: [first, noBias] }, sampler: null })
  })

  test('for a locomotion world has its names and sizes', async () => {
    const wide = layer(17, 6, 'tanh', 4)
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'a'), node('Tanh', ['a'], 'y')]
    const inputs = [{ name: 'x', shape: ['n', 17] }]
    const path = foreignOnnx(nodes, { w: columns(wide), b: vector(wide.bias) }, { inputs })
    const folder = join(temporaryFolder(), 'cheetah')
    const sheet = await importPolicy({ path, folder, world: 'HalfCheetah-v1' })
    expect([sheet.observation.length, sheet.action.length, sheet.dataset]).toEqual([17, 6, null])
    expect(readPolicy(folder).parts.networks['actor']).toEqual([wide])
    expect(await refused(path)).toMatchObject({ code: 'import-unfit' })
  })

  const product = { w1: columns(first), w2: columns(second), b1: vector(first.bias), b2: vector(second.bias) }
  const good = [node('Gemm', ['x', 'w1', 'b1'], 'a'), node('Tanh', ['a'], 'b'), node('Gemm', ['b', 'w2', 'b2'], 'y')]
  const swap = (at: number, by: OnnxNode): OnnxNode[] => good.map((each, i) => (i === at ? by : each))

  test.each<[string, OnnxNode[], Partial<OnnxModel>, string, string]>([
    ['an operator that is not known', swap(1, node('Elu', ['a'], 'b')), {}, 'import-unsupported', '"Elu"'],
    ['one of another domain', swap(1, node('own.Tanh', ['a'], 'b')), {}, 'import-unsupported', '"own.Tanh"'],
    ['a branch', [...good, node('Relu', ['a'], 'z')], {}, 'import-unsupported', 'branches after "a"'],
    ['a join', swap(1, node('Add', ['a', 'a'], 'b')), {}, 'import-unsupported', 'joins at the operator Add'],
    ['an unused part', [...good, node('Relu', ['z'], 'zz')], {}, 'import-unsupported', 'operator Relu is not between'],
    ['a gap', good.slice(0, 2), {}, 'import-unsupported', 'nothing uses "b"'],
    ['no layer', [node('Relu', ['x'], 'y')], {}, 'import-unsupported', 'before the first layer'],
    ['two activations', [...good.slice(0, 2), node('Relu', ['b'], 'y')], {}, 'import-unsupported', 'two activations'],
    [
      'an Add of its own',
      [...good.slice(0, 2), node('Add', ['b', 'b1'], 'y')],
      {},
      'import-unsupported',
      'Add does not follow',
    ],
    ['old operators', good, { opset: 6 }, 'import-unsupported', 'version 6'],
    [
      'two inputs',
      good,
      {
        inputs: [
          { name: 'x', shape: [1, 14] },
          { name: 'n', shape: [1, 2] },
        ],
      },
      'import-unsupported',
      '2 inputs',
    ],
    [
      'two outputs',
      good,
      {
        outputs: [
          { name: 'y', shape: [] },
          { name: 'a', shape: [] },
        ],
      },
      'import-unsupported',
      '2 outputs',
    ],
    ['a picture', good, { inputs: [{ name: 'x', shape: [1, 3, 8, 8] }] }, 'import-unsupported', '4 dimensions'],
    ['13 observations', swap(0, node('Gemm', ['x', 'narrow', 'b1'], 'a')), {}, 'import-unfit', 'takes 13 values'],
    ['layers that do not meet', swap(0, node('Gemm', ['x', 'w2', 'b2'], 'a')), {}, 'import-unfit', 'takes 9 values'],
    ['weights that are no numbers', swap(0, node('Gemm', ['x', 'nan', 'b1'], 'a')), {}, 'import-unfit', 'finite'],
    [
      'a bias of another size',
      swap(2, node('Gemm', ['b', 'w2', 'b1'], 'y')),
      {},
      'import-unsupported',
      'for 7 outputs',
    ],
    ['integer weights', swap(2, node('Gemm', ['b', 'whole', 'b2'], 'y')), {}, 'import-unsupported', 'not a matrix'],
    ['a sheet that is none', good, { metadata: { forager_policy: '{}' } }, 'import-damaged', 'policy sheet'],
  ])('is refused with %s', async (_, nodes, changes, code, words) => {
    const tensors: Record<string, OnnxTensor> = {
      ...product,
      narrow: { shape: [13, 9], values: new Float32Array(117) },
      nan: { shape: [14, 9], values: new Float32Array(126).fill(NaN) },
      whole: { shape: [9, 7], values: new BigInt64Array(63) },
    }
    const problem = await refused(foreignOnnx(nodes, tensors, changes))
    expect(problem.code).toBe(code)
    expect(problem.message).toContain(words)
  })

  test('is refused when a BCQ export was changed inside', async () => {
    const home = temporaryFolder()
    writePolicy(join(home, 'p'), policySheet(bcqParts()), bcqParts())
    exportPolicy(join(home, 'p'), 'onnx', join(home, 'p.onnx'))
    const model = readOnnx(readFileSync(join(home, 'p.onnx')))
    const other = new Map(model.tensors).set('bound', { shape: [], values: Float32Array.of(0.4) })
    writeFileSync(join(home, 'bound.onnx'), writeOnnx({ ...model, tensors: other }))
    expect((await refused(join(home, 'bound.onnx'))).message).toContain('not the one that its policy sheet describes')
    const nodes = model.nodes.map((each) => (each.operator === 'ArgMax' ? { ...each, operator: 'ArgMin' } : each))
    writeFileSync(join(home, 'least.onnx'), writeOnnx({ ...model, nodes }))
    expect((await refused(join(home, 'least.onnx'))).message).toContain('not the one that its policy sheet describes')
  })
})

function predicted(model: tf.LayersModel): Float32Array {
  return (model.predict(tf.tensor2d(observation, [1, 14])) as tf.Tensor).dataSync<'float32'>()
}

const dense = (units: number, activation?: 'tanh' | 'relu' | 'elu') =>
  tf.layers.dense({ units, ...(activation ? { activation } : {}), biasInitializer: 'randomNormal' })

describe('a TensorFlow.js LayersModel', () => {
  test('that is a chain of dense layers runs natively', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 12, inputShape: [14], useBias: false }),
        tf.layers.activation({ activation: 'relu' }),
        dense(10, 'relu'),
        dense(7),
        tf.layers.activation({ activation: 'tanh' }),
      ],
    })
    const folder = await imported(join(await saved(model), 'model.json'))
    const { sheet, parts } = readPolicy(folder)
    expect(sheet.model).toBeNull()
    expect(sheet.imported?.producer).toMatch(/^TensorFlow.js/)
    expect(parts.networks['actor']?.map(({ activation }) => activation)).toEqual(['relu', 'relu', 'tanh'])
    expectClose(await actionOf(folder), predicted(model))
  })

  test('in functional form runs natively too', async () => {
    const input = tf.input({ shape: [14] })
    const output = dense(7, 'tanh').apply(dense(11, 'relu').apply(input)) as tf.SymbolicTensor
    const model = tf.model({ inputs: input, outputs: output })
    const folder = await imported(await saved(model))
    expect(readPolicy(folder).sheet.model).toBeNull()
    expectClose(await actionOf(folder), predicted(model))
  })

  test('with other layers or branches is kept and runs through TensorFlow.js', async () => {
    const input = tf.input({ shape: [14] })
    const wide = dense(14, 'elu').apply(tf.layers.layerNormalization().apply(input)) as tf.SymbolicTensor
    const joined = tf.layers.add().apply([input, wide])
    const model = tf.model({ inputs: input, outputs: dense(7, 'tanh').apply(joined) as tf.SymbolicTensor })
    const folder = await imported(await saved(model))
    expect(readdirSync(folder).sort()).toEqual(['model.json', 'policy.json', 'weights.bin'])
    const { sheet } = await loadArmPolicy(folder)
    expect(sheet).toMatchObject({ model: 'model.json', networks: {}, sampler: null })
    expectClose(await actionOf(folder), predicted(model))

    // It goes out as it came in, and can come back.
    const out = join(temporaryFolder(), 'again')
    exportPolicy(folder, 'tfjs', out)
    expectClose(await actionOf(await imported(out)), predicted(model))
    expect(() => exportPolicy(folder, 'onnx', `${out}.onnx`)).toThrow('not written as ONNX')
  })

  test('is refused when it is none, is damaged, or has other sizes', async () => {
    const chain = (size: number, units: number) =>
      tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [size] })] })
    expect(await refused(await saved(chain(14, 7), { format: 'graph-model' }))).toMatchObject({
      code: 'import-unsupported',
    })
    expect(await refused(await saved(chain(14, 6)))).toMatchObject({ code: 'import-unfit' })
    const elu = (units: number) =>
      tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [14], activation: 'elu' })] })
    expect(await refused(await saved(elu(5)))).toMatchObject({ code: 'import-unfit' })

    const cut = await saved(chain(14, 7))
    writeFileSync(join(cut, 'group1-shard1of1.bin'), Buffer.alloc(100))
    expect(await refused(cut)).toMatchObject({ code: 'import-damaged' })
    const away = await saved(chain(14, 7), { weightsManifest: [{ paths: ['../secret.bin'], weights: [] }] })
    expect(await refused(away)).toMatchObject({ code: 'import-unsupported' })
    for (const name of ['none.bin', 'a'.repeat(5000), 'folder']) {
      const missing = await saved(chain(14, 7), { weightsManifest: [{ paths: [name], weights: [] }] })
      mkdirSync(join(missing, 'folder'))
      expect(await refused(missing)).toMatchObject({ code: 'import-unreadable' })
    }
    const strange = await saved(elu(7), {
      modelTopology: {
        class_name: 'Sequential',
        config: { layers: [{ class_name: 'Lambda', config: { name: 'l' } }] },
      },
    })
    const problem = await refused(strange)
    expect(problem.code).toBe('import-unsupported')
    expect(problem.message).toContain('Lambda')
  })
})

describe('a path that cannot be imported', () => {
  test('is refused', async () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'a.txt'), '')
    writeFileSync(join(home, 'a.onnx'), '')
    mkdirSync(join(home, 'empty'))
    expect(await refused(join(home, 'none.onnx'))).toMatchObject({ code: 'import-missing' })
    expect(await refused(join(home, 'a.txt'))).toMatchObject({ code: 'import-unknown' })
    expect(await refused(join(home, 'empty'))).toMatchObject({ code: 'import-unknown' })
    expect(await refused(join(home, 'a.onnx'))).toMatchObject({ code: 'import-damaged' })
  })

  test('and neither import nor export writes over anything', async () => {
    const home = temporaryFolder()
    const parts = actorParts()
    writePolicy(join(home, 'p'), policySheet(parts), parts)
    exportPolicy(join(home, 'p'), 'onnx', join(home, 'p.onnx'))
    expect(refusalCode(() => exportPolicy(join(home, 'p'), 'onnx', join(home, 'p.onnx')))).toBe('target-exists')
    expect(refusalCode(() => exportPolicy(join(home, 'p'), 'tfjs', join(home, 'p')))).toBe('target-exists')
    const order = { path: join(home, 'p.onnx'), folder: join(home, 'p'), world: 'panda' as const }
    await expect(importPolicy(order)).rejects.toMatchObject({ problem: { code: 'target-exists' } })
    expect(readdirSync(home).sort()).toEqual(['p', 'p.onnx'])
  })
})

describe('the import process', () => {
  test('gives the sheet, passes refusals on, and ends what takes too long', async () => {
    const path = await saved(
      tf.sequential({ layers: [tf.layers.dense({ units: 7, inputShape: [14], activation: 'elu' })] }),
    )
    const home = temporaryFolder()
    const order = { path, folder: join(home, 'p'), world: 'panda' as const }
    expect(await importInProcess(forkProcess, order)).toMatchObject({ id: 'p', model: 'model.json' })
    await expect(importInProcess(forkProcess, order)).rejects.toMatchObject({ problem: { code: 'target-exists' } })
    const slow = { ...order, folder: join(home, 'slow') }
    await expect(importInProcess(forkProcess, slow, 0.001)).rejects.toMatchObject({
      problem: { code: 'import-unsupported' },
    })
    expect(existsSync(slow.folder)).toBe(false)
  })
})
