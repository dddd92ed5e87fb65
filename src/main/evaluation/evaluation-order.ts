import type { Problem } from '../../contract/problem.ts'
import type { Vector3 } from '../../contract/robot.ts'
import type { Goal } from '../../contract/task.ts'
import type { LocomotionName, WorldOptions } from '../../contract/world.ts'
import type { EnvEpisode } from './env-episode.ts'
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

/** Episodes of one policy in a locomotion world, each from a start of its own, said as completely. */
export interface WorldTriesOrder {
  world: LocomotionName
  options: WorldOptions
  stepsPerEpisode: number
  policyPath: string
  /** Of the starts, and of the policy where it draws random numbers. */
  seed: number
  episodes: number
}

export type EvaluationReport =
  | { type: 'homing'; index: number }
  /** The try begins; for worlds, which have no way home. */
  | { type: 'begin'; index: number }
  /** At most ten a second. q [7] rad, tooltip m. */
  | { type: 'step'; index: number; step: number; q: number[]; tooltip: Vector3 }
  | { type: 'try'; index: number; episode: TriedEpisode; policyUpdates: number; stepPeriodS: number }

/** With a goal, on the arm without one, or in a world. */
export type TriedEpisode = ReachEpisode | ArmEpisode | EnvEpisode

export interface EvaluationResult {
  triesDone: number
  /** Why not all tries were made; null also after a wished stop. */
  problem: Problem | null
}

/** Running tries, wherever they run. */
export interface EvaluationHandle {
  /** No further try after the running one. An arm on its way home to a try comes to rest where it is. */
  stopAfterTry(): void
  readonly result: Promise<EvaluationResult>
}
