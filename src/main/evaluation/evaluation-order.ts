import type { Problem } from '../../contract/problem.ts'
import type { Vector3 } from '../../contract/robot.ts'
import type { Goal } from '../../contract/task.ts'
import type { ArmEpisode, ReachEpisode } from './reach-episode.ts'

/** One try to be made. */
export interface TryOrder {
  id: string
  /** Null: rewarded by the expression that the policy was trained for. */
  goal: Goal | null
  policyPath: string
  /** Seed of the simulated arm, and of the policy where it draws random numbers. */
  seed: number
}

/** Tries to be made one after another, said completely: the thread that makes them needs nothing else. */
export interface EvaluationOrder {
  /** An arm of its own inside the process, or the connected one by its native number. */
  arm: { kind: 'simulated' } | { kind: 'attached'; id: number }
  stepsPerEpisode: number
  tries: TryOrder[]
}

export type EvaluationReport =
  | { type: 'homing'; index: number }
  /** At most ten a second. q [7] rad, tooltip m. */
  | { type: 'step'; index: number; step: number; q: number[]; tooltip: Vector3 }
  | { type: 'try'; index: number; episode: ReachEpisode | ArmEpisode; policyUpdates: number; stepPeriodS: number }

export interface EvaluationResult {
  triesDone: number
  /** Why not all tries were made; null also after a wished stop. */
  problem: Problem | null
}

/** Running tries, wherever they run. */
export interface EvaluationHandle {
  /** No further try after the running one. */
  stopAfterTry(): void
  readonly result: Promise<EvaluationResult>
}
