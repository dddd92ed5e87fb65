import { basename, join } from 'node:path'
import type { PolicySheet } from '../../../contract/policy.ts'
import { refusal } from '../../../contract/problem.ts'
import { writeDurably } from '../../platform/durable-file.ts'
import { appVersion } from '../../platform/app-version.ts'
import { refuseExisting } from '../../platform/new-path.ts'
import { readPolicy, readSheet } from '../policy-folder.ts'
import type { StoredPolicy } from '../policy-folder.ts'
import { layersModelFiles, readLayersModel } from './layers-model-file.ts'
import { policyTopology } from './layers-topology.ts'
import { createFile, createFolder } from './new-target.ts'
import { writeOnnx } from './onnx-file.ts'
import { OPSET, policyGraph } from './onnx-graph.ts'

export const POLICY_FORMATS = ['onnx', 'tfjs'] as const
export type PolicyFormat = (typeof POLICY_FORMATS)[number]

/** Key of the policy sheet, as JSON, in the metadata of an exported file. */
export const SHEET_KEY = 'forager_policy'
const NOTE_KEY = 'forager_note'

/**
 * Writes a policy folder as one ONNX file or as a folder with a TensorFlow.js LayersModel. The policy sheet goes along,
 * so that a later import knows units, task and origin. Refuses an existing target.
 */
export function exportPolicy(folder: string, format: PolicyFormat, out: string): void {
  refuseExisting(out)
  const sheet = readSheet(folder)
  if (sheet.model !== null) return exportModel(folder, sheet, format, out)
  const stored = readPolicy(folder)
  if (format === 'onnx') return createFile(out, onnxOf(stored))
  const files = layersModelOf(stored)
  createFolder(out, (beside) => {
    for (const [name, content] of Object.entries(files)) writeDurably(join(beside, name), content)
  })
}

function onnxOf({ sheet, parts }: StoredPolicy): Uint8Array {
  return writeOnnx({
    producer: 'forager',
    producerVersion: appVersion(),
    opset: OPSET,
    metadata: { [SHEET_KEY]: JSON.stringify(sheet), [NOTE_KEY]: onnxNote(sheet) },
    ...policyGraph(parts),
  })
}

const DETERMINISTIC = 'observation [batch, S] in SI units gives action [batch, A] in [-1, 1]'
const NOISY =
  'observation [batch, S] in SI units and noise [batch, A], drawn anew from N(0, 1) for every action, ' +
  'give action [batch, A] in [-1, 1]'

function onnxNote({ sampler }: PolicySheet): string {
  if (sampler?.kind !== 'bcq') return sampler ? NOISY : DETERMINISTIC
  return (
    `observation [1, S] in SI units and noise [${sampler.samples}, ${sampler.latent}], drawn anew from N(0, 1) ` +
    'for every action, give action [1, A] in [-1, 1]'
  )
}

function layersModelOf({ sheet, parts }: StoredPolicy): Record<string, Uint8Array> {
  return layersModelFiles({
    ...policyTopology(parts),
    producer: `forager ${appVersion()}`,
    metadata: { [SHEET_KEY]: sheet, [NOTE_KEY]: layersNote(sheet) },
  })
}

function layersNote({ sampler }: PolicySheet): string {
  if (sampler?.kind !== 'bcq') return sampler ? NOISY : DETERMINISTIC
  return (
    `observation [${sampler.samples}, S], one observation in every row, and noise [${sampler.samples}, ` +
    `${sampler.latent}], drawn anew from N(0, 1) for every action, give candidates [${sampler.samples}, A] and ` +
    'values: the action is the candidate of the largest value'
  )
}

/** A policy that is a foreign LayersModel itself goes out as it came in. */
function exportModel(folder: string, sheet: PolicySheet, format: PolicyFormat, out: string): void {
  if (format === 'onnx')
    throw refusal(
      'export-unsupported',
      `The policy ${basename(folder)} is a TensorFlow.js model with layers that are not written as ONNX. Nothing was written.`,
      'Export it with the format tfjs, and convert it with the tool that made it.',
    )
  const model = readLayersModel(join(folder, sheet.model ?? ''))
  const files = layersModelFiles({ ...model, metadata: { ...model.metadata, [SHEET_KEY]: sheet } })
  createFolder(out, (beside) => {
    for (const [name, content] of Object.entries(files)) writeDurably(join(beside, name), content)
  })
}
