import { native } from '../../src/main/platform/native.ts'
import type { TrainingOptions } from '../../src/main/platform/native-learn.ts'
import type { PolicyLayer } from '../../src/main/platform/native-policy.ts'
import { trainToEnd } from '../native/learn/train-to-end.ts'

export type Weights = Record<string, PolicyLayer[]>

/** One native update and what is around it. */
export interface NativeUpdate {
  before: Weights
  after: Weights
  losses: Record<string, number>
  gradients: Weights
}

export type NativeRun = Omit<TrainingOptions, 'threads' | 'keepGradients'>

/**
 * Update number `update` (from 1): a job makes the updates before it, another one is restored from its checkpoint and
 * makes this one.
 */
export async function nativeUpdate(run: NativeRun, update: number): Promise<NativeUpdate> {
  const first = new native.TrainingJob({ ...run, threads: 1, keepGradients: true })
  const second = new native.TrainingJob({ ...run, threads: 1, keepGradients: true })
  await trainToEnd(first, update - 1)
  const before = first.networks()
  second.restore(first.checkpoint())
  await trainToEnd(second, update)
  const result = { before, after: second.networks(), losses: second.losses(), gradients: second.gradients() }
  first.close()
  second.close()
  return result
}
