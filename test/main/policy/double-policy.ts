import type { PolicyLayer, PolicyParts } from '../../../src/main/platform/native-policy.ts'

/** A network in plain double arithmetic. */
export function forward(layers: readonly PolicyLayer[], input: readonly number[]): number[] {
  let values = [...input]
  for (const { inputs, outputs, activation, weight, bias } of layers)
    values = Array.from({ length: outputs }, (_, row) => {
      const sum = values.reduce(
        (total, value, i) => total + value * (weight[row * inputs + i] ?? NaN),
        bias[row] ?? NaN,
      )
      return activation === 'relu' ? Math.max(0, sum) : activation === 'tanh' ? Math.tanh(sum) : sum
    })
  return values
}

const clip = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit)

/** BCQ's choice in plain double arithmetic: the candidates [samples][A] of `noise` [samples][J], their values, the action. */
export function bcqChoice(
  { networks, sampler }: PolicyParts,
  observation: readonly number[],
  noise: readonly (readonly number[])[],
): { candidates: number[][]; values: number[]; action: number[] } {
  if (sampler?.kind !== 'bcq') throw new Error('not a BCQ policy')
  const network = (name: string): PolicyLayer[] => networks[name] ?? []
  const perturb = (a: number[]): number[] => {
    const xi = forward(network('perturbation'), [...observation, ...a])
    return a.map((value, i) => clip(value + sampler.bound * (xi[i] ?? NaN), 1))
  }
  const candidates = noise.map((row) => {
    const z = row.map((value) => clip(value, sampler.latentClip))
    return perturb(forward(network('decoder'), [...z, ...observation]))
  })
  const values = candidates.map((a) => forward(network('critic'), [...observation, ...a])[0] ?? NaN)
  const best = candidates[values.indexOf(Math.max(...values))] ?? []
  return { candidates, values, action: sampler.perturbsWinner ? perturb(best) : best }
}
