import { expect } from 'vitest'
import type { LossesAndGradients } from './gradients.ts'

/** The largest difference of a gradient, relative to its norm, and of a loss: ten times what rounding makes of them. */
export const tolerance = 1e-5

/** Expects the same losses and gradients; says for each what the difference is when one is too large. */
export function expectAgreement(actual: LossesAndGradients, expected: LossesAndGradients, largest = tolerance): void {
  const { lines, worst } = compare(actual, expected)
  expect(worst, `\n${lines.join('\n')}\n`).toBeLessThanOrEqual(largest)
}

/** Expects a difference that no rounding makes, in one of the networks or losses named. */
export function expectDifference(actual: LossesAndGradients, expected: LossesAndGradients, names: string[]): void {
  const { lines, errors } = compare(actual, expected)
  const worst = Math.max(...names.map((name) => errors[name] ?? 0))
  expect(worst, `\n${lines.join('\n')}\n`).toBeGreaterThan(100 * tolerance)
}

interface Comparison {
  /** By `loss of NAME`, network and `all`: the difference relative to what is expected. */
  errors: Record<string, number>
  worst: number
  lines: string[]
}

export function compare(actual: LossesAndGradients, expected: LossesAndGradients): Comparison {
  const computed = Object.keys(actual.losses).filter((name) => !Number.isNaN(actual.losses[name]))
  expect(computed.sort(), 'losses computed').toEqual(Object.keys(expected.losses).sort())
  const errors: Record<string, number> = {}
  const lines: string[] = []
  const note = (name: string, difference: number, size: number) => {
    errors[name] = difference / size
    lines.push(`${name}: differs by ${difference.toExponential(2)}, its size is ${size.toExponential(2)}`)
  }
  for (const [name, loss] of Object.entries(expected.losses))
    note(`loss of ${name}`, Math.abs((actual.losses[name] as number) - loss), Math.abs(loss))
  let allDifferences = 0
  let all = 0
  for (const [network, gradient] of Object.entries(expected.gradients)) {
    const other = actual.gradients[network] ?? new Float64Array()
    expect(other.length, `numbers of ${network}`).toBe(gradient.length)
    const difference = Math.hypot(...gradient.map((g, i) => g - (other[i] as number)))
    const size = Math.hypot(...gradient)
    expect(size, `the gradient of ${network} says nothing`).toBeGreaterThan(1e-6)
    note(network, difference, size)
    allDifferences = Math.hypot(allDifferences, difference)
    all = Math.hypot(all, size)
  }
  note('all', allDifferences, all)
  // A comparison with a number that is none must fail: NaN is larger than nothing, so it counts as infinite.
  const worst = Math.max(...Object.values(errors).map((error) => (Number.isNaN(error) ? Infinity : error)))
  return { errors, worst, lines }
}
