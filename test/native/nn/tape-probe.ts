import { native } from '../../../src/main/platform/native.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'

/** How a network's output becomes the deviation of a squashed Gaussian, and how its log-probability is weighed. */
export interface SquashedRule {
  spread: 'clampedLog' | 'rectified' | 'softplus'
  low: number
  high: number
  epsilon: number
  densityWeight: number
  squashWeight: number
}

export interface RolloutOptions extends SquashedRule {
  rows: number
  states: number
  actions: number
  steps: number
  hidden1: number
  hidden2: number
  discount: number
  entropyWeight: number
  /** One network with mean and spread in its last layer instead of two networks. */
  twoHeaded: boolean
  threads: number
  /** Replays to time. */
  timed: number
}

export interface RolloutResult {
  loss: number
  operations: number
  networks: Record<'mean' | 'spread' | 'model1' | 'model2' | 'done', PolicyLayer[]>
  gradients: Record<string, PolicyLayer[]>
  seconds?: number
}

/** Losses of a fixed form on a native tape; each is described where it is recorded, in native/binding/tape_probe.cc. */
interface TapeProbe {
  squashedGaussian(
    options: { rows: number; columns: number; given: boolean; threads: number },
    rule: SquashedRule,
    mean: Float32Array,
    spread: Float32Array,
    other: Float32Array,
    ofAction: Float32Array,
    ofLog: Float32Array,
  ): { action: Float32Array; logProbability: Float32Array; mean: Float32Array; spread: Float32Array }
  rowSteps(
    options: { rows: number; columns: number; repeat: number; first: number; count: number; threads: number },
    x: Float32Array,
    weight: Float32Array,
  ): { loss: number; x: Float32Array }
  rollout(options: RolloutOptions, start: Float32Array, noise: Float32Array): RolloutResult
}

export const probe = native as unknown as TapeProbe
