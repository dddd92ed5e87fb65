import jsep from 'jsep'
import { refusal } from '../../contract/problem.ts'
import type { ProblemError } from '../../contract/problem.ts'
import { EXPRESSION_FUNCTIONS, FUNCTION_NAMES } from './expression-functions.ts'

/** A checked expression: nothing but numbers, signals and known operations. */
export type Term =
  | { kind: 'number'; value: number }
  | { kind: 'signal'; name: string }
  | { kind: 'unary'; operator: UnaryOperator; of: Term }
  | { kind: 'binary'; operator: BinaryOperator; left: Term; right: Term }
  | { kind: 'choice'; test: Term; yes: Term; no: Term }
  | { kind: 'call'; name: string; args: Term[] }

const UNARY = ['-', '+', '!'] as const
export type UnaryOperator = (typeof UNARY)[number]
const BINARY = ['+', '-', '*', '/', '%', '**', '<', '>', '<=', '>=', '==', '!=', '&&', '||'] as const
export type BinaryOperator = (typeof BINARY)[number]

/** Longest text that is parsed; it bounds the depth of the tree. */
export const LONGEST_EXPRESSION = 2000

// Nobody else parses with jsep here. `^` means a power, as people write it, and not a bit operation.
for (const operator of ['|', '^', '&', '<<', '>>', '>>>', '??', '===', '!==']) jsep.removeBinaryOp(operator)
jsep.addBinaryOp('^', 11, true)
jsep.removeUnaryOp('~')

/**
 * Reads an expression over named signals. Everything that is not a number, a signal, a listed function or an operator is
 * refused with `expression-unreadable`, which says the place. Nothing is ever evaluated by JavaScript itself.
 *
 * @param names the signals that there are
 */
export function parseExpression(text: string, names: ReadonlySet<string>): Term {
  // A minus as typographers write it is a minus; lengths stay, so places stay.
  return new ExpressionParser(text.replaceAll('\u2212', '-'), names).parse()
}

class ExpressionParser {
  readonly #text: string
  readonly #names: ReadonlySet<string>
  /** Behind the newest token that was visited: jsep keeps no places, and the tree is walked in the order of the text. */
  #at = 0

  constructor(text: string, names: ReadonlySet<string>) {
    this.#text = text
    this.#names = names
  }

  parse(): Term {
    if (this.#text.trim() === '') throw this.#refusal(0, 'it is empty')
    if (this.#text.length > LONGEST_EXPRESSION)
      throw this.#refusal(LONGEST_EXPRESSION, `it is longer than ${LONGEST_EXPRESSION} characters`)
    return this.#term(this.#tree())
  }

  #tree(): jsep.Expression {
    try {
      return jsep(this.#text)
    } catch (error) {
      const { index, description } = error as { index?: number; description?: string }
      const why = description ?? (error as Error).message
      const single = this.#text[index ?? 0] === '=' ? '; to compare, write ==' : ''
      throw this.#refusal(index ?? 0, `${why.charAt(0).toLowerCase()}${why.slice(1)}${single}`)
    }
  }

  /** `node` is missing where the text has a hole, as in `f(,)`. */
  #term(node: jsep.Expression | null | undefined): Term {
    switch (node?.type) {
      case 'Literal':
        return this.#number(node as jsep.Literal)
      case 'Identifier':
        return this.#signal((node as jsep.Identifier).name)
      case 'MemberExpression':
        return this.#member(node as jsep.MemberExpression)
      case 'UnaryExpression':
        return this.#unary(node as jsep.UnaryExpression)
      case 'BinaryExpression':
        return this.#binary(node as jsep.BinaryExpression)
      case 'ConditionalExpression':
        return this.#choice(node as jsep.ConditionalExpression)
      case 'CallExpression':
        return this.#call(node as jsep.CallExpression)
      case 'Compound':
        this.#term((node as jsep.Compound).body[0])
        throw this.#refusal(this.#at, 'one expression ends here and another begins; an operator is missing')
      default:
        throw this.#refusal(this.#at, 'only numbers, signals, functions and operators are allowed')
    }
  }

  #number({ value, raw }: jsep.Literal): Term {
    const at = this.#advance(raw)
    if (typeof value !== 'number') throw this.#refusal(at, `${raw} is not a number`)
    return { kind: 'number', value }
  }

  #signal(name: string): Term {
    const at = this.#advance(name)
    if (name === 'pi') return { kind: 'number', value: Math.PI }
    if (this.#names.has(name)) return { kind: 'signal', name }
    if (EXPRESSION_FUNCTIONS.has(name))
      throw this.#refusal(at, `${name} is a function and needs its numbers in brackets`)
    throw this.#refusal(at, `there is no signal "${name}"`)
  }

  #member({ object, property, computed, optional }: jsep.MemberExpression): Term {
    if (object.type !== 'Identifier' || property.type !== 'Identifier' || computed || optional)
      throw this.#refusal(this.#at, 'a signal is written like tip.x or q1')
    const name = `${String(object['name'])}.${String(property['name'])}`
    const at = this.#advance(String(object['name']))
    this.#advance(String(property['name']))
    if (this.#names.has(name)) return { kind: 'signal', name }
    throw this.#refusal(at, `there is no signal "${name}"`)
  }

  #unary({ operator, argument }: jsep.UnaryExpression): Term {
    const at = this.#advance(operator)
    const known = UNARY.find((each) => each === operator)
    if (!known) throw this.#refusal(at, `the operator ${operator} is not known`)
    return { kind: 'unary', operator: known, of: this.#term(argument) }
  }

  #binary({ operator, left, right }: jsep.BinaryExpression): Term {
    const from = this.#at
    const first = this.#term(left)
    const at = this.#advance(operator)
    if (left.type === 'UnaryExpression' && (operator === '^' || operator === '**')) this.#refuseSignedPower(from, at)
    const known = BINARY.find((each) => each === (operator === '^' ? '**' : operator))
    if (!known) throw this.#refusal(at, `the operator ${operator} is not known`)
    return { kind: 'binary', operator: known, left: first, right: this.#term(right) }
  }

  /** -x^2 is minus the square to some and the square of minus x to others, jsep among them. */
  #refuseSignedPower(from: number, operatorAt: number): void {
    const sign = from + this.#text.slice(from).search(/[-+!]/)
    let open = 0
    for (const character of this.#text.slice(sign, operatorAt)) {
      if (character === '(') open += 1
      if (character === ')') open -= 1
    }
    if (open < 0) return
    throw this.#refusal(sign, 'a sign before a power can be read in two ways; write -(x^2) or (-x)^2')
  }

  #choice({ test, consequent, alternate }: jsep.ConditionalExpression): Term {
    return { kind: 'choice', test: this.#term(test), yes: this.#term(consequent), no: this.#term(alternate) }
  }

  #call({ callee, arguments: given }: jsep.CallExpression): Term {
    if (callee.type !== 'Identifier') throw this.#refusal(this.#at, 'only the listed functions can be called')
    const name = String(callee['name'])
    const at = this.#advance(name)
    const known = EXPRESSION_FUNCTIONS.get(name)
    if (!known) throw this.#refusal(at, `there is no function "${name}"`)
    if (given.length < known.least || given.length > known.most)
      throw this.#refusal(at, `${name} takes ${countText(known)}, not ${given.length}; write ${known.form}`)
    return { kind: 'call', name, args: given.map((each) => this.#term(each)) }
  }

  /** Goes behind the next occurrence of a token; returns where it begins. */
  #advance(token: string): number {
    const found = this.#text.indexOf(token, this.#at)
    const at = found < 0 ? this.#at : found
    this.#at = at + token.length
    return at
  }

  #refusal(at: number, why: string): ProblemError {
    const names = [...this.#names].join(', ')
    return refusal(
      'expression-unreadable',
      `The expression cannot be read at character ${Math.min(at, this.#text.length) + 1}: ${why}. Nothing was trained.`,
      `Signals: ${names}. Functions: ${FUNCTION_NAMES.join(', ')}. Operators: + - * / % ^ < > <= >= == != && || ! and a ? b : c.`,
      `${this.#text}\n${' '.repeat(Math.min(at, this.#text.length))}^`,
    )
  }
}

function countText({ least, most }: { least: number; most: number }): string {
  if (most === Infinity) return `${least} number or more`
  return least === 1 ? 'one number' : `${least} numbers`
}
