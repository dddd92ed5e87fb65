import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProblemError } from '../../../src/contract/problem.ts'
import { exportPolicy } from '../../../src/main/policy/exchange/export-policy.ts'
import { importPolicy } from '../../../src/main/policy/exchange/import-policy.ts'
import { writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { loadArmPolicy } from '../../../src/main/policy/policy-store.ts'
import * as tf from '@tensorflow/tfjs'
import { saved } from './saved-model.ts'
import { Mutations } from './mutations.ts'
import { actorParts, bcqParts, policySheet } from './synthetic-policy.ts'

/** What became of damaged files: every one is refused or taken, and what is taken acts. */
export interface Tally {
  refused: number
  taken: number
  /** How often each refusal was given. */
  codes: Record<string, number>
}

/** A file of a folder that gets damaged: as bytes, or as JSON. */
type Target = { file: string; as: 'bytes' | 'json' }

/** Makes `count` damaged copies of a folder, one after another, and gives each to `attempt`. */
async function damage(
  original: string,
  targets: readonly Target[],
  seed: number,
  count: number,
  attempt: (folder: string) => Promise<void>,
): Promise<Tally> {
  const mutations = new Mutations(seed)
  const contents = new Map(readdirSync(original).map((name) => [name, readFileSync(join(original, name))]))
  const folder = mkdtempSync(join(tmpdir(), 'forager-damage-'))
  const tally: Tally = { refused: 0, taken: 0, codes: {} }
  try {
    for (let i = 0; i < count; i++) {
      for (const [name, bytes] of contents) writeFileSync(join(folder, name), bytes)
      const { file, as } = mutations.pick(targets)
      const bytes = contents.get(file) ?? Buffer.alloc(0)
      const damaged =
        as === 'bytes' ? mutations.bytes(bytes) : JSON.stringify(mutations.json(JSON.parse(bytes.toString('utf8'))))
      writeFileSync(join(folder, file), damaged)
      try {
        await attempt(folder)
        tally.taken++
      } catch (error) {
        if (!(error instanceof ProblemError))
          throw new Error(`damage ${i} of seed ${seed} to ${file} was not refused`, { cause: error })
        const { code } = error.problem
        tally.refused++
        tally.codes[code] = (tally.codes[code] ?? 0) + 1
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return tally
}

/** Acts once with a policy folder. Damaged weights may overflow: what is no number then, the arm's driver refuses. */
async function act(folder: string): Promise<void> {
  const { policy } = await loadArmPolicy(folder)
  const action = new Float32Array(7).fill(5)
  policy.act(new Float32Array(14).fill(0.3), action)
  if (action.every((value) => value === 5)) throw new Error('the policy was taken and does not act')
}

/** Imports into a folder beside, acts with it and removes it. A refused import leaves nothing behind. */
async function importAndAct(path: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'forager-import-'))
  const folder = join(home, 'policy')
  try {
    await importPolicy({ path, folder, world: 'panda' })
    await act(folder)
  } catch (error) {
    const left = readdirSync(home)
    if (!existsSync(folder) && left.length > 0)
      throw new Error(`the refused import left ${left.join()}`, { cause: error })
    throw error
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** The kinds of files that a person can hand to the station, each with the way it is read. */
export const DAMAGES: Record<string, (seed: number, count: number, home: string) => Promise<Tally>> = {
  'policy folders': (seed, count, home) => {
    const targets: Target[] = [
      { file: 'policy.json', as: 'json' },
      { file: 'policy.json', as: 'bytes' },
      { file: 'weights.safetensors', as: 'bytes' },
    ]
    return damage(policyFolder(home, bcqParts()), targets, seed, count, act)
  },
  'ONNX files': (seed, count, home) => {
    const out = exported(home, 'onnx', actorParts())
    return damage(out, [{ file: 'policy.onnx', as: 'bytes' }], seed, count, (folder) =>
      importAndAct(join(folder, 'policy.onnx')),
    )
  },
  'ONNX files of BCQ': (seed, count, home) => {
    const out = exported(home, 'onnx', bcqParts())
    return damage(out, [{ file: 'policy.onnx', as: 'bytes' }], seed, count, (folder) =>
      importAndAct(join(folder, 'policy.onnx')),
    )
  },
  'TensorFlow.js models': (seed, count, home) =>
    damage(exported(home, 'tfjs', actorParts()), MODEL_TARGETS, seed, count, importAndAct),
  'TensorFlow.js models of BCQ': (seed, count, home) =>
    damage(exported(home, 'tfjs', bcqParts()), MODEL_TARGETS, seed, count, importAndAct),
  'TensorFlow.js models with other layers': async (seed, count, home) =>
    damage(await savedModel(home), SAVED_TARGETS, seed, count, importAndAct),
}

const MODEL_TARGETS: Target[] = [
  { file: 'model.json', as: 'json' },
  { file: 'model.json', as: 'json' },
  { file: 'model.json', as: 'bytes' },
  { file: 'weights.bin', as: 'bytes' },
]

const SAVED_TARGETS = MODEL_TARGETS.map(({ file, as }) => ({
  file: file === 'weights.bin' ? 'group1-shard1of1.bin' : file,
  as,
}))

/** A model whose layers have settings of many kinds: sizes, strides, axes, inner models, recurrence, joins. */
function savedModel(home: string): Promise<string> {
  const { layers } = tf
  const input = tf.input({ shape: [14] })
  const apply = (layer: tf.layers.Layer, ...from: tf.SymbolicTensor[]) =>
    layer.apply(from.length === 1 ? (from[0] as tf.SymbolicTensor) : from) as tf.SymbolicTensor
  const normal = apply(layers.layerNormalization(), input)
  const row = apply(layers.reshape({ targetShape: [7, 2] }), normal)
  const filtered = apply(layers.conv1d({ filters: 3, kernelSize: 2, padding: 'same', activation: 'elu' }), row)
  const pooled = apply(layers.maxPooling1d({ poolSize: 2 }), filtered)
  const recurrent = apply(layers.bidirectional({ layer: layers.gru({ units: 4 }), mergeMode: 'concat' }), pooled)
  const repeated = apply(layers.flatten(), apply(layers.repeatVector({ n: 2 }), recurrent))
  const joined = apply(layers.concatenate(), repeated, apply(layers.dense({ units: 5, activation: 'selu' }), input))
  return saved(tf.model({ inputs: input, outputs: apply(layers.dense({ units: 7 }), joined) }), {}, join(home, 'saved'))
}

function policyFolder(home: string, parts: ReturnType<typeof actorParts>): string {
  const folder = join(home, 'original')
  if (!existsSync(folder)) writePolicy(folder, policySheet(parts), parts)
  return folder
}

function exported(home: string, format: 'onnx' | 'tfjs', parts: ReturnType<typeof actorParts>): string {
  const out = join(home, 'exported')
  if (format === 'onnx') mkdirSync(out, { recursive: true })
  exportPolicy(policyFolder(home, parts), format, format === 'onnx' ? join(out, 'policy.onnx') : out)
  return out
}
