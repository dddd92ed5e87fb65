import type { Vector3 } from '../../contract/robot.ts'
import type { StepRow } from './step-row.ts'

/** Everything a run sheet and a loop need to know of a world, fixed while it lives. */
export interface WorldSpec {
  name: string
  /** Robot address, or `in-process`. */
  robot: string
  /** Options in force by name, defaults included; empty in a world that has none. */
  options: Record<string, string>
  observation: { name: string; unit: string }[]
  /** `scale`: value of action = 1 in `unit`. */
  action: { name: string; unit: string; scale: number }[]
  /** The world rewards each step by itself. */
  hasReward: boolean
  /** What a step row's simulator state holds; empty in a world that has none to give. */
  simulatorState: { name: string; unit: string }[]
  stepPeriodS: number
  /** Steps take their nominal time; otherwise they run as fast as they can. */
  realTime: boolean
  /** Box in which coverage of the tool tip is counted, m; null in a world without a tool tip. */
  tooltipBox: { min: Vector3; max: Vector3 } | null
  /** Range of each joint for the joint histograms, rad; null in a world without joints. */
  jointRange: { min: number[]; max: number[] } | null
  /** SHA-256 of the limits in force. */
  limitsHash: string
}

/** Why the world ended an episode by itself. */
export interface WorldStop {
  code: string
  title: string
  message: string
  tip: string
  /** A person has to act before anything moves again. */
  latched: boolean
}

/** How often the robot's own limits were broken, counted apart from the supervisor. */
export interface LimitViolations {
  position: number
  velocity: number
  acceleration: number
  jerk: number
}

/** One environment. Calls block the calling thread; a session runs it in a worker. */
export interface World {
  readonly spec: WorldSpec
  /**
   * Starts the way to the start pose of the episode with this number. Throws a refusal while a stop is latched or no
   * clear way is known.
   */
  beginReset(episode: number): void
  /** Goes on for at most `budgetMs`; true when the start pose is reached. Throws the latched stop's problem. */
  continueReset(budgetMs: number): boolean
  /** Opens an episode at the start pose and writes its first observation, tool tip and tick time. */
  beginEpisode(row: StepRow): void
  /** Applies `row.action` for one period and fills the rest of the row. Throws a refusal when it cannot. */
  step(row: StepRow): void
  /** Ends the episode softly: ramps to zero and stands still. Harmless after the world ended it by itself. */
  endEpisode(): void
  /** Cause of the newest end code other than none; null when there is none. */
  stopCause(): WorldStop | null
  violations(): LimitViolations
  close(): Promise<void>
}
