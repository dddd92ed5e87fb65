import { ProblemError, problemOf } from '../contract/problem.ts'
import type { Problem } from '../contract/problem.ts'
import { terminalCommand } from '../contract/terminal-command.ts'
import { appVersion } from './platform/app-version.ts'
import { commandLineOf, helpText, parseArguments } from './verbs/parse-arguments.ts'
import type { ParsedArguments } from './verbs/parse-arguments.ts'
import type { CommandLine, Verb, VerbInput } from './verbs/verb.ts'

/** Verbs in the order of the help text. Each lives in verbs/<name>.ts and is loaded only when it is asked for. */
const VERBS = {
  'sim-panda': 'simulated arm on the FCI protocol, in real time',
  collect: 'explore and record a dataset, or continue one',
  info: 'what a dataset holds',
  check: 'integrity and quality of a dataset',
  curate: 'exclude, trim, tag or note episodes; undo',
  view: 'several datasets, or a part of them, as one',
  trash: 'put a dataset away, bring it back, or erase it',
  train: 'train a policy offline from a dataset',
  replay: 'move the arm as in a recorded episode',
  evaluate: 'try a policy',
  experiment: "the paper's figure 3 and table 1, safe to kill and resume",
  export: 'write a dataset or a policy in the format of other tools',
  import: 'make a dataset or a policy of the file of another tool',
  bench: 'speed figures beside the limits of this machine',
} as const

/** The station from a terminal. Exit code 0, or 1 after a refusal or failure that is said on stderr. */
async function main(words: string[]): Promise<number> {
  const [name = '--help', ...rest] = words
  const wantsJson = rest.includes('--json')
  try {
    if (name === '--help' || name === '-h' || name === 'help') {
      process.stdout.write(overview())
      return 0
    }
    if (name === '--version') {
      process.stdout.write(`${appVersion()}\n`)
      return 0
    }
    const verb = await loadVerb(name)
    const line = commandLineOf(verb)
    const parsed = parseArguments(line, rest)
    if (parsed.values.has('help')) {
      process.stdout.write(helpText(line))
      return 0
    }
    const result = await verb.run(verbInput(line, parsed))
    if (!result.printed) process.stdout.write(wantsJson ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`)
    return result.exitCode ?? 0
  } catch (error) {
    sayProblem(problemOf(error), wantsJson)
    return 1
  }
}

async function loadVerb(name: string): Promise<Verb> {
  if (!Object.hasOwn(VERBS, name)) {
    const known = Object.keys(VERBS).join(', ')
    throw new ProblemError({
      code: 'unknown-verb',
      message: `There is no verb "${name}". Nothing was started.`,
      tip: `Known verbs: ${known}. ${terminalCommand('--help')} says what they do.`,
    })
  }
  const module = (await import(new URL(`./verbs/${name}.ts`, import.meta.url).href)) as { verb: Verb }
  return module.verb
}

function verbInput({ command, options }: CommandLine, parsed: ParsedArguments): VerbInput {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // A second signal ends the process; the addon then still brings an arm to rest. A third finds no listener.
      process.once(signal, () => process.exit(1))
      interrupted.abort(signal)
    })
  }
  const first = (option: string): string | number | boolean | undefined => {
    if (!options.some((spec) => spec.name === option)) throw new Error(`${command} does not declare --${option}`)
    return parsed.values.get(option)?.[0]
  }
  return {
    operands: parsed.operands,
    has: (option) => first(option) !== undefined,
    text: (option, fallback = '') => String(first(option) ?? fallback),
    number: (option, fallback = NaN) => Number(first(option) ?? fallback),
    flag: (option) => first(option) === true,
    list: (option) => (parsed.values.get(option) ?? []).map(String),
    progress: (line) => process.stderr.write(`${line}\n`),
    signal: interrupted.signal,
  }
}

function sayProblem(problem: Problem, json: boolean): void {
  const { code, message, tip, details } = problem
  const text = `${message}\n  ${tip}\n  (${code})\n${code === 'internal-error' ? `${details ?? ''}\n` : ''}`
  process.stderr.write(json ? `${JSON.stringify(problem)}\n` : text)
}

function overview(): string {
  const lines = Object.entries(VERBS).map(([name, summary]) => `  ${name.padEnd(12)}${summary}`)
  const tail = ['VERB --help lists the options of a verb; --version tells the version.', '']
  return [`${terminalCommand('VERB')} [options]`, '', ...lines, '', ...tail].join('\n')
}

/** A reader of the progress who goes away does not end a run. A result that cannot be written is a failure. */
function watchOutputs(words: string[]): void {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exitCode = 1
    if (error.code !== 'EPIPE') sayProblem(problemOf(error), words.includes('--json'))
  })
}

const words = process.argv.slice(2)
watchOutputs(words)
const code = await main(words)
if (code !== 0) process.exitCode = code
