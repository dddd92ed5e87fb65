import type { LayerShape } from '../../contract/policy.ts'
import type { PolicySampler } from '../platform/native-policy.ts'

export interface PolicyShape {
  networks: Record<string, readonly LayerShape[]>
  sampler: PolicySampler | null
  /** S and A. */
  observationSize: number
  actionSize: number
}

/** What does not fit together in a policy of our own networks, in words; null when all does. */
export function shapeProblem({ networks, sampler, observationSize, actionSize }: PolicyShape): string | null {
  const wanted = wantedNetworks(sampler, observationSize, actionSize)
  const unknown = Object.keys(networks).find((name) => !Object.hasOwn(wanted, name))
  if (unknown !== undefined) return `it has no use for a network "${unknown}"`
  for (const [name, sizes] of Object.entries(wanted)) {
    const layers = Object.hasOwn(networks, name) ? networks[name] : undefined
    if (!layers) return `it has no network "${name}"`
    const problem = chainProblem(name, layers, sizes)
    if (problem !== null) return problem
  }
  return null
}

interface Ends {
  inputs: number
  outputs: number
  /** What goes in and comes out, in words. */
  takes: string
  gives: string
}

function wantedNetworks(sampler: PolicySampler | null, states: number, actions: number): Record<string, Ends> {
  const state = 'an observation'
  const action = 'an action'
  if (sampler?.kind !== 'bcq') return { actor: { inputs: states, outputs: actions, takes: state, gives: action } }
  const both = `${state} with ${action}`
  return {
    decoder: { inputs: sampler.latent + states, outputs: actions, takes: `a latent with ${state}`, gives: action },
    perturbation: { inputs: states + actions, outputs: actions, takes: both, gives: action },
    critic: { inputs: states + actions, outputs: 1, takes: both, gives: 'a value' },
  }
}

function chainProblem(name: string, layers: readonly LayerShape[], ends: Ends): string | null {
  const first = layers[0]
  const last = layers.at(-1)
  if (!first || !last) return `${name} has no layers`
  if (first.inputs !== ends.inputs) return `${name} takes ${first.inputs} values, ${ends.takes} has ${ends.inputs}`
  if (last.outputs !== ends.outputs) return `${name} gives ${last.outputs} values, ${ends.gives} has ${ends.outputs}`
  for (const [i, layer] of layers.entries()) {
    const next = layers[i + 1]
    if (next && next.inputs !== layer.outputs)
      return `layer ${i} of ${name} gives ${layer.outputs} values, layer ${i + 1} takes ${next.inputs}`
  }
  return null
}
