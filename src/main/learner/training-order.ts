import type { RunSheet } from '../../contract/dataset.ts'
import type { ActionChoice } from '../../contract/exchange.ts'
import type { CurvePoint } from '../../contract/learner.ts'
import type { PolicySheet } from '../../contract/policy.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Task } from '../../contract/task.ts'
import type { PolicyParts } from '../platform/native-policy.ts'

/** One training, said completely: the thread that runs it needs nothing else. */
export interface TrainingOrder {
  /** Name of the policy, and of its job. */
  id: string
  /** Policy folder that is written. */
  folder: string
  /** Joined in this order; at least one. */
  datasetPaths: readonly string[]
  task: Task
  learner: string
  mode: string
  /** Settings that differ from the mode's defaults. */
  settings: Record<string, number>
  /** Recorded actions to learn from. */
  actions: ActionChoice
  seed: number
  /** Updates in total, those before a resume included. */
  updates: number
  /** Go on from the folder's checkpoint when there is one. */
  resume: boolean
  threads: number
  /** Updates between two simulated episodes of the curve. */
  evaluateEvery: number
}

export type TrainingEnd = 'done' | 'stopped' | 'diverged' | 'failed'

export interface TrainingResult {
  end: TrainingEnd
  problem: Problem | null
  /** Updates in the newest checkpoint. */
  updates: number
  /** Updates of this run and the wall-clock seconds they took, simulated episodes and checkpoints included. */
  updatesDone: number
  wallS: number
  last: CurvePoint | null
}

export type TrainingReport =
  | { type: 'loading'; episodes: number; of: number }
  | {
      type: 'progress'
      update: number
      /** Over the last second or so; null before it is known. */
      updatesPerS: number | null
      /** New rows of the curve, already in its file. */
      points: CurvePoint[]
      /** When the newest checkpoint was written, ms since the epoch; null before the first. */
      checkpointAt: number | null
      /** It stands still, held by pause(). */
      paused: boolean
    }

/** A running training, wherever it runs. */
export interface TrainingHandle {
  /** Asks it to stop after the running update and to keep its checkpoint. */
  stop(): void
  /** Holds it after the running update, in memory and with its checkpoint kept, until resume(). */
  pause(): void
  resume(): void
  readonly result: Promise<TrainingResult>
}

/** What is measured of a policy on the way. */
export interface Probe {
  /** Closest tool-tip distance to the goal, m; null for a task without a goal. */
  closestM: number | null
  /** In the world's own reward or in that of an expression; null for a task with a goal. */
  episodeReturn: number | null
}

/** What a training needs from the words to its right; wired where trainings are started. */
export interface TrainingSeams {
  /** Writes weights and sheet into the order's folder. */
  writePolicy(sheet: PolicySheet, parts: PolicyParts): void
  /** Sheet of the policy already in the folder; null when there is none. */
  readPolicy(): PolicySheet | null
  /** What simulated episodes give after so many updates, always of the same seed, in the world that the data are of. */
  probe(parts: PolicyParts, data: RunSheet, updates: number): Promise<Probe>
  report(report: TrainingReport): void
  appVersion: string
  stopRequested(): boolean
  pauseRequested(): boolean
}
