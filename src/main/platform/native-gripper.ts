/** The Hand and a simulated one, as the addon hands them over; see native.ts. */

/** m, m/s per finger, N; a move uses width and speed only. */
export interface GripperTask {
  width: number
  speed: number
  epsilonInner?: number
  epsilonOuter?: number
  force?: number
}

/** The Hand as of its newest state packet, and what became of commands. */
export interface NativeGripperState {
  connected: boolean
  ageMs: number // of the newest state, -1 before the first
  width: number // m
  maxWidth: number // m, 0 until homed
  grasped: boolean
  temperature: number // as the Hand reports it
  activity: 'none' | 'homing' | 'grasping' | 'moving' | 'stopping'
  /** A command waits for the running one. */
  waiting: boolean
  /** How the newest jobs ended, in no order. */
  results: GripperJobResult[]
}

/** How one command ended. */
export interface GripperJobResult {
  job: number
  command: 'home' | 'grasp' | 'move'
  /** `missed`: tried, not reached; `replaced`: a newer command took its place before it began. */
  outcome: 'done' | 'missed' | 'refused' | 'aborted' | 'replaced' | 'lost'
  width: number // m, when it ended
}

/** The Hand over its own connection and thread. No call waits for the Hand. */
export interface GripperDriver {
  state(): NativeGripperState
  /** Returns the number of the job. A newer command stops a running one (never homing) and replaces a waiting one. */
  request(command: 'home' | 'grasp' | 'move', task?: GripperTask): number
  /** Stops what runs and drops what waits. */
  stop(): void
  close(): Promise<void>
}

/** A simulated Hand on a socket of this machine. */
export interface SimulatedGripper {
  readonly port: number
  /** Commands taken from clients so far. */
  readonly commands: number
  close(): Promise<void>
}
