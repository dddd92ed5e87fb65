import { clip, sum } from './network.ts'
import type { NumberNetwork } from './network.ts'

/** log of the density of N(mean, deviation^2) at x */
export function logNormal(x: number, mean = 0, deviation = 1): number {
  return -(((x - mean) / deviation) ** 2) / 2 - Math.log(deviation * Math.sqrt(2 * Math.PI))
}

export interface Sample {
  action: number[]
  logProbability: number
}

/** a = tanh(u), u = mu + sigma noise, and its log-probability; sigma = exp(clip(output, -20, 2)). */
export function sampleSquashed(actor: NumberNetwork, s: number[], noise: number[]): Sample {
  const { mean, deviation } = meanAndDeviation(actor, s)
  const u = mean.map((m, c) => m + (deviation[c] as number) * (noise[c] as number))
  return { action: u.map(Math.tanh), logProbability: logProbability(u, mean, deviation) }
}

/** log pi(a) of an action inside -1 and 1 */
export function logProbabilityOf(actor: NumberNetwork, s: number[], a: number[]): number {
  const { mean, deviation } = meanAndDeviation(actor, s)
  return logProbability(a.map(Math.atanh), mean, deviation)
}

function meanAndDeviation(actor: NumberNetwork, s: number[]) {
  const out = actor.of(s)
  const mean = out.slice(0, out.length / 2)
  return { mean, deviation: out.slice(mean.length).map((x) => Math.exp(clip(x, -20, 2))) }
}

function logProbability(u: number[], mean: number[], deviation: number[]): number {
  return sum(u.map((x, c) => logNormal(x, mean[c], deviation[c]) - Math.log(1 - Math.tanh(x) ** 2)))
}
