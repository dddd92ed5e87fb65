import { describe, expect, test } from 'vitest'
import { logProbability, unsquashed } from './double-squashed-gaussian.ts'
import { randomFloats } from './random-floats.ts'
import { relativeError, slopes } from './slopes.ts'
import { probe } from './tape-probe.ts'
import type { SquashedRule } from './tape-probe.ts'

const exact: SquashedRule = { spread: 'clampedLog', low: -20, high: 2, epsilon: 0, densityWeight: 1, squashWeight: 1 }
const rules: Record<string, SquashedRule> = {
  exact,
  published: { ...exact, spread: 'rectified', low: 1e-5, epsilon: 1e-5, densityWeight: 1 / 3 },
  exploration: { ...exact, spread: 'softplus', low: 1e-3, squashWeight: 3 },
}

const rows = 37 // not a whole number of units
const columns = 3
const count = rows * columns

/** Spreads away from the kinks of clamp and ReLU, on both sides of them. */
function spreadsOf(rule: SquashedRule): Float32Array {
  const kink = rule.spread === 'clampedLog' ? rule.high : 0
  return randomFloats(count, 2, 3).map((x) => (Math.abs(x - kink) < 0.02 ? x + 0.1 : x))
}

function rowOf(values: ArrayLike<number>, r: number): number[] {
  return Array.from({ length: columns }, (_, c) => values[r * columns + c] as number)
}

describe.each(Object.entries(rules))('%s', (_, rule) => {
  const mean = randomFloats(count, 1, 1.5)
  const spread = spreadsOf(rule)
  // small noise: 1 - tanh(u)^2 must keep its digits in the reference, which takes it literally
  const noise = randomFloats(count, 3, 0.4)
  const ofAction = randomFloats(count, 4, 1)
  const ofLog = randomFloats(rows, 5, 1)
  const means = Array.from(mean)
  const spreads = Array.from(spread)

  test('a sample, its log-probability and their gradients', () => {
    const sample = (r: number) => unsquashed(rule, rowOf(means, r), rowOf(spreads, r), rowOf(noise, r))
    const logOf = (r: number) => logProbability(rule, rowOf(means, r), rowOf(spreads, r), sample(r))
    const loss = () => {
      let sum = 0
      for (let r = 0; r < rows; r++) {
        sum += (ofLog[r] as number) * logOf(r)
        sample(r).forEach((u, c) => (sum += (ofAction[r * columns + c] as number) * Math.tanh(u)))
      }
      return sum
    }
    const options = { rows, columns, given: false, threads: 1 }
    const actual = probe.squashedGaussian(options, rule, mean, spread, noise, ofAction, ofLog)
    const actions = Array.from({ length: rows }, (_, r) => sample(r).map(Math.tanh)).flat()
    expect(relativeError(actual.action, actions)).toBeLessThan(1e-6)
    expect(relativeError(actual.logProbability, Array.from({ length: rows }, (_, r) => logOf(r)))).toBeLessThan(1e-6)
    expect(relativeError(actual.mean, slopes(means, loss))).toBeLessThan(2e-6)
    expect(relativeError(actual.spread, slopes(spreads, loss))).toBeLessThan(2e-6)
    expect(probe.squashedGaussian({ ...options, threads: 2 }, rule, mean, spread, noise, ofAction, ofLog)).toEqual(actual)
  })

  test('the log-probability of a given action and its gradients', () => {
    const given = randomFloats(count, 6, 0.99)
    const logOf = (r: number) => logProbability(rule, rowOf(means, r), rowOf(spreads, r), rowOf(given, r).map(Math.atanh))
    // a deviation of 1e-5 puts these actions at millions of deviations: rows with one are compared on their own scale
    const kept = Array.from({ length: rows }, (_, r) => (rowOf(spreads, r).some((x) => rule.spread === 'rectified' && x < 0) ? 0 : 1))
    const weight = ofLog.map((value, r) => value * (kept[r] as number))
    const loss = () => kept.reduce<number>((sum, keep, r) => (keep ? sum + (weight[r] as number) * logOf(r) : sum), 0)
    const options = { rows, columns, given: true, threads: 1 }
    const actual = probe.squashedGaussian(options, rule, mean, spread, given, ofAction, weight)
    const logs = kept.map((_, r) => logOf(r))
    for (let r = 0; r < rows; r++) expect(relativeError([actual.logProbability[r] as number], [logs[r] as number])).toBeLessThan(1e-4)
    expect(kept.filter(Boolean).length).toBeGreaterThan(3)
    expect(relativeError(actual.mean, slopes(means, loss))).toBeLessThan(1e-5)
    expect(relativeError(actual.spread, slopes(spreads, loss))).toBeLessThan(1e-5)
  })
})

test('the probability of all actions is 1', () => {
  // the integral over u = atanh(a): da = (1 - a^2) du
  const points = 4001
  const ends = 12
  const us = Float64Array.from({ length: points }, (_, i) => ends * ((2 * i) / (points - 1) - 1))
  for (const [mean, spread] of [[0, 0], [0.7, -1], [-1.2, 0.8]] as const) {
    const noise = Float32Array.from(us, (u) => (u - mean) / Math.exp(spread))
    const fill = (value: number) => new Float32Array(points).fill(value)
    const options = { rows: points, columns: 1, given: false, threads: 1 }
    const { logProbability: log } = probe.squashedGaussian(options, exact, fill(mean), fill(spread), noise, fill(0), fill(0))
    let sum = 0
    us.forEach((u, i) => (sum += (Math.exp(log[i] as number) / Math.cosh(u) ** 2) * ((2 * ends) / (points - 1))))
    expect(sum).toBeCloseTo(1, 4)
  }
})

test('an action at the edge keeps a finite log-probability', () => {
  const one = (value: number) => Float32Array.of(value)
  const options = { rows: 1, columns: 1, given: false, threads: 1 }
  const far = probe.squashedGaussian(options, exact, one(50), one(0), one(0), one(1), one(1))
  expect(far.action[0]).toBe(1)
  expect(far.logProbability[0]).toBeCloseTo(2 * (50 - Math.log(2)) - Math.log(2 * Math.PI) / 2, 3) // 1 - tanh^2 = 4 e^-2u
  expect(far.mean[0]).toBeCloseTo(2, 5)
  const given = probe.squashedGaussian({ ...options, given: true }, exact, one(0), one(0), one(1), one(0), one(1))
  const u = Math.atanh(1 - 1e-6)
  expect(Math.abs((given.logProbability[0] as number) - logProbability(exact, [0], [0], [u]))).toBeLessThan(0.2)
})
