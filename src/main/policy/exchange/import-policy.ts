import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { networkShapes, POLICY_FORMAT_VERSION } from '../../../contract/policy.ts'
import type { PolicySheet } from '../../../contract/policy.ts'
import { locomotionNameSchema } from '../../../contract/world.ts'
import { refusal } from '../../../contract/problem.ts'
import { writeDurably } from '../../platform/durable-file.ts'
import { appVersion } from '../../platform/app-version.ts'
import { refuseExisting } from '../../platform/new-path.ts'
import type { PolicyLayer, PolicyParts } from '../../platform/native-policy.ts'
import { worldSpec } from '../../world/open-world.ts'
import { sheetOf, WEIGHTS_FILE, writePolicy, writeSheet } from '../policy-folder.ts'
import { shapeProblem } from '../policy-shape.ts'
import { loadTensorflowPolicy } from '../tensorflow-policy.ts'
import { SHEET_KEY } from './export-policy.ts'
import { ForeignFileError } from './foreign-file-error.ts'
import {
  floatWeights,
  layersModelFiles,
  MODEL_FILE,
  readLayersModel,
  readSmall,
  WEIGHT_FILE,
} from './layers-model-file.ts'
import type { LayersModelFile } from './layers-model-file.ts'
import { layersOfTopology } from './layers-chain.ts'
import { policyTopology } from './layers-topology.ts'
import { createFolder } from './new-target.ts'
import { layersOfGraph } from './onnx-chain.ts'
import { readOnnx } from './onnx-file.ts'
import type { OnnxModel } from './onnx-file.ts'
import { policyGraph } from './onnx-graph.ts'

/** Worlds that can give names and units to a policy whose file has none. */
export const IMPORT_WORLDS = ['panda', ...locomotionNameSchema.options] as const
export type ImportWorld = (typeof IMPORT_WORLDS)[number]

export interface ImportOrder {
  /** An ONNX file, the `model.json` of a TensorFlow.js LayersModel, or the folder that holds it. */
  path: string
  /** Policy folder to be made. */
  folder: string
  world: ImportWorld
}

/** What was read from a file: networks of our own, or a model that only TensorFlow.js runs. */
interface Foreign {
  content: { parts: PolicyParts } | { model: LayersModelFile; observationSize: number; actionSize: number }
  /** The policy sheet that our own exports carry; null in a file of another tool. */
  sheet: PolicySheet | null
  producer: string
  hash: string
}

/** Makes a policy folder of another tool's file. Refuses what it cannot run exactly, before anything is written. */
export async function importPolicy({ path, folder, world }: ImportOrder): Promise<PolicySheet> {
  refuseExisting(folder)
  const file = locate(path)
  try {
    const foreign = /\.onnx$/i.test(file)
      ? fromOnnx(readSmall(file, 'it'))
      : await fromLayersModel(readLayersModel(file))
    const sheet = completeSheet(foreign, basename(folder), basename(path), world)
    createFolder(folder, (beside) => writeForeign(beside, sheet, foreign))
    return sheet
  } catch (error) {
    throw error instanceof ForeignFileError ? importRefusal(file, error) : error
  }
}

/** The file to read behind the path that was given. */
function locate(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw refusal('import-missing', `There is nothing at ${path}. Nothing was imported.`, 'Check the path.')
  const model = found.isDirectory() ? join(path, MODEL_FILE) : path
  if (/\.(onnx|json)$/i.test(model) && existsSync(model)) return model
  throw refusal(
    'import-unknown',
    `${path} is neither an ONNX file nor a TensorFlow.js model. Nothing was imported.`,
    `Give a file that ends in .onnx, a ${MODEL_FILE}, or the folder that holds one.`,
  )
}

function fromOnnx(bytes: Buffer): Foreign {
  const model = readOnnx(bytes)
  const sheet = embeddedSheet(model.metadata[SHEET_KEY])
  const parts = sheet?.sampler ? ownGraph(model, sheet) : actor(layersOfGraph(model))
  const producer = `${model.producer} ${model.producerVersion}`.trim()
  return { content: { parts }, sheet, producer, hash: createHash('sha256').update(bytes).digest('hex') }
}

/** Networks of one of our own exports with several networks: its graph must be the one that its sheet says. */
function ownGraph(model: OnnxModel, sheet: PolicySheet): PolicyParts {
  const parts = partsOf(sheet, (name, i) => {
    const weight = model.tensors.get(`${name}.${i}.weight`)
    const bias = model.tensors.get(`${name}.${i}.bias`)
    if (!(weight?.values instanceof Float32Array) || !(bias?.values instanceof Float32Array)) return null
    return { shape: weight.shape, weight: weight.values, bias: bias.values }
  })
  const { tensors, ...graph } = policyGraph(parts)
  const same =
    isDeepStrictEqual(graph, { nodes: model.nodes, inputs: model.inputs, outputs: model.outputs }) &&
    [...tensors].every(([name, tensor]) => isDeepStrictEqual(tensor, model.tensors.get(name)))
  if (!same) throw new ForeignFileError('unsupported', 'its graph is not the one that its policy sheet describes')
  return parts
}

async function fromLayersModel(file: LayersModelFile): Promise<Foreign> {
  const { producer, hash, metadata, topology } = file
  const sheet = embeddedSheet(metadata[SHEET_KEY])
  const weights = floatWeights(file)
  if (sheet?.sampler) {
    const parts = partsOf(sheet, (name, i) => {
      const kernel = weights?.get(`${name}_${i}/kernel`)
      const bias = weights?.get(`${name}_${i}/bias`)
      return kernel && bias
        ? { shape: [...kernel.shape].reverse(), weight: transposed(kernel), bias: bias.values }
        : null
    })
    if (!isDeepStrictEqual(policyTopology(parts).topology, topology))
      throw new ForeignFileError('unsupported', 'its layers are not those that its policy sheet describes')
    return { content: { parts }, sheet, producer, hash }
  }
  const layers = weights ? layersOfTopology(topology, weights) : null
  if (layers) return { content: { parts: actor(layers) }, sheet, producer, hash }
  const { observationSize, actionSize } = await loadTensorflowPolicy(file)
  return { content: { model: file, observationSize, actionSize }, sheet, producer, hash }
}

function transposed({ shape, values }: { shape: number[]; values: Float32Array }): Float32Array {
  const [inputs = 0, outputs = 0] = shape
  return values.map((_, k) => values[(k % inputs) * outputs + Math.floor(k / inputs)] ?? NaN)
}

function actor(layers: PolicyLayer[]): PolicyParts {
  return { networks: { actor: layers }, sampler: null }
}

/** The networks that a sheet names, with weights found by network name and layer number. */
function partsOf(
  sheet: PolicySheet,
  find: (network: string, layer: number) => { shape: number[]; weight: Float32Array; bias: Float32Array } | null,
): PolicyParts {
  const networks = Object.entries(sheet.networks).map(([name, shapes]): [string, PolicyLayer[]] => [
    name,
    shapes.map((shape, i) => {
      const found = find(name, i)
      if (found?.shape.join() !== `${shape.outputs},${shape.inputs}` || found.bias.length !== shape.outputs)
        throw new ForeignFileError('damaged', `layer ${i} of its network "${name}" is missing or has another shape`)
      return { ...shape, weight: found.weight, bias: found.bias }
    }),
  ])
  return { networks: Object.fromEntries(networks), sampler: sheet.sampler }
}

/** The sheet inside a file of ours: JSON text or its value. Null when there is none. */
function embeddedSheet(value: unknown): PolicySheet | null {
  if (value === undefined) return null
  let json: unknown = value
  try {
    if (typeof value === 'string') json = JSON.parse(value) as unknown
  } catch {
    throw new ForeignFileError('damaged', 'its policy sheet is not JSON')
  }
  const sheet = sheetOf(json)
  if (typeof sheet === 'string')
    throw new ForeignFileError('damaged', `"${sheet}" in its policy sheet is missing or has the wrong form`)
  return sheet
}

/** The sheet of the new folder, checked against what was read. */
function completeSheet(foreign: Foreign, id: string, from: string, world: ImportWorld): PolicySheet {
  const { content, producer, hash } = foreign
  const origin = foreign.sheet ?? unknownOrigin(world)
  const own = 'parts' in content
  const sheet: PolicySheet = {
    ...origin,
    formatVersion: POLICY_FORMAT_VERSION,
    id,
    weights: own ? WEIGHTS_FILE : WEIGHT_FILE,
    networks: own ? networkShapes(content.parts.networks) : {},
    sampler: own ? content.parts.sampler : null,
    model: own ? null : MODEL_FILE,
    imported: { from, hash, producer },
    createdAt: Date.now(),
  }
  const observationSize = sheet.observation.length
  const actionSize = sheet.action.length
  const problem = own
    ? (shapeProblem({ ...content.parts, observationSize, actionSize }) ?? weightProblem(content.parts))
    : sizeProblem(content, observationSize, actionSize)
  if (problem !== null) throw new ForeignFileError('unfit', problem)
  return sheet
}

function weightProblem({ networks }: PolicyParts): string | null {
  const all = Object.values(networks).flat()
  const finite = all.every(({ weight, bias }) => weight.every(Number.isFinite) && bias.every(Number.isFinite))
  return finite ? null : 'its weights are not all finite numbers'
}

function sizeProblem(
  model: { observationSize: number; actionSize: number },
  observationSize: number,
  actionSize: number,
): string | null {
  if (model.observationSize !== observationSize)
    return `it takes ${model.observationSize} values, an observation has ${observationSize}`
  if (model.actionSize !== actionSize) return `it gives ${model.actionSize} values, an action has ${actionSize}`
  return null
}

/** Names and units come from the world that was said; where the policy comes from is not known. */
function unknownOrigin(world: ImportWorld): PolicySheet {
  const { observation, action, stepPeriodS } = worldSpec({ world, options: {}, robot: 'in-process' })
  return {
    format: 'forager-policy',
    formatVersion: POLICY_FORMAT_VERSION,
    id: '',
    weights: WEIGHTS_FILE,
    networks: {},
    sampler: null,
    model: null,
    observation,
    action,
    stepPeriodS,
    task: null,
    learner: 'imported',
    mode: '',
    settings: {},
    actions: 'policy',
    seed: 0,
    updates: 0,
    dataset: null,
    imported: null,
    appVersion: appVersion(),
    createdAt: 0,
  }
}

function writeForeign(folder: string, sheet: PolicySheet, { content }: Foreign): void {
  if ('parts' in content) return writePolicy(folder, sheet, content.parts)
  for (const [name, bytes] of Object.entries(layersModelFiles(content.model))) writeDurably(join(folder, name), bytes)
  writeSheet(folder, sheet)
}

function importRefusal(file: string, { fault, message }: ForeignFileError): Error {
  const code = `import-${fault}`
  if (fault === 'unreadable')
    return refusal(
      code,
      `${file} cannot be read: ${message}. Nothing was imported.`,
      'Check that all its files are there and may be read by this user.',
    )
  if (fault === 'damaged')
    return refusal(code, `${file} is damaged: ${message}. Nothing was imported.`, 'Copy or export the file again.')
  if (fault === 'unfit')
    return refusal(
      code,
      `${file} does not fit: ${message}. Nothing was imported.`,
      'Import a policy that was made for this world.',
    )
  return refusal(
    code,
    `${file} cannot be run here: ${message}. Nothing was imported.`,
    'Export the policy as a chain of dense layers with ReLU, tanh or no activation, or as a TensorFlow.js LayersModel.',
  )
}
