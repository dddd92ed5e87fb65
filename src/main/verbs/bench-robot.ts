import { setTimeout as pause } from 'node:timers/promises'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import { EndCode } from '../platform/native-arm.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import type { SimulatedRobot } from '../platform/native-simulated-robot.ts'

const COLUMNS = 24
const JOINTS = 7
const RESTING = 1e-3 // rad/s
const FAST = 0.45 // rad/s
/** Milliseconds of motion that the robot keeps: more than any single measurement needs. */
const KEPT = 4000

/** Milliseconds of the robot's own record of its motion. */
export interface Motion {
  length: number
  timeNs(row: number): number
  /** The robot's clock, ms. */
  id(row: number): number
  /** Fastest joint, rad/s. */
  speed(row: number): number
}

/** A simulated robot on a real socket with an armed arm on it, for figures about how fast the control side acts. */
export class BenchRobot {
  readonly robot: SimulatedRobot
  readonly arm: ArmDriver
  readonly #observation = new Float32Array(2 * JOINTS)
  readonly #tooltip = new Float32Array(3)
  readonly #sent = new Float32Array(JOINTS)
  readonly #time = new BigInt64Array(1)
  readonly #info = new Int32Array(2)

  private constructor(robot: SimulatedRobot, arm: ArmDriver) {
    this.robot = robot
    this.arm = arm
  }

  static async open(): Promise<BenchRobot> {
    const own = armModel()
    // Measured again and again, which no person does, by threads that a busy computer may keep waiting.
    const ages = { stateAgeLost: 0.2, controlAge: 0.1, policyAgeDecay: 29, policyAgeStop: 30 }
    const patient = { ...ages, recoveriesPerHour: 1e6 }
    const model = { ...own, supervisor: { ...own.supervisor, ...patient } }
    const options = { host: '127.0.0.1', port: 0, protocol: 5, model, seed: 1, fault: '', record: KEPT }
    const robot = new native.SimulatedRobot(options)
    const arm = await native.connectArm({ host: '127.0.0.1', port: robot.port, model, timeoutMs: 2000 })
    arm.arm()
    return new BenchRobot(robot, arm)
  }

  /** Home, then an episode that asks for the same velocity, a share of the clip, for so many 50 ms steps. */
  async move(action: number[], steps: number): Promise<void> {
    await this.home()
    this.arm.beginEpisode(this.#observation, this.#tooltip, this.#time)
    const asked = Float32Array.from(action)
    for (let step = 0; step < steps; step++) this.drive(asked)
  }

  /** One step of 50 ms; throws when the arm has stopped. */
  drive(action: Float32Array): void {
    this.arm.step(action, this.#observation, this.#tooltip, this.#sent, this.#time, this.#info)
    if (this.#info[1] !== EndCode.none) throw new Error(`the arm stopped: ${this.arm.state().stop?.message}`)
  }

  async home(): Promise<void> {
    this.arm.beginHome()
    while (this.arm.waitHome(0) === 'moving') await pause(5)
  }

  /** After a stop: rest, then armed again. */
  async rearm(): Promise<void> {
    await this.rest()
    while (this.arm.state().activity === 'stopping') await pause(2)
    this.arm.rearm()
  }

  /** Resolves when the arm moves at nearly the clip of 0.5 rad/s. */
  async fast(): Promise<void> {
    for (;;) {
      const motion = this.motion(1)
      if (motion.length > 0 && motion.speed(0) > FAST) return
      await pause(2)
    }
  }

  /** Resolves when the robot says that nothing moves. */
  async rest(): Promise<void> {
    for (let still = 0; still < 3;) {
      await pause(5)
      const motion = this.motion(1)
      still = motion.length > 0 && motion.speed(0) < RESTING ? still + 1 : 0
    }
  }

  motion(newest = KEPT): Motion {
    return motionOf(this.robot, newest)
  }

  async close(): Promise<void> {
    await this.arm.close()
    await this.robot.close()
  }
}

/** The newest milliseconds of a robot's record. */
export function motionOf(robot: SimulatedRobot, newest = KEPT): Motion {
  const rows = robot.record(newest)
  const at = (row: number, column: number): number => rows[row * COLUMNS + column] ?? NaN
  return {
    length: rows.length / COLUMNS,
    timeNs: (row) => at(row, 0),
    id: (row) => at(row, 1),
    speed: (row) => {
      let fastest = 0
      for (let joint = 0; joint < JOINTS; joint++) fastest = Math.max(fastest, Math.abs(at(row, 3 + JOINTS + joint)))
      return fastest
    },
  }
}

/** Monotonic time on the robot's and the control thread's clock, ns. */
export const nowNs = (): number => Number(process.hrtime.bigint())

/** From a moment to rest, in the robot's own milliseconds. */
export function untilRest(motion: Motion, sinceNs: number): number {
  let start = 0
  while (start < motion.length - 1 && motion.timeNs(start) < sinceNs) start++
  for (let row = start; row < motion.length; row++)
    if (motion.speed(row) < RESTING) return motion.id(row) - motion.id(start)
  return NaN
}

/** Nearest-rank percentile, `share` 0..1. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}
