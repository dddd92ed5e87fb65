import { EXPRESSION_FUNCTIONS } from './expression-functions.ts'
import type { BinaryOperator, Term, UnaryOperator } from './parse-expression.ts'

/** Gives the value of a term for the numbers that its frame holds now. Allocates nothing. */
export type Compiled = () => number

/** Makes a checked expression a closure over a frame of signals; `slotOf` says where in the frame a signal is. */
export function compileExpression(term: Term, frame: Float64Array, slotOf: (name: string) => number): Compiled {
  const compile = (each: Term): Compiled => compileExpression(each, frame, slotOf)
  switch (term.kind) {
    case 'number': {
      const { value } = term
      return () => value
    }
    case 'signal': {
      const slot = slotOf(term.name)
      return () => frame[slot]!
    }
    case 'unary':
      return unary(term.operator, compile(term.of))
    case 'binary':
      return binary(term.operator, compile(term.left), compile(term.right))
    case 'choice': {
      const [test, yes, no] = [compile(term.test), compile(term.yes), compile(term.no)]
      return () => (test() !== 0 ? yes() : no())
    }
    case 'call':
      return call(term.name, term.args.map(compile))
  }
}

/** Names of the signals that an expression uses, each once. */
export function signalsUsed(term: Term): string[] {
  const names = new Set<string>()
  const visit = (each: Term): void => {
    if (each.kind === 'signal') names.add(each.name)
    else if (each.kind === 'unary') visit(each.of)
    else if (each.kind === 'call') each.args.forEach(visit)
    else if (each.kind === 'binary') [each.left, each.right].forEach(visit)
    else if (each.kind === 'choice') [each.test, each.yes, each.no].forEach(visit)
  }
  visit(term)
  return [...names]
}

function unary(operator: UnaryOperator, of: Compiled): Compiled {
  if (operator === '-') return () => -of()
  if (operator === '!') return () => (of() === 0 ? 1 : 0)
  return of
}

/** A comparison is 1 where it holds and 0 where it does not; any number but 0 counts as true. */
const OPERATIONS: Record<BinaryOperator, (left: Compiled, right: Compiled) => Compiled> = {
  '+': (left, right) => () => left() + right(),
  '-': (left, right) => () => left() - right(),
  '*': (left, right) => () => left() * right(),
  '/': (left, right) => () => left() / right(),
  '%': (left, right) => () => left() % right(),
  '**': (left, right) => () => left() ** right(),
  '<': (left, right) => () => (left() < right() ? 1 : 0),
  '>': (left, right) => () => (left() > right() ? 1 : 0),
  '<=': (left, right) => () => (left() <= right() ? 1 : 0),
  '>=': (left, right) => () => (left() >= right() ? 1 : 0),
  '==': (left, right) => () => (left() === right() ? 1 : 0),
  '!=': (left, right) => () => (left() !== right() ? 1 : 0),
  '&&': (left, right) => () => (left() !== 0 && right() !== 0 ? 1 : 0),
  '||': (left, right) => () => (left() !== 0 || right() !== 0 ? 1 : 0),
}

const binary = (operator: BinaryOperator, left: Compiled, right: Compiled): Compiled =>
  OPERATIONS[operator](left, right)

function call(name: string, args: readonly Compiled[]): Compiled {
  const known = EXPRESSION_FUNCTIONS.get(name)
  if (!known) throw new Error(`no function ${name}`)
  const values = new Float64Array(args.length)
  return () => {
    for (let i = 0; i < args.length; i++) values[i] = args[i]!()
    return known.of(values)
  }
}
