/** The simulated robot on a real socket, as the addon hands it over; see native.ts. */
import type { ArmModel } from './native-arm-model.ts'

/** What a simulated robot is like, and what goes wrong with it. */
export interface SimulatedRobotOptions {
  host: string
  port: number // 0 = any free
  protocol: number
  model: ArmModel
  seed: number
  /** ms that a millisecond of motion waits for a client that is late; a real robot, and 0, waits for nobody. */
  patienceMs?: number
  /** URDF text for clients that ask for the robot's model (protocol 8 and later); without it they are refused. */
  robotModel?: string
  /** The vendor's model library for clients that ask for it; without it they are refused. */
  modelLibrary?: Uint8Array
  /** `KIND@STEP`, see spec: e.g. `reflex@400`, `user-stop@400`, `silence@400`, `close@400`; empty for none. */
  fault: string
  /** How many of the newest milliseconds of motion it keeps for record(); none when left out. */
  record?: number
}

/** Simulated arm speaking FCI on a real socket in real time. */
export interface SimulatedRobot {
  readonly port: number
  stats(): {
    clients: number
    states: number
    commands: number
    dropped: number
    reflexes: number
    moves: number
    /** StopMove requests. */
    stops: number
    /** message_id at which the fault began, and at which the arm had come to rest after it; 0 before. */
    faultAt: number
    restAt: number
  }
  /**
   * What the arm did in each of the `newest` milliseconds, or in all that are kept: [n, 24], oldest first: monotonic time
   * ns, message_id, robot_mode, then desired position rad, velocity rad/s and acceleration rad/s2 of the joints.
   */
  record(newest?: number): Float64Array
  close(): Promise<void>
}
