/** Trained policies, as the addon takes and hands them over; see native.ts. */

/** One dense layer: activation(weight x + bias), row-major. */
export interface PolicyLayer {
  inputs: number
  outputs: number
  activation: 'relu' | 'tanh' | 'linear'
  weight: Float32Array // [outputs, inputs]
  bias: Float32Array // [outputs]
}

/**
 * How BCQ chooses an action (Fujimoto, Meger, Precup 2019, equation 11): decode `samples` actions from
 * z ~ N(0, 1) clipped to ±latentClip, a = clip(a + bound * perturbation(s, a), ±1), take the one of the largest value.
 */
export interface BcqSampler {
  kind: 'bcq'
  samples: number
  /** Size of z. */
  latent: number
  latentClip: number
  bound: number
  /** Perturb the chosen action once more, as the exploration paper's released code does. */
  perturbsWinner: boolean
}

/** How the exploration paper's released TD3 acts, in evaluation too: clip(actor(s) + N(0, deviation²), ±1). */
export interface NoiseSampler {
  kind: 'noise'
  /** Of the noise on each coordinate of the action. */
  deviation: number
}

export type PolicySampler = BcqSampler | NoiseSampler

/**
 * A trained policy as learners give it and files keep it. Without a sampler or with noise: one network `actor`, S -> A.
 * With BCQ's: `decoder` [z, s] -> A, `perturbation` [s, a] -> A, `critic` [s, a] -> 1.
 */
export interface PolicyParts {
  networks: Record<string, PolicyLayer[]>
  sampler: PolicySampler | null
}

/** A policy ready to act, on the calling thread and without allocation. */
export interface Policy {
  readonly observationSize: number
  readonly actionSize: number
  act(observation: Float32Array, action: Float32Array): void
  /** Begins the random stream of `seed`: after it the same observations give the same actions. */
  reset(seed: number): void
}
