import { z } from 'zod'

/**
 * A refusal or failure, said to a person.
 * `message`: what happened, and what it means for the arm and the data. `tip`: what to do next.
 */
export const problemSchema = z.object({
  /** Stable kebab-case identifier for scripts and tests, e.g. `robot-refused`. */
  code: z.string(),
  message: z.string(),
  tip: z.string(),
  /** Raw facts for a report: error texts, paths, offsets. Never needed to act. */
  details: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** Carries a Problem through call stacks; the API and the CLI turn it back into a value at the edge. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** Builds the error to throw when something is refused before it is touched. */
export function refusal(code: string, message: string, tip: string, details?: string): ProblemError {
  return new ProblemError(details === undefined ? { code, message, tip } : { code, message, tip, details })
}

/**
 * Anything thrown, as a value. What is neither a refusal nor the operating system's is a defect of the program and carries
 * its stack as details.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  const known = problemSchema.safeParse(error)
  if (known.success) return known.data
  // The addon throws errors that carry the fields of a problem beside the message.
  const { code, tip, message } = (error ?? {}) as { code?: unknown; tip?: unknown; message?: unknown }
  if (typeof code === 'string' && typeof tip === 'string' && typeof message === 'string') return { code, message, tip }
  if (isNoPath(error))
    return { code: 'bad-path', message: 'No file can have that name: it has a null byte.', tip: 'Type the path again.' }
  const system = systemProblem(error)
  if (system) return system
  return {
    code: 'internal-error',
    message: `Forager failed: ${error instanceof Error ? error.message : String(error)}`,
    tip: 'This is a defect of the program. Report it with the details.',
    details: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}

/** Node refuses a path with a null byte before the operating system sees it. */
function isNoPath(error: unknown): boolean {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'ERR_INVALID_ARG_VALUE') return false
  return error.message.includes('without null bytes')
}

/** What the operating system said about a file; null when the error is another one. */
function systemProblem(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null
  const { path } = error as { path?: unknown }
  // `ENAMETOOLONG: name too long, open '/a/b'`
  const [, reason] = /^E[A-Z0-9]+: ([^,]+)/.exec(error.message) ?? []
  if (reason === undefined) return null
  const where = typeof path === 'string' ? ` ${path.length > 200 ? `${path.slice(0, 200)}…` : path}` : ' a file'
  return {
    code: 'system-error',
    message: `The operating system refused to ${String(error.syscall)}${where}: ${reason}.`,
    tip: 'Check the path, the disk it is on and the rights on it, then try again.',
    details: error.stack ?? error.message,
  }
}
