import { resolve } from 'node:path'
import { IMPORT_WORLDS } from '../policy/exchange/import-policy.ts'
import { importInThread } from '../workers/import-thread.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Makes a policy folder of another tool's file. */
async function run(input: VerbInput): Promise<VerbResult> {
  const path = resolve(input.operands[0] ?? '')
  const folder = resolve(input.text('out'))
  const world = IMPORT_WORLDS.find((name) => name === input.text('world', 'panda')) ?? 'panda'
  const sheet = await importInThread({ path, folder, world })
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

export const verb: Verb = {
  name: 'import',
  summary: 'Makes a policy folder of an ONNX file or a TensorFlow.js LayersModel.',
  operands: ['PATH'],
  options: [
    { name: 'out', kind: 'text', placeholder: 'DIR', required: true, help: 'policy folder to make; must not exist' },
    {
      name: 'world',
      kind: 'text',
      choices: IMPORT_WORLDS,
      help: 'gives names and units to a policy whose file has none, default panda',
    },
  ],
  run,
}
