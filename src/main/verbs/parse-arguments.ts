import { parseArgs } from 'node:util'
import { refusal } from '../../contract/problem.ts'
import type { OptionSpec, Verb } from './verb.ts'

/** Option values and operands of one verb, checked. */
export interface ParsedArguments {
  operands: string[]
  values: Map<string, (string | number | boolean)[]>
}

/** Every verb takes these. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { name: 'json', kind: 'flag', help: 'print exactly one JSON object on stdout' },
  { name: 'help', kind: 'flag', help: 'print this help' },
]

/**
 * Checks the words after the verb against its description.
 * Refuses unknown, repeated, missing and malformed options with `bad-arguments` before anything is touched.
 */
export function parseArguments(verb: Verb, words: readonly string[]): ParsedArguments {
  const specs = [...verb.options, ...COMMON_OPTIONS]
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      specs.map((spec) => [spec.name, { type: spec.kind === 'flag' ? ('boolean' as const) : ('string' as const) }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: ParsedArguments['values'] = new Map()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const spec = specs.find((each) => each.name === token.name && token.rawName.startsWith('--'))
    if (!spec) throw unknownOption(verb, token.rawName, specs)
    const before = values.get(spec.name) ?? []
    if (before.length > 0 && !spec.repeat) throw bad(verb, `--${spec.name} is given twice.`)
    values.set(spec.name, [...before, readValue(verb, spec, token.value)])
  }
  if (!values.has('help')) requireAll(verb, values, operands)
  return { operands, values }
}

function readValue(verb: Verb, spec: OptionSpec, text: string | undefined): string | number | boolean {
  if (spec.kind === 'flag') {
    if (text !== undefined) throw bad(verb, `--${spec.name} takes no value, but "${text}" is given.`)
    return true
  }
  if (text === undefined || text === '') throw bad(verb, `--${spec.name} needs a value.`)
  if (spec.choices && !spec.choices.includes(text)) {
    throw bad(verb, `--${spec.name} cannot be "${text}".`, `Give one of: ${spec.choices.join(', ')}.`)
  }
  return spec.kind === 'text' ? text : readNumber(verb, spec, text)
}

function readNumber(verb: Verb, spec: OptionSpec, text: string): number {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN
  const kind = spec.kind === 'integer' ? 'a whole number' : 'a number'
  const low = spec.minimum ?? -Infinity
  const high = spec.maximum ?? Infinity
  const fits = Number.isFinite(value) && value >= low && value <= high
  if (!fits || (spec.kind === 'integer' && !Number.isSafeInteger(value))) {
    throw bad(verb, `--${spec.name} cannot be "${text}".`, `Give ${kind}${rangeText(low, high)}.`)
  }
  return value
}

function rangeText(low: number, high: number): string {
  if (low > -Infinity && high < Infinity) return ` from ${low} to ${high}`
  if (low > -Infinity) return ` of at least ${low}`
  return high < Infinity ? ` of at most ${high}` : ''
}

function requireAll(verb: Verb, values: ParsedArguments['values'], operands: string[]): void {
  const missing = verb.options.find((spec) => spec.required && !values.has(spec.name))
  if (missing) throw bad(verb, `--${missing.name} is missing: ${missing.help}.`)
  const nextOperand = verb.operands[operands.length]
  if (nextOperand !== undefined && !nextOperand.startsWith('[')) throw bad(verb, `${nextOperand} is missing.`)
  const extra = operands[verb.operands.length]
  if (extra !== undefined) throw bad(verb, `"${extra}" is not expected here.`)
}

function unknownOption(verb: Verb, raw: string, specs: readonly OptionSpec[]): Error {
  const known = specs.map((spec) => `--${spec.name}`).join(', ')
  return bad(verb, `${verb.name} has no option ${raw}.`, `Known options: ${known}.`)
}

function bad(verb: Verb, what: string, tip = `forager ${verb.name} --help lists the options.`): Error {
  return refusal('bad-arguments', `${what} Nothing was started.`, tip)
}

/** The text of `forager VERB --help`. */
export function helpText(verb: Verb): string {
  const head = (spec: OptionSpec): string =>
    `  --${spec.name}${spec.kind === 'flag' ? '' : ` ${spec.placeholder ?? spec.kind.toUpperCase()}`}`
  const specs = [...verb.options, ...COMMON_OPTIONS]
  const width = Math.max(...specs.map((spec) => head(spec).length)) + 2
  const notes = (spec: OptionSpec): string =>
    [
      spec.choices ? ` (${spec.choices.join(', ')})` : '',
      spec.required ? ' [required]' : '',
      spec.repeat ? ' [may be repeated]' : '',
    ].join('')
  const indented = (text: string): string => text.replaceAll('\n', `\n${' '.repeat(width)}`)
  const lines = specs.map((spec) => head(spec).padEnd(width) + indented(spec.help) + notes(spec))
  const operands = verb.operands.map((operand) => ` ${operand}`).join('')
  return [`forager ${verb.name}${operands} [options]`, '', verb.summary, '', ...lines, ''].join('\n')
}
