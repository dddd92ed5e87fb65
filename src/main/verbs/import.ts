import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { IMPORTERS } from '../formats/importers.ts'
import { bytesText } from '../platform/disk.ts'
import { POLICY_FORMATS } from '../policy/exchange/export-policy.ts'
import { IMPORT_WORLDS } from '../policy/exchange/import-policy.ts'
import { MODEL_FILE } from '../policy/exchange/layers-model-file.ts'
import { forkProcess } from '../platform/own-process.ts'
import { ExchangeProcesses } from '../workers/exchange-process.ts'
import { importInProcess } from '../workers/import-process.ts'
import { exchangeTelling } from './exchange-telling.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Options that mean something for a dataset only. */
const DATASET_OPTIONS = ['period', 'episode-steps'] as const

/** Makes a dataset or a policy folder of another tool's file. */
function run(input: VerbInput): Promise<VerbResult> {
  const path = resolve(input.operands[0] ?? '')
  const out = resolve(input.text('out'))
  return isPolicy(path, input) ? importPolicy(path, out, input) : importDataset(path, out, input)
}

/** By the format that was said, else by the name: a policy is an ONNX file or a LayersModel. */
function isPolicy(path: string, input: VerbInput): boolean {
  if (input.has('format')) return POLICY_FORMATS.some((format) => format === input.text('format'))
  return /\.(onnx|json)$/i.test(path) || existsSync(join(path, MODEL_FILE))
}

async function importPolicy(path: string, folder: string, input: VerbInput): Promise<VerbResult> {
  const odd = DATASET_OPTIONS.find((name) => input.has(name))
  if (odd !== undefined)
    throw refusal('bad-arguments', `--${odd} says nothing about a policy. Nothing was imported.`, `Leave --${odd} out.`)
  const world = IMPORT_WORLDS.find((name) => name === input.text('world', 'panda')) ?? 'panda'
  const sheet = await importInProcess(forkProcess, { path, folder, world })
  const runs = sheet.model === null ? 'native' : 'tfjs'
  const json = {
    what: 'policy',
    source: path,
    out: folder,
    runs,
    observation_size: sheet.observation.length,
    action_size: sheet.action.length,
    learner: sheet.learner,
    producer: sheet.imported?.producer ?? '',
    hash: sheet.imported?.hash ?? '',
  }
  const how = runs === 'native' ? 'runs natively' : 'runs through TensorFlow.js'
  return {
    json,
    text: `${folder}: policy for ${json.observation_size} observations and ${json.action_size} actions, ${how}`,
  }
}

async function importDataset(path: string, out: string, input: VerbInput): Promise<VerbResult> {
  const order = {
    path,
    out,
    format: input.has('format') ? input.text('format') : null,
    world: input.has('world') ? input.text('world') : null,
    stepPeriodS: input.has('period') ? input.number('period') : null,
    stepsPerEpisode: input.has('episode-steps') ? input.number('episode-steps') : null,
  }
  const seams = { progress: exchangeTelling(input), signal: input.signal }
  const report = await new ExchangeProcesses(forkProcess).import(order, seams)
  const { format, episodes, transitions, bytes, beliefs, check } = report
  const verdict = check.ok ? 'the check found no problem' : `the check found ${check.problems} problems`
  const counts = `${episodes} episodes with ${transitions} transitions from ${format}, ${bytesText(bytes)}`
  return {
    json: { what: 'dataset', source: path, format, out, episodes, transitions, bytes, beliefs, check },
    text: [`${out}: ${counts}; ${verdict}`, ...beliefs.map((belief) => `  ${belief}`)].join('\n'),
  }
}

export const verb: Verb = {
  name: 'import',
  summary: 'Makes a dataset or a policy folder of the file of another tool.',
  operands: ['PATH'],
  options: [
    {
      name: 'out',
      kind: 'text',
      placeholder: 'PATH',
      required: true,
      help: 'dataset or policy folder to make; must not exist',
    },
    {
      name: 'format',
      kind: 'text',
      choices: [...POLICY_FORMATS, ...IMPORTERS.map(({ format }) => format)],
      help: 'what the file is; recognised when left out',
    },
    {
      name: 'world',
      kind: 'text',
      choices: IMPORT_WORLDS,
      help: 'gives names and units to a file that has none; default panda for a policy, none for a dataset',
    },
    {
      name: 'period',
      kind: 'number',
      minimum: 1e-4,
      maximum: 3600,
      placeholder: 'SECONDS',
      help: 'how long a step of the dataset took, where the file does not say it',
    },
    {
      name: 'episode-steps',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000_000,
      help: 'steps after which episodes were cut, where the file does not mark it',
    },
  ],
  run,
}
