const COLUMNS = 24
const JOINTS = 7
const RESTING = 1e-3 // rad/s
const MS = 1e-3

/** The joints' limits once more, from the vendor's table: rad/s, rad/s2, rad/s3. */
const VELOCITY = [2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61]
const ACCELERATION = [15, 7.5, 10, 12.5, 15, 20, 20]
const JERK = [7500, 3750, 5000, 6250, 7500, 10000, 10000]
/** robot_mode of the state packet. */
export const Mode = { idle: 1, move: 2, reflex: 4, userStopped: 5 } as const

/** Reads what the simulated robot has recorded of a motion: time and rest in the robot's own milliseconds. */
export class RobotRecord {
  readonly length: number
  readonly #rows: Float64Array

  constructor(rows: Float64Array) {
    this.#rows = rows
    this.length = rows.length / COLUMNS
  }

  timeNs = (row: number): number => this.#rows[row * COLUMNS] ?? NaN
  id = (row: number): number => this.#rows[row * COLUMNS + 1] ?? NaN
  mode = (row: number): number => this.#rows[row * COLUMNS + 2] ?? NaN
  q = (row: number, joint: number): number => this.#rows[row * COLUMNS + 3 + joint] ?? NaN
  dq = (row: number, joint: number): number => this.#rows[row * COLUMNS + 3 + JOINTS + joint] ?? NaN

  /** Desired position of all joints, rad. */
  pose(row: number): number[] {
    return Array.from({ length: JOINTS }, (_, joint) => this.q(row, joint))
  }

  /** Fastest joint, rad/s. */
  speed(row: number): number {
    let out = 0
    for (let joint = 0; joint < JOINTS; joint++) out = Math.max(out, Math.abs(this.dq(row, joint)))
    return out
  }

  rests(): boolean {
    return this.length > 0 && this.speed(this.length - 1) < RESTING
  }

  /** First row at or after a monotonic time. */
  rowAt(timeNs: number): number {
    let row = 0
    while (row < this.length - 1 && this.timeNs(row) < timeNs) row++
    return row
  }

  /** The robot's milliseconds from a monotonic time to the rest that lasts; NaN when it still moves at the end. */
  standstillAfter(timeNs: number): number {
    return Math.max(0, this.restId() - this.id(this.rowAt(timeNs)))
  }

  /** Message id of the rest that lasts; NaN when the arm still moves at the end. */
  restId(): number {
    if (!this.rests()) return NaN
    let rest = this.length - 1
    while (rest > 0 && this.speed(rest - 1) < RESTING) rest--
    return this.id(rest)
  }

  /** The robot's milliseconds from the last moment at which the arm was not braking to the rest that lasts. */
  brakingMs(): number {
    const rest = this.restId()
    let row = this.length - 1
    while (row > 0 && this.id(row) > rest) row--
    while (row > 0 && this.#slows(row)) row--
    return rest - this.id(row)
  }

  /** Some joint got slower in this row, and none faster. */
  #slows(row: number): boolean {
    let slower = false
    for (let joint = 0; joint < JOINTS; joint++) {
      const change = Math.abs(this.dq(row, joint)) - Math.abs(this.dq(row - 1, joint))
      if (change > 0) return false
      slower ||= change < 0
    }
    return slower
  }

  /** Fastest joint of the whole motion, rad/s. */
  fastest(): number {
    let out = 0
    for (let row = 0; row < this.length; row++) out = Math.max(out, this.speed(row))
    return out
  }

  /** First row with a mode, -1 when there is none. */
  firstWith(mode: number): number {
    for (let row = 0; row < this.length; row++) if (this.mode(row) === mode) return row
    return -1
  }

  /** What the motion broke of the robot's limits on velocity, acceleration and jerk, by joint and message id. */
  brokenLimits(): string[] {
    const broken: string[] = []
    const before = new Float64Array(JOINTS)
    for (let row = 1; row < this.length; row++)
      for (let joint = 0; joint < JOINTS; joint++) {
        const a = (this.dq(row, joint) - this.dq(row - 1, joint)) / MS
        const j = row < 2 ? 0 : (a - (before[joint] ?? 0)) / MS
        before[joint] = a
        const fits =
          Math.abs(this.dq(row, joint)) < (VELOCITY[joint] ?? NaN) &&
          Math.abs(a) < (ACCELERATION[joint] ?? NaN) &&
          Math.abs(j) < (JERK[joint] ?? NaN)
        if (!fits) broken.push(`joint ${joint + 1} at ${this.id(row)}: ${this.dq(row, joint)} rad/s, ${a} rad/s2, ${j} rad/s3`)
      }
    return broken
  }
}
