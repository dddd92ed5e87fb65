/** One option of a verb: parsed, checked and printed in `--help` from this one description. */
export interface OptionSpec {
  name: string
  /** `flag` takes no value. Numbers must be finite; `integer` must be whole. */
  kind: 'text' | 'integer' | 'number' | 'flag'
  /** Stands for the value in the help text, e.g. `FILE`. */
  placeholder?: string
  /** Further lines are printed under the first. */
  help: string
  required?: boolean
  minimum?: number
  maximum?: number
  choices?: readonly string[]
  /** May be given several times; read with `list`. */
  repeat?: boolean
}

/** What the person typed, already checked against the verb's option list. */
export interface VerbInput {
  /** Operands in the order of `operands`. */
  operands: string[]
  has(option: string): boolean
  /** Value of a text option; the fallback when it was not given. */
  text(option: string, fallback?: string): string
  /** Value of an integer or number option. */
  number(option: string, fallback?: number): number
  flag(option: string): boolean
  /** All values of a repeated option. */
  list(option: string): string[]
  /** One line of progress for a person; goes to stderr. */
  progress(line: string): void
  /** Aborted by the first SIGINT or SIGTERM: finish within two seconds with every file closed. */
  signal: AbortSignal
}

export interface VerbResult {
  /** The one object of `--json`. */
  json: Record<string, unknown>
  /** The same for a person. */
  text: string
  /** 0 unless given; a verb that worked and found a bad verdict returns 1. */
  exitCode?: number
  /** The verb printed its object itself, while it ran: nothing more goes to stdout. */
  printed?: boolean
}

/** What may stand behind a command, for its help text and the check of what a person typed. */
export interface CommandLine {
  /** As it is typed, e.g. `npm run -s forager -- info`. */
  command: string
  /** One line. */
  summary: string
  /** Names of the operands in order, e.g. `['FILE']`; those that may be left out come last, in brackets: `'[FOLDER]'`. */
  operands: readonly string[]
  options: readonly OptionSpec[]
}

/** One word of the command line. Each file `verbs/<name>.ts` exports `verb`. */
export interface Verb extends Omit<CommandLine, 'command'> {
  name: string
  /** Throws a refusal (`ProblemError`) when it cannot do what is asked. */
  run(input: VerbInput): Promise<VerbResult>
}
