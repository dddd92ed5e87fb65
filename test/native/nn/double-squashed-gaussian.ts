import type { SquashedRule } from './tape-probe.ts'

/** The squashed Gaussian policy in double precision, straight from its definition. */

export function deviationOf(rule: SquashedRule, x: number): number {
  if (rule.spread === 'clampedLog') return Math.exp(Math.min(Math.max(x, rule.low), rule.high))
  if (rule.spread === 'rectified') return Math.max(x, 0) + rule.low
  return Math.log(1 + Math.exp(x)) + rule.low
}

/** log pi of u = atanh(a), one coordinate after the other. */
export function logProbability(rule: SquashedRule, mean: number[], spread: number[], u: number[]): number {
  let density = 0
  let squash = 0
  u.forEach((value, i) => {
    const deviation = deviationOf(rule, spread[i] as number)
    const a = Math.tanh(value)
    density -= ((value - (mean[i] as number)) / deviation) ** 2 / 2 + Math.log(deviation) + Math.log(2 * Math.PI) / 2
    squash -= Math.log(1 - a * a + rule.epsilon)
  })
  return rule.densityWeight * density + rule.squashWeight * squash
}

/** u = mean + deviation noise */
export function unsquashed(rule: SquashedRule, mean: number[], spread: number[], noise: number[]): number[] {
  return mean.map((value, i) => value + deviationOf(rule, spread[i] as number) * (noise[i] as number))
}
