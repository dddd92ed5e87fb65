/** The driver of an arm, simulated or over FCI, and what it tells; see native.ts. */
import type { SupervisorLimits } from './native-arm-model.ts'
import type { LinkTimes, RecordedCycles } from './native-records.ts'

/** StepFlag bits of src/contract/dataset.ts and an end code, written by step(). */
export const EndCode = { none: 0, safetyLimit: 1, reflex: 2, stopped: 3 } as const

/** A fault of our own side that the arm's client plays once, to try what watches its control thread. */
export interface ArmDrill {
  /** Answered states of running motions before the stall. */
  stallAfter: number
  /** How long the control thread then stands still between a state and its answer. */
  stallMs: number
  /** Judge cycle times as on a kernel that promises real time. */
  strictTime?: boolean
}

/** How often each row 1..28 of the supervisor's table warned and acted; index 0 is unused. Once per step and row. */
export interface RuleCounts {
  warned: number[]
  acted: number[]
}

/**
 * One arm, simulated in this process or reached over FCI; both run the same controller (shaper and supervisor).
 * step() and waitHome() block the calling thread: call them in a worker. All other calls return at once.
 */
export interface ArmDriver {
  readonly id: number
  readonly realTime: boolean
  /** A person has said that the workspace is clear; required before any motion. Refused while a stop is latched. */
  arm(): void
  disarm(): void
  /** Clears a latched stop after a person acted (does recovery where the robot needs it). Moves nothing. */
  rearm(): void
  /** Starts the return to the home pose. Throws {code, message, tip} when not armed or no clear way is known. */
  beginHome(): void
  /** Waits (or simulates) at most `budgetMs`. Throws the latched stop cause. */
  waitHome(budgetMs: number): 'moving' | 'home'
  /** Starts an episode: throws unless armed and standing within homeTolerance of home. Writes the first observation. */
  beginEpisode(observation: Float32Array, tooltip: Float32Array, tickTime: BigInt64Array): void
  /**
   * Hands over the action [7] in [-1, 1] and returns at the next 20 Hz tick.
   * observation [14], tooltip [3], sent [7] (mean sent velocity / clip), tickTime [1] monotonic ns,
   * info [2]: StepFlag bits and an EndCode. After an end code other than 0 the episode is over and the arm is at rest or braking.
   */
  step(
    action: Float32Array,
    observation: Float32Array,
    tooltip: Float32Array,
    sent: Float32Array,
    tickTime: BigInt64Array,
    info: Int32Array,
  ): void
  /** Ends an episode softly: ramp to zero, Move finished. Blocks until standing still (at most 1 s). */
  endEpisode(): void
  /** Software stop: ramps to zero, latches. Safe from any thread, any time, twice. */
  stop(code: string, message: string): void
  /** The operator's side is alive. Once called, silence longer than heartbeatAge stops the arm. */
  heartbeat(): void
  /** No operator heartbeat is expected any more (unattended run started from a terminal). */
  releaseHeartbeat(): void
  /**
   * Other limits from the next cycle on: tighter at any time, looser only while the arm stands. Refuses with
   * `limits-loosened` or `limits-fixed`.
   */
  setLimits(limits: SupervisorLimits): void
  /** Those in force. */
  limits(): SupervisorLimits
  /**
   * The control cycles from `beforeMs` before `atNs` to `afterMs` after it, as far as the last 8 s go; `atNs` 0 means the
   * newest one. Null for an arm in this process.
   */
  recordedCycles(atNs: number, beforeMs: number, afterMs: number): RecordedCycles | null
  /** Null for an arm in this process. */
  linkTimes(): LinkTimes | null
  state(): NativeArmState
  recover(): Promise<void>
  close(): Promise<void>
}

/** Why the supervisor, a person or the robot stopped the arm; value and limit in `unit`. */
export interface NativeStopCause {
  code: string
  title: string
  message: string
  tip: string
  latched: boolean
  rule: number
  value: number
  limit: number
  unit: string
  joint: number // 0 = none
  atMs: number // epoch
  atNs: number // monotonic
  tooltip: number[]
  stopTime: number // s, -1 while moving
  /** How far the stop had to go: our ramp, the robot's own brake after StopMove, or no commands any more. */
  stage: 'ramp' | 'fast-stop' | 'link-cut'
}

/** The arm as of its newest state packet and control cycle. SI units: rad, rad/s, Nm, m, m/s, kg. */
export interface NativeArmState {
  connected: boolean
  ageMs: number // -1 before the first state
  protocol: number
  mode: number // robot_mode of the state packet
  activity: 'none' | 'starting' | 'homing' | 'episode' | 'stopping' | 'held' | 'recovering'
  armed: boolean
  q: Float64Array
  dq: Float64Array
  tauExternal: Float64Array
  tooltip: Float64Array
  tooltipSpeed: number
  toolMass: number
  errors: string[]
  received: number
  lost: number
  received10s: number
  lost10s: number
  successRate: number // -1 when no motion runs
  roundTripMeanMs: number // -1 before a motion
  roundTripWorstMs: number
  /** The host granted the control thread real-time scheduling; false for an arm in this process, which needs none. */
  realTimeScheduling: boolean
  steps: number
  slowedSteps: number
  clippedSteps: number
  lateTicks: number
  rules: RuleCounts
  /** Share by which the robot's clock runs apart from ours; 0 until it is known. */
  clockDrift: number
  cycleWorstUs: number // state received to command sent
  heartbeatAgeMs: number // -1 when none is required
  stop: NativeStopCause | null
  /** Counted by the simulated arm itself, independent of the supervisor; zeros on a real one. */
  violations: { position: number; velocity: number; acceleration: number; jerk: number }
}
