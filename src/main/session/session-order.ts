import type { Problem } from '../../contract/problem.ts'
import type { SessionProgress } from '../../contract/session.ts'
import type { WorldName, WorldOptions } from '../../contract/world.ts'
import type { LimitViolations } from '../world/world.ts'
import type { CutEpisode } from './episode-recorder.ts'

/** Everything the session thread needs; plain values that can be sent to it. */
export interface SessionOrder {
  path: string
  world: WorldName
  worldOptions: WorldOptions
  explorer: string
  mode: string
  /** Explorer settings by key, complete. */
  settings: Record<string, number>
  seed: number
  /** Transitions in all, including what is there. */
  target: number
  stepsPerEpisode: number
  operator: string
  notes: string
  /** Address of the arm; `in-process` for `panda`. */
  robot: string
  /** Whether that arm is a simulated one; left out for `panda`. */
  robotSimulated?: boolean
  /** Number of the connected arm; null for `panda`. */
  armId: number | null
  diskFloorBytes: number
  /** Send what the window draws of the running episode. */
  live: boolean
  /**
   * An episode that an interruption cut is forgotten and repeated from its first step instead of being kept: the dataset
   * then becomes the same, byte for byte in its signals, as without the interruption. For worlds at full speed.
   */
  repeatsCut?: boolean
  /** Threads of an explorer that learns at full speed; all cores when left out. Changes no result. */
  threads?: number
  /** See session-control.ts. */
  control: SharedArrayBuffer
}

/** How a session ended. `failed`: with a problem, at whatever place it was. */
export type SessionEnd = 'complete' | 'ended' | 'disk-floor' | 'failed'

/** Progress without what only the main thread knows. */
export type LoopProgress = Omit<SessionProgress, 'dataset' | 'world' | 'explorer' | 'mode' | 'seed' | 'endedAt'>

/** Rows of one episode since the last message; n steps, m visited points. */
export interface LiveRows {
  episode: number
  /** Step of the first row; 0 begins an episode. */
  fromStep: number
  asked: Float32Array // [n, A]
  sent: Float32Array // [n, A]
  flags: Uint32Array // [n]
  stepTimes: Float32Array // [n] ms
  visited: Float32Array // [m, 3] m
  q: Float32Array // [A] rad
  tooltip: Float32Array // [3] m
  /** [A][50], whole run */
  histogram: Uint32Array
  /** [transitions, fraction of the box's cells, mean normalised entropy of the joint angles] */
  coverageCurve: [number, number, number][]
}

/** What the session thread says, in this order: `opened` or `refused`, then progress and live, then `ended`. */
export type SessionNews =
  | { kind: 'opened'; datasetId: string; resumedFrom: number; cutEpisode: CutEpisode | null }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'progress'; progress: LoopProgress }
  | { kind: 'live'; rows: LiveRows }
  | { kind: 'ended'; end: SessionEnd; progress: LoopProgress; violations: LimitViolations; wallS: number }

/** What the loop tells its surroundings while it runs. */
export interface LoopListener {
  progress(progress: LoopProgress): void
  live(rows: LiveRows): void
}
