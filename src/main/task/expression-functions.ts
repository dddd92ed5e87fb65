/** A function of an expression: how many numbers it takes, and what it makes of them. */
export interface ExpressionFunction {
  least: number
  /** Infinity: any number of them. */
  most: number
  /** How it is written, for a person. */
  form: string
  /** `args` is reused between calls. */
  of(args: Float64Array): number
}

const one = (name: string, f: (x: number) => number): ExpressionFunction => ({
  least: 1,
  most: 1,
  form: `${name}(x)`,
  of: (args) => f(args[0]!),
})

const two = (name: string, names: string, f: (x: number, y: number) => number): ExpressionFunction => ({
  least: 2,
  most: 2,
  form: `${name}(${names})`,
  of: (args) => f(args[0]!, args[1]!),
})

const fold = (name: string, from: number, f: (sum: number, x: number) => number): ExpressionFunction => ({
  least: 1,
  most: Infinity,
  form: `${name}(x, y, …)`,
  of: (args) => {
    let result = from
    for (const x of args) result = f(result, x)
    return result
  },
})

function norm(args: Float64Array): number {
  let squares = 0
  for (const x of args) squares += x * x
  return Math.sqrt(squares)
}

/** All that an expression can call; there is no way from one to anything else of the program. */
export const EXPRESSION_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map([
  ['abs', one('abs', Math.abs)],
  ['sign', one('sign', Math.sign)],
  ['sqrt', one('sqrt', Math.sqrt)],
  ['square', one('square', (x) => x * x)],
  ['exp', one('exp', Math.exp)],
  ['log', one('log', Math.log)],
  ['sin', one('sin', Math.sin)],
  ['cos', one('cos', Math.cos)],
  ['tan', one('tan', Math.tan)],
  ['tanh', one('tanh', Math.tanh)],
  ['atan2', two('atan2', 'y, x', Math.atan2)],
  ['pow', two('pow', 'x, y', (x, y) => x ** y)],
  ['min', fold('min', Infinity, Math.min)],
  ['max', fold('max', -Infinity, Math.max)],
  ['norm', { least: 1, most: Infinity, form: 'norm(x, y, …)', of: norm }],
  [
    'clip',
    { least: 3, most: 3, form: 'clip(x, low, high)', of: (args) => Math.min(args[2]!, Math.max(args[1]!, args[0]!)) },
  ],
])

export const FUNCTION_NAMES: readonly string[] = [...EXPRESSION_FUNCTIONS.keys()]
