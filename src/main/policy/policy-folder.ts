import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { POLICY_FORMAT_VERSION, policySheetSchema } from '../../contract/policy.ts'
import type { LayerShape, PolicySheet } from '../../contract/policy.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { writeDurably } from '../platform/durable-file.ts'
import type { PolicyLayer, PolicyParts } from '../platform/native-policy.ts'
import { shapeProblem } from './policy-shape.ts'
import { readTensors, TensorFileError, writeTensors } from './safetensors.ts'
import type { Tensor, TensorFile } from './safetensors.ts'

export const SHEET_FILE = 'policy.json'
export const WEIGHTS_FILE = 'weights.safetensors'

export interface StoredPolicy {
  sheet: PolicySheet
  parts: PolicyParts
}

/**
 * Writes sheet and weights into `folder`, which is made when it is missing. The weights go first: after a power cut
 * between the two, the weights are the newer ones and carry their own update count, which reading prefers.
 */
export function writePolicy(folder: string, sheet: PolicySheet, parts: PolicyParts): void {
  mkdirSync(folder, { recursive: true })
  const tensors = new Map<string, Tensor>()
  for (const [name, layers] of Object.entries(parts.networks))
    layers.forEach((layer, i) => {
      tensors.set(`${name}.${i}.weight`, { shape: [layer.outputs, layer.inputs], values: layer.weight })
      tensors.set(`${name}.${i}.bias`, { shape: [layer.outputs], values: layer.bias })
    })
  const metadata = { format: 'pt', policy: sheet.id, updates: String(sheet.updates) }
  writeDurably(join(folder, WEIGHTS_FILE), writeTensors({ tensors, metadata }))
  writeSheet(folder, sheet)
}

/** The sheet alone. */
export function writeSheet(folder: string, sheet: PolicySheet): void {
  writeDurably(join(folder, SHEET_FILE), JSON.stringify(sheet, null, 2) + '\n')
}

/** Reads and checks a policy of our own networks. Refuses what is missing, foreign or does not fit together. */
export function readPolicy(folder: string): StoredPolicy {
  const sheet = readSheet(folder)
  const file = readWeights(folder, sheet)
  const networks = Object.fromEntries(
    Object.entries(sheet.networks).map(([name, shapes]) => [
      name,
      shapes.map((shape, i) => readLayer(folder, file, name, i, shape)),
    ]),
  )
  const updates = Number(file.metadata['updates'] ?? sheet.updates)
  return {
    sheet: { ...sheet, updates: Number.isSafeInteger(updates) ? updates : sheet.updates },
    parts: { networks, sampler: sheet.sampler },
  }
}

/** The sheet alone; null where there is no policy yet. Refuses as `readSheet` does. */
export function sheetIfThere(folder: string): PolicySheet | null {
  try {
    return readSheet(folder)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'policy-missing') return null
    throw error
  }
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
  const observationSize = sheet.observation.length
  const problem =
    sheet.model === null ? shapeProblem({ ...sheet, observationSize, actionSize: sheet.action.length }) : null
  if (problem !== null) throw unfit(folder, problem)
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
  const sheet = sheetOf(json)
  if (typeof sheet !== 'string') return sheet
  throw refusal(
    'policy-foreign',
    `${SHEET_FILE} in ${folder} is not a policy sheet: "${sheet}" is missing or has the wrong form. Nothing moved.`,
    tip,
  )
}

/** The sheet in a JSON value, brought to the newest version; where it is none, the field that is wrong. */
export function sheetOf(json: unknown): PolicySheet | string {
  const version = (json as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === 'number' && version > POLICY_FORMAT_VERSION) return 'formatVersion'
  const parsed = policySheetSchema.safeParse(version === 1 ? fromVersion1(json as object) : json)
  return parsed.success ? parsed.data : (parsed.error.issues[0]?.path.join('.') ?? '')
}

/** Version 1 had one network only, and none was imported. */
function fromVersion1({ layers, ...rest }: { layers?: unknown }): object {
  return { ...rest, networks: { actor: layers }, sampler: null, model: null, imported: null }
}

function readLayer(folder: string, file: TensorFile, network: string, i: number, shape: LayerShape): PolicyLayer {
  const read = (part: 'weight' | 'bias', size: number[]): Float32Array => {
    // Files of version 1 say `layers` for the only network.
    const name = `${network}.${i}.${part}`
    const tensor = file.tensors.get(name) ?? (network === 'actor' ? file.tensors.get(`layers.${i}.${part}`) : undefined)
    if (!tensor) throw unfit(folder, `${name} is missing in the weights`)
    if (tensor.shape.join() !== size.join())
      throw unfit(folder, `${name} is [${tensor.shape.join(', ')}], the sheet says [${size.join(', ')}]`)
    if (!tensor.values.every((value) => Number.isFinite(value)))
      throw unfit(folder, `${name} holds values that are not finite numbers`)
    return tensor.values
  }
  return { ...shape, weight: read('weight', [shape.outputs, shape.inputs]), bias: read('bias', [shape.outputs]) }
}

function readWeights(folder: string, sheet: PolicySheet): TensorFile {
  // The name comes from a file: a path in it must not lead out of the folder.
  const name = /^[\w-][\w.-]{0,99}$/.test(sheet.weights) ? sheet.weights : WEIGHTS_FILE
  const path = join(folder, name)
  const tip = 'Copy the whole policy folder again, or resume its training, which writes the weights anew.'
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw refusal(
      'policy-missing',
      `The weights file ${path} cannot be opened. The policy cannot be run; nothing moved.`,
      tip,
      String(error),
    )
  }
  try {
    return readTensors(bytes)
  } catch (error) {
    if (!(error instanceof TensorFileError)) throw error
    throw refusal('policy-damaged', `The weights file ${path} cannot be read: ${error.message}. Nothing moved.`, tip)
  }
}

function unfit(folder: string, why: string): Error {
  return refusal(
    'policy-unfit',
    `The policy in ${folder} does not fit together: ${why}. Nothing moved.`,
    'Copy the whole policy folder again, or train it anew.',
  )
}
