import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { policySheetSchema } from '../../contract/policy.ts'
import type { PolicySheet } from '../../contract/policy.ts'
import { refusal } from '../../contract/problem.ts'
import { writeDurably } from '../learner/durable-file.ts'
import type { PolicyLayer } from '../platform/native.ts'
import { readTensors, TensorFileError, writeTensors } from './safetensors.ts'
import type { Tensor, TensorFile } from './safetensors.ts'

export const SHEET_FILE = 'policy.json'
export const WEIGHTS_FILE = 'weights.safetensors'
export const POLICY_FORMAT_VERSION = 1

export interface StoredPolicy {
  sheet: PolicySheet
  layers: PolicyLayer[]
}

/**
 * Writes sheet and weights into `folder`, which is made when it is missing. The weights go first: after a power cut
 * between the two, the weights are the newer ones and carry their own update count, which reading prefers.
 */
export function writePolicy(folder: string, sheet: PolicySheet, layers: readonly PolicyLayer[]): void {
  mkdirSync(folder, { recursive: true })
  const tensors = new Map<string, Tensor>()
  layers.forEach((layer, i) => {
    tensors.set(`layers.${i}.weight`, { shape: [layer.outputs, layer.inputs], values: layer.weight })
    tensors.set(`layers.${i}.bias`, { shape: [layer.outputs], values: layer.bias })
  })
  const metadata = { format: 'pt', policy: sheet.id, updates: String(sheet.updates) }
  writeDurably(join(folder, WEIGHTS_FILE), writeTensors({ tensors, metadata }))
  writeDurably(join(folder, SHEET_FILE), JSON.stringify(sheet, null, 2) + '\n')
}

/** Reads and checks a policy folder. Refuses what is missing, foreign or does not fit together. */
export function readPolicy(folder: string): StoredPolicy {
  const sheet = readSheet(folder)
  const file = readWeights(folder, sheet)
  const layers = sheet.layers.map((shape, i) => {
    const weight = file.tensors.get(`layers.${i}.weight`)
    const bias = file.tensors.get(`layers.${i}.bias`)
    if (!weight || !bias) throw unfit(folder, `layer ${i} is missing in the weights`)
    expectShape(folder, `layers.${i}.weight`, weight, [shape.outputs, shape.inputs])
    expectShape(folder, `layers.${i}.bias`, bias, [shape.outputs])
    if (!allFinite(weight.values) || !allFinite(bias.values))
      throw unfit(folder, `layer ${i} holds values that are not finite numbers`)
    return { ...shape, weight: weight.values, bias: bias.values }
  })
  const updates = Number(file.metadata['updates'] ?? sheet.updates)
  return { sheet: { ...sheet, updates: Number.isInteger(updates) ? updates : sheet.updates }, layers }
}

/** The sheet alone, with the shapes it names checked against each other. */
export function readSheet(folder: string): PolicySheet {
  const path = join(folder, SHEET_FILE)
  let raw: string
  try {
    raw = readFileSync(path, 'utf8')
  } catch (error) {
    throw refusal(
      'policy-missing',
      `There is no policy in ${folder}: ${SHEET_FILE} cannot be opened. Nothing moved.`,
      'Check the folder, or train a policy into it first.',
      String(error),
    )
  }
  const sheet = parseSheet(folder, raw)
  checkChain(folder, sheet)
  return sheet
}

function parseSheet(folder: string, raw: string): PolicySheet {
  const tip = 'Choose a folder that this station or its train command has written.'
  let json: unknown
  try {
    json = JSON.parse(raw)
  } catch (error) {
    throw refusal('policy-foreign', `${SHEET_FILE} in ${folder} is not JSON. Nothing moved.`, tip, String(error))
  }
  const version = (json as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === 'number' && version > POLICY_FORMAT_VERSION)
    throw refusal(
      'policy-too-new',
      `The policy in ${folder} has format ${version}; this version reads up to ${POLICY_FORMAT_VERSION}. Nothing moved.`,
      'Install a newer Forager.',
    )
  const parsed = policySheetSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  throw refusal(
    'policy-foreign',
    `${SHEET_FILE} in ${folder} is not a policy sheet: "${where}" is missing or has the wrong form. Nothing moved.`,
    tip,
    parsed.error.message,
  )
}

function checkChain(folder: string, sheet: PolicySheet): void {
  const first = sheet.layers[0]
  const last = sheet.layers.at(-1)
  if (!first || !last) throw unfit(folder, 'it has no layers')
  if (first.inputs !== sheet.observation.length)
    throw unfit(folder, `the first layer takes ${first.inputs} values, an observation has ${sheet.observation.length}`)
  if (last.outputs !== sheet.action.length)
    throw unfit(folder, `the last layer gives ${last.outputs} values, an action has ${sheet.action.length}`)
  sheet.layers.forEach((layer, i) => {
    const next = sheet.layers[i + 1]
    if (next && next.inputs !== layer.outputs)
      throw unfit(folder, `layer ${i} gives ${layer.outputs} values, layer ${i + 1} takes ${next.inputs}`)
  })
}

function readWeights(folder: string, sheet: PolicySheet): TensorFile {
  // The name comes from a file: a path in it must not lead out of the folder.
  const name = /^[\w.-]+$/.test(sheet.weights) ? sheet.weights : WEIGHTS_FILE
  const path = join(folder, name)
  if (!existsSync(path))
    throw refusal(
      'policy-missing',
      `The weights file ${path} is missing. The policy cannot be run; nothing moved.`,
      'Copy the whole policy folder again, or resume its training, which writes the weights anew.',
    )
  try {
    return readTensors(readFileSync(path))
  } catch (error) {
    if (!(error instanceof TensorFileError)) throw error
    throw refusal(
      'policy-damaged',
      `The weights file ${path} cannot be read: ${error.message}. Nothing moved.`,
      'Copy the whole policy folder again, or resume its training, which writes the weights anew.',
    )
  }
}

function expectShape(folder: string, name: string, tensor: Tensor, shape: number[]): void {
  if (tensor.shape.join() !== shape.join())
    throw unfit(folder, `${name} is [${tensor.shape.join(', ')}], the sheet says [${shape.join(', ')}]`)
}

function allFinite(values: Float32Array): boolean {
  return values.every((value) => Number.isFinite(value))
}

function unfit(folder: string, why: string): Error {
  return refusal(
    'policy-unfit',
    `The policy in ${folder} does not fit together: ${why}. Nothing moved.`,
    'Copy the whole policy folder again, or train it anew.',
  )
}
