import { mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { problemOf, refusal } from '../../src/contract/problem.ts'

function thrown(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('a refusal stays as it is, also one that was sent as a value or by the addon', () => {
  const problem = { code: 'a-code', message: 'What happened.', tip: 'What to do.' }
  expect(problemOf(refusal('a-code', 'What happened.', 'What to do.'))).toEqual(problem)
  expect(problemOf({ ...problem, details: 'raw' })).toEqual({ ...problem, details: 'raw' })
  expect(problemOf(Object.assign(new Error('What happened.'), { code: 'a-code', tip: 'What to do.' }))).toEqual(problem)
})

test.each([
  ['a missing file', () => readFileSync('/nowhere/at/all'), 'open /nowhere/at/all: no such file or directory.'],
  ['a folder', () => readFileSync(tmpdir()), 'read a file: illegal operation on a directory.'],
  ['a name that is too long', () => mkdirSync(`/tmp/${'a'.repeat(300)}`), 'a…: name too long.'],
])('what the operating system says about %s is no defect of the program', (_what, call, says) => {
  const { code, message, tip, details } = problemOf(thrown(call))
  expect(code).toBe('system-error')
  expect(message).toContain('The operating system refused to ')
  expect(message).toContain(says)
  expect(message.length).toBeLessThan(300)
  expect(tip).not.toBe('')
  expect(details).toContain('    at ')
})

test.each([new TypeError('x is not a function'), 'a word', null, undefined, { message: 1 }])(
  'anything else (%s) is a defect that is to be reported',
  (error) => {
    expect(problemOf(error)).toMatchObject({ code: 'internal-error', tip: expect.stringContaining('Report') as string })
  },
)
