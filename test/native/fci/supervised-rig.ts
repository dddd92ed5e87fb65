import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import type { ArmDriver, ArmDrill, NativeStopCause } from '../../../src/main/platform/native-arm.ts'
import type { SupervisorLimits } from '../../../src/main/platform/native-arm-model.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { until } from '../../doubles/until.ts'
import { Episode } from '../arm/episode.ts'
import { RobotRecord } from './robot-record.ts'

/** Limits that other programs on this machine could break by taking its time; all others are the product's. */
const patient = { stateAgeLost: 0.2, controlAge: 0.1, policyAgeDecay: 29, policyAgeStop: 30 }

/** Longest time from any speed up to the clip to rest under the shaper: 0.5 rad/s at 3.75 rad/s2 and 1125 rad/s3, ms. */
export const RAMP = 140
/** The robot's own brake from there, at nine tenths of 7.5 rad/s2, ms. */
export const OWN_BRAKE = 75
/** Commands in a row that the robot may miss before it stops by itself, ms. */
export const OWN_PATIENCE = 20

export interface Rig {
  arm: ArmDriver
  robot: SimulatedRobot
  episode: Episode
}

/** Arms and robots of one test file, on real sockets; close() after each test. */
export class Rigs {
  readonly #open: { close(): unknown }[] = []

  keep<T extends { close(): unknown }>(each: T): T {
    this.#open.push(each)
    return each
  }

  async connected(fault: string, limits: Partial<SupervisorLimits> = {}, drill?: ArmDrill): Promise<Rig> {
    const own = armModel()
    const model = { ...own, supervisor: { ...own.supervisor, ...patient, ...limits } }
    const robot = this.keep(
      new native.SimulatedRobot({ host: '127.0.0.1', port: 0, protocol: 5, model, seed: 1, fault, record: 60_000 }),
    )
    const options = { host: '127.0.0.1', port: robot.port, model, timeoutMs: 2000, ...(drill && { drill }) }
    const arm = this.keep(await native.connectArm(options))
    return { arm, robot, episode: new Episode(arm) }
  }

  /** Armed, at home, in an episode. */
  async moving(fault: string, limits: Partial<SupervisorLimits> = {}, drill?: ArmDrill): Promise<Rig> {
    const rig = await this.connected(fault, limits, drill)
    rig.arm.arm()
    rig.episode.home()
    rig.episode.begin()
    return rig
  }

  async close(): Promise<void> {
    for (const each of this.#open.splice(0).reverse()) await each.close()
  }
}

/** The same action again and again; returns the end code, or none after `steps`, and all flags seen. */
export function drive(episode: Episode, action: number[], steps: number): { end: number; flags: number } {
  const asked = Float32Array.from(action)
  let flags = 0
  for (let step = 0; step < steps; step++) {
    const end = episode.step(asked)
    flags |= episode.info[0] ?? 0
    if (end !== EndCode.none) return { end, flags }
  }
  return { end: EndCode.none, flags }
}

/** All joints swing; returns the end code, or none after `steps`, and all flags seen. */
export function swing(episode: Episode, steps: number): { end: number; flags: number } {
  let flags = 0
  for (let step = 0; step < steps; step++) {
    const { end, flags: seen } = drive(episode, Array.from({ length: 7 }, (_, joint) => Math.sin(step / 8 + joint)), 1)
    flags |= seen
    if (end !== EndCode.none) return { end, flags }
  }
  return { end: EndCode.none, flags }
}

/** The stop, once there is one. */
export async function stopOf(arm: ArmDriver): Promise<NativeStopCause> {
  await until(() => arm.state().stop !== null)
  return arm.state().stop as NativeStopCause
}

/**
 * The robot's record of a stop by our own ramp: all limits kept, no reflex, and at rest within `within` of the robot's
 * milliseconds after the cause was found.
 */
export async function expectRamp({ arm, robot }: Rig, within = RAMP): Promise<void> {
  const stop = await stopOf(arm)
  await until(() => new RobotRecord(robot.record(1)).rests())
  await sleep(20)
  const record = new RobotRecord(robot.record())
  expect(record.brokenLimits()).toEqual([])
  expect(robot.stats().reflexes).toBe(0)
  expect(record.standstillAfter(stop.atNs)).toBeLessThanOrEqual(within)
}
