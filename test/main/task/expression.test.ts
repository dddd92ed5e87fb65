import { describe, expect, it } from 'vitest'
import { problemOf } from '../../../src/contract/problem.ts'
import { compileExpression } from '../../../src/main/task/compile-expression.ts'
import { parseExpression } from '../../../src/main/task/parse-expression.ts'

const VALUES = { 'tip.x': 0.3, q1: 2, dq3: -1.5, t: 4 }
const NAMES = Object.keys(VALUES)

function valueOf(text: string): number {
  const frame = Float64Array.from(Object.values(VALUES))
  return compileExpression(parseExpression(text, new Set(NAMES)), frame, (name) => NAMES.indexOf(name))()
}

function refused(text: string): { code: string; message: string; caret: number } {
  try {
    parseExpression(text, new Set(NAMES))
  } catch (error) {
    const { code, message, details } = problemOf(error)
    return { code, message, caret: (details ?? '').split('\n').at(-1)!.length - 1 }
  }
  throw new Error(`${text} was accepted`)
}

describe('a reward written as an expression', () => {
  it.each([
    ['1 + 2 * 3 - 4 / 8', 6.5],
    ['-abs(tip.x - 0.5)', -0.2],
    ['norm(tip.x, 0.4)', 0.5],
    ['q1 ^ 3 ^ 2', 512],
    ['(-q1)^2', 4],
    ['-(q1^2)', -4],
    ['-norm(q1)^2 * 0 + 1', Symbol('refused')],
    ['2 \u2212 q1', 0],
    ['q1 > 1 && dq3 < 0 ? 10 : 20', 10],
    ['!(q1 > 1)', 0],
    ['(q1 == 2) + (q1 != 2)', 1],
    ['0 || q1', 1],
    ['clip(dq3, -1, 1) + min(3, 1, 2) + max(-3, -1)', -1],
    ['exp(0) + sqrt(9) + square(-2) + log(1) + pow(2, 3)', 16],
    ['sign(dq3) + atan2(0, 1) + tanh(0) + cos(0) + sin(0) + tan(0)', 0],
    ['7 % 4 + t', 7],
    ['cos(pi)', -1],
    ['+q1', 2],
  ] as const)('%s', (text, expected) => {
    if (typeof expected === 'symbol') return expect(refused(text).message).toMatch(/two ways/)
    expect(valueOf(text)).toBeCloseTo(expected, 12)
  })

  it.each([
    ['', 0, /empty/],
    ['q1 +', 4, /expected expression/],
    ['q1 = 2', 3, /write ==/],
    ['1 + tipx', 4, /no signal "tipx"/],
    ['q1 + q2 + q1', 5, /no signal "q2"/],
    ['tip.x + tip.w', 8, /no signal "tip\.w"/],
    ['abs + 1', 0, /function and needs/],
    ['abs(1, 2)', 0, /takes one number, not 2; write abs\(x\)/],
    ['clip(q1)', 0, /takes 3 numbers/],
    ['eval(1)', 0, /no function "eval"/],
    ['q1.constructor', 0, /no signal "q1\.constructor"/],
    ['constructor', 0, /no signal/],
    ['__proto__', 0, /no signal/],
    ['tip["x"]', 0, /written like/],
    ['tip.x.y', 0, /written like/],
    ['tip?.x', 0, /written like/],
    ['abs.call(1)', 0, /only the listed functions/],
    ['"text"', 0, /not a number/],
    ['true', 0, /not a number/],
    ['this', 0, /only numbers/],
    ['[1, 2]', 0, /only numbers/],
    ['q1 dq3', 2, /operator is missing/],
    ['q1; dq3', 2, /operator is missing/],
    ['q1 & 3', 3, /unexpected/],
    ['1 - q1^2 + -q1^2', 11, /two ways/],
    [',', 0, /only numbers/],
    ['max(q1,,t)', 8, /./],
  ] as const)('refuses %s at its place', (text, caret, message) => {
    const problem = refused(text)
    expect(problem.code).toBe('expression-unreadable')
    expect(problem.message).toMatch(message)
    expect(problem.caret).toBe(caret)
  })

  it('refuses a text that is too long', () => {
    expect(refused(`${'1+'.repeat(1200)}1`).message).toMatch(/longer than 2000/)
  })

  it('survives the deepest nesting that fits, and any text at all', () => {
    expect(valueOf(`${'('.repeat(900)}q1${')'.repeat(900)}`)).toBe(2)
    expect(valueOf(`${'-'.repeat(1998)}q1`)).toBe(2)
    const alphabet = [
      'q1',
      'tip',
      '.',
      'x',
      '(',
      ')',
      '+',
      '-',
      '^',
      '?',
      ':',
      ',',
      '"',
      '[',
      ']',
      ' ',
      '1',
      'abs',
      '\\',
      '`',
      '{',
    ]
    let state = 7
    const draw = (below: number): number => (state = (state * 48271) % 2147483647) % below
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: 1 + draw(12) }, () => alphabet[draw(alphabet.length)]).join('')
      try {
        parseExpression(text, new Set(NAMES))
      } catch (error) {
        expect(problemOf(error).code, text).toBe('expression-unreadable')
      }
    }
  })
})
