import { networkShapes, POLICY_FORMAT_VERSION } from '../../../src/contract/policy.ts'
import type { PolicySheet } from '../../../src/contract/policy.ts'
import type { PolicyLayer, PolicyParts } from '../../../src/main/platform/native-policy.ts'
import { sheet as datasetSheet } from '../dataset/synthetic.ts'

/** A layer with fixed weights of a trained layer's size. */
export function layer(
  inputs: number,
  outputs: number,
  activation: PolicyLayer['activation'],
  seed: number,
): PolicyLayer {
  const value = (i: number): number => Math.fround(Math.sin(100 * seed + i * i) / Math.sqrt(inputs))
  return {
    inputs,
    outputs,
    activation,
    weight: Float32Array.from({ length: inputs * outputs }, (_, i) => value(i)),
    bias: Float32Array.from({ length: outputs }, (_, i) => value(i + 7)),
  }
}

/** A small deterministic policy with the sizes of the arm. */
export function actorParts(): PolicyParts {
  const actor = [layer(14, 20, 'relu', 1), layer(20, 11, 'relu', 2), layer(11, 7, 'tanh', 3)]
  return { networks: { actor }, sampler: null }
}

/** The same with noise on its actions, wide enough to be clipped now and then. */
export function noisyParts(): PolicyParts {
  return { ...actorParts(), sampler: { kind: 'noise', deviation: 0.4 } }
}

/** A small BCQ policy with the sizes of the arm, whose bounds and clips all act. */
export function bcqParts(perturbsWinner = false): PolicyParts {
  const wide = ({ weight, ...rest }: PolicyLayer): PolicyLayer => ({ ...rest, weight: weight.map((w) => 3 * w) })
  return {
    networks: {
      decoder: [layer(6 + 14, 19, 'relu', 1), wide(layer(19, 7, 'linear', 2))],
      perturbation: [layer(21, 18, 'relu', 3), layer(18, 7, 'tanh', 4)],
      critic: [layer(21, 17, 'relu', 5), layer(17, 1, 'linear', 6)],
    },
    sampler: { kind: 'bcq', samples: 10, latent: 6, latentClip: 0.5, bound: 0.1, perturbsWinner },
  }
}

/** Numbers that a policy draws for one action. */
export function drawsOf({ sampler }: PolicyParts): number {
  if (!sampler) return 0
  return sampler.kind === 'bcq' ? sampler.samples * sampler.latent : 7
}

/** The sheet of a policy for the arm. */
export function policySheet(parts: PolicyParts, changes: Partial<PolicySheet> = {}): PolicySheet {
  const { observation, action } = datasetSheet()
  return {
    format: 'forager-policy',
    formatVersion: POLICY_FORMAT_VERSION,
    id: 'a',
    weights: 'weights.safetensors',
    networks: networkShapes(parts.networks),
    sampler: parts.sampler,
    model: null,
    observation,
    action,
    stepPeriodS: 0.05,
    task: { kind: 'reach', goal: [0.4, 0.2, 0.5] },
    learner: parts.sampler?.kind === 'bcq' ? 'bcq' : 'td3',
    mode: 'paper',
    settings: {},
    actions: 'policy',
    seed: 3,
    updates: 5000,
    dataset: {
      id: 'd',
      name: 'panda-rand-01',
      explorer: 'random',
      world: 'panda',
      worldOptions: {},
      transitions: 10,
      hash: 'h',
    },
    imported: null,
    appVersion: '0',
    createdAt: 1,
    ...changes,
  }
}
