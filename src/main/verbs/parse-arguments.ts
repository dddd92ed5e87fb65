import { parseArgs } from 'node:util'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import type { CommandLine, OptionSpec, Verb } from './verb.ts'

/** Option values and operands, checked. */
export interface ParsedArguments {
  operands: string[]
  values: Map<string, (string | number | boolean)[]>
}

export const HELP: OptionSpec = { name: 'help', kind: 'flag', help: 'print this help' }

/** The command line of a verb; every verb takes two more options. */
export function commandLineOf({ name, summary, operands, options }: Verb): CommandLine {
  const json: OptionSpec = { name: 'json', kind: 'flag', help: 'print exactly one JSON object on stdout' }
  return { command: terminalCommand(name), summary, operands, options: [...options, json, HELP] }
}

/**
 * Checks the words behind a command against its description.
 * Refuses unknown, repeated, missing and malformed options with `bad-arguments` before anything is touched.
 */
export function parseArguments(line: CommandLine, words: readonly string[]): ParsedArguments {
  const specs = line.options
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
    if (!spec) throw unknownOption(line, token.rawName)
    const before = values.get(spec.name) ?? []
    if (before.length > 0 && !spec.repeat) throw bad(line, `--${spec.name} is given twice.`)
    values.set(spec.name, [...before, readValue(line, spec, token.value)])
  }
  if (!values.has('help')) requireAll(line, values, operands)
  return { operands, values }
}

function readValue(line: CommandLine, spec: OptionSpec, text: string | undefined): string | number | boolean {
  if (spec.kind === 'flag') {
    if (text !== undefined) throw bad(line, `--${spec.name} takes no value, but "${text}" is given.`)
    return true
  }
  if (text === undefined || text === '') throw bad(line, `--${spec.name} needs a value.`)
  if (spec.choices && !spec.choices.includes(text)) {
    throw bad(line, `--${spec.name} cannot be "${text}".`, `Give one of: ${spec.choices.join(', ')}.`)
  }
  return spec.kind === 'text' ? text : readNumber(line, spec, text)
}

function readNumber(line: CommandLine, spec: OptionSpec, text: string): number {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN
  const kind = spec.kind === 'integer' ? 'a whole number' : 'a number'
  const low = spec.minimum ?? -Infinity
  const high = spec.maximum ?? Infinity
  const fits = Number.isFinite(value) && value >= low && value <= high
  if (!fits || (spec.kind === 'integer' && !Number.isSafeInteger(value))) {
    throw bad(line, `--${spec.name} cannot be "${text}".`, `Give ${kind}${rangeText(low, high)}.`)
  }
  return value
}

function rangeText(low: number, high: number): string {
  if (low > -Infinity && high < Infinity) return ` from ${low} to ${high}`
  if (low > -Infinity) return ` of at least ${low}`
  return high < Infinity ? ` of at most ${high}` : ''
}

function requireAll(line: CommandLine, values: ParsedArguments['values'], operands: string[]): void {
  const missing = line.options.find((spec) => spec.required && !values.has(spec.name))
  if (missing) throw bad(line, `--${missing.name} is missing: ${missing.help}.`)
  const nextOperand = line.operands[operands.length]
  if (nextOperand !== undefined && !nextOperand.startsWith('[')) throw bad(line, `${nextOperand} is missing.`)
  // An unset variable of the shell, which would otherwise mean this folder.
  const empty = operands.indexOf('')
  if (empty >= 0) throw bad(line, `${line.operands[empty] ?? 'An operand'} is given, but empty.`)
  const extra = operands[line.operands.length]
  if (extra !== undefined) throw bad(line, `"${extra}" is not expected here.`)
}

function unknownOption(line: CommandLine, raw: string): Error {
  const known = line.options.map((spec) => `--${spec.name}`).join(', ')
  return bad(line, `There is no option ${raw}.`, `Known options: ${known}.`)
}

function bad({ command }: CommandLine, what: string, tip = `${command} --help lists the options.`): Error {
  return refusal('bad-arguments', `${what} Nothing was started.`, tip)
}

/** The text of `--help`. */
export function helpText({ command, summary, operands, options }: CommandLine): string {
  const head = (spec: OptionSpec): string =>
    `  --${spec.name}${spec.kind === 'flag' ? '' : ` ${spec.placeholder ?? spec.kind.toUpperCase()}`}`
  const width = Math.max(...options.map((spec) => head(spec).length)) + 2
  const notes = (spec: OptionSpec): string =>
    [
      spec.choices ? ` (${spec.choices.join(', ')})` : '',
      spec.required ? ' [required]' : '',
      spec.repeat ? ' [may be repeated]' : '',
    ].join('')
  const indented = (text: string): string => text.replaceAll('\n', `\n${' '.repeat(width)}`)
  const lines = options.map((spec) => head(spec).padEnd(width) + indented(spec.help) + notes(spec))
  return [[command, ...operands, '[options]'].join(' '), '', summary, '', ...lines, ''].join('\n')
}
