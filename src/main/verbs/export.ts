import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { actionChoiceSchema } from '../../contract/exchange.ts'
import { refusal } from '../../contract/problem.ts'
import { planExport } from '../formats/export-dataset.ts'
import { EXPORTERS } from '../formats/exporters.ts'
import { bytesText } from '../platform/disk.ts'
import { exportPolicy, POLICY_FORMATS } from '../policy/exchange/export-policy.ts'
import { SHEET_FILE } from '../policy/policy-folder.ts'
import { forkProcess } from '../platform/own-process.ts'
import { ExchangeProcesses } from '../workers/exchange-process.ts'
import { exchangeTelling } from './exchange-telling.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

interface Order {
  path: string
  format: string
  out: string
}

/** A kind of thing that can be exported. */
interface Kind {
  what: string
  is(path: string): boolean
  formats: readonly string[]
  write(order: Order, input: VerbInput): Promise<VerbResult>
}

const KINDS: readonly Kind[] = [
  {
    what: 'policy',
    is: (path) => existsSync(join(path, SHEET_FILE)),
    formats: POLICY_FORMATS,
    write: writePolicy,
  },
  {
    what: 'dataset',
    is: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
    formats: EXPORTERS.map(({ format }) => format),
    write: writeDataset,
  },
]

/** Writes what is at a path in the format of other tools. */
function run(input: VerbInput): Promise<VerbResult> {
  const order = {
    path: resolve(input.operands[0] ?? ''),
    format: input.text('format'),
    out: resolve(input.text('out')),
  }
  const kind = KINDS.find((one) => one.is(order.path))
  if (!kind)
    throw refusal(
      'nothing-to-export',
      `There is nothing at ${order.path} that can be exported. Nothing was written.`,
      `Give the file of a dataset or a view, or the folder of a policy; it holds a ${SHEET_FILE}.`,
    )
  if (!kind.formats.includes(order.format))
    throw refusal(
      'bad-arguments',
      `A ${kind.what} cannot be exported as ${order.format}. Nothing was written.`,
      `Formats of a ${kind.what}: ${kind.formats.join(', ')}.`,
    )
  return kind.write(order, input)
}

function writePolicy({ path, format, out }: Order, input: VerbInput): Promise<VerbResult> {
  if (input.has('actions'))
    throw refusal('bad-arguments', 'A policy has no recorded actions. Nothing was written.', 'Leave --actions out.')
  exportPolicy(path, format === 'onnx' ? 'onnx' : 'tfjs', out)
  return Promise.resolve({
    json: { what: 'policy', source: path, format, out },
    text: `${out}: policy as ${format}`,
  })
}

async function writeDataset(order: Order, input: VerbInput): Promise<VerbResult> {
  const actions = actionChoiceSchema.parse(input.text('actions', 'policy'))
  const plan = planExport({ ...order, actions })
  for (const loss of plan.losses) input.progress(`Not in ${plan.label}: ${loss}`)
  const seams = { progress: exchangeTelling(input), signal: input.signal }
  const { episodes, transitions, bytes, losses } = await new ExchangeProcesses(forkProcess).export(
    { ...order, actions },
    seams,
  )
  const { path: source, format, out } = order
  return {
    json: { what: 'dataset', source, format, out, episodes, transitions, bytes, losses },
    text: `${out}: ${episodes} episodes with ${transitions} transitions as ${plan.label}, ${bytesText(bytes)}, counted again after writing`,
  }
}

export const verb: Verb = {
  name: 'export',
  summary: 'Writes a dataset or a policy in the format of other tools.',
  operands: ['PATH'],
  options: [
    {
      name: 'format',
      kind: 'text',
      required: true,
      choices: KINDS.flatMap(({ formats }) => formats),
      help: 'of a policy: onnx, one file; tfjs, a folder. Of a dataset: any other one',
    },
    { name: 'out', kind: 'text', placeholder: 'PATH', required: true, help: 'file or folder to write; must not exist' },
    {
      name: 'actions',
      kind: 'text',
      choices: actionChoiceSchema.options,
      help: 'of a dataset: those that the policy asked for, or those that were sent; default policy',
    },
  ],
  run,
}
