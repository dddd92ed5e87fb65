import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { exportPolicy, POLICY_FORMATS } from '../policy/exchange/export-policy.ts'
import { SHEET_FILE } from '../policy/policy-folder.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** A kind of thing that can be exported. */
interface Exporter {
  what: string
  is(path: string): boolean
  formats: readonly string[]
  write(path: string, format: string, out: string): void
}

const EXPORTERS: readonly Exporter[] = [
  {
    what: 'policy',
    is: (path) => existsSync(join(path, SHEET_FILE)),
    formats: POLICY_FORMATS,
    write: (path, format, out) => exportPolicy(path, format === 'onnx' ? 'onnx' : 'tfjs', out),
  },
]

/** Writes what is at a path in the format of other tools. */
function run(input: VerbInput): Promise<VerbResult> {
  const path = resolve(input.operands[0] ?? '')
  const out = resolve(input.text('out'))
  const format = input.text('format')
  const exporter = EXPORTERS.find((one) => one.is(path))
  if (!exporter)
    throw refusal(
      'nothing-to-export',
      `There is nothing at ${path} that can be exported. Nothing was written.`,
      `Give the folder of a policy; it holds a ${SHEET_FILE}.`,
    )
  if (!exporter.formats.includes(format))
    throw refusal(
      'bad-arguments',
      `A ${exporter.what} cannot be exported as ${format}. Nothing was written.`,
      `Formats of a ${exporter.what}: ${exporter.formats.join(', ')}.`,
    )
  exporter.write(path, format, out)
  return Promise.resolve({
    json: { what: exporter.what, source: path, format, out },
    text: `${out}: ${exporter.what} as ${format}`,
  })
}

export const verb: Verb = {
  name: 'export',
  summary: 'Writes a policy in the format of other tools.',
  operands: ['PATH'],
  options: [
    {
      name: 'format',
      kind: 'text',
      required: true,
      choices: EXPORTERS.flatMap(({ formats }) => formats),
      help: 'onnx: one file; tfjs: a folder with a TensorFlow.js LayersModel',
    },
    { name: 'out', kind: 'text', placeholder: 'PATH', required: true, help: 'file or folder to write; must not exist' },
  ],
  run,
}
