import { ZodError } from 'zod'
import { problemOf } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { inputWords } from './input-words.ts'

/** What a procedure threw, as a problem for a person; `bad-input` names the fields, `bug` carries the stack. */
export function errorProblem(thrown: unknown): Problem {
  if (thrown instanceof ZodError) return badInput(thrown)
  const problem = problemOf(thrown)
  return problem.code === 'internal-error' ? { ...problem, code: 'bug' } : problem
}

function badInput(error: ZodError): Problem {
  return {
    code: 'bad-input',
    message: `Refused before anything was done. ${inputWords(error.issues)}`,
    tip: 'Correct the named fields and try again.',
    details: JSON.stringify(error.issues),
  }
}
