import type { Problem } from '../../contract/problem.ts'
import type { ReplayProgress } from '../../contract/replay.ts'

/** A replay, said completely: the thread that makes it needs nothing else. */
export interface ReplayOrder {
  /** An arm of its own inside the process, or the connected one by its native number. */
  arm: { kind: 'simulated'; seed: number } | { kind: 'attached'; id: number }
  /** File of the dataset. */
  path: string
  episode: number
  /** Share of the recorded speed. */
  speed: number
}

/** Asked of a running replay. Each is answered between two steps; a stop also within 100 ms of a way home. */
export type ReplayWish = 'pause' | 'resume' | 'stop'

/** News of a running replay; `worst` is of the whole replay so far. */
export type ReplayReport = Pick<ReplayProgress, 'step' | 'steps' | 'recorded' | 'live' | 'deviationRad' | 'worst'> & {
  state: 'homing' | 'running' | 'paused' | 'ending' | 'returning'
}

export interface ReplayResult {
  /** `complete`: to the end of the recording and home again. */
  end: 'complete' | 'stopped' | 'failed'
  /** Largest difference of a joint, rad, and where; null when nothing moved. */
  worst: ReplayProgress['worst']
  /** Place in the recording where it ended. */
  step: number
  steps: number
  problem: Problem | null
}

/** A running replay, wherever it runs. */
export interface ReplayHandle {
  wish(wish: ReplayWish): void
  readonly result: Promise<ReplayResult>
}
