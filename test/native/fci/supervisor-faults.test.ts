import { afterEach, describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { EndCode, native } from '../../../src/main/platform/native.ts'
import type { ArmDriver, ArmDrill, SimulatedRobot, SupervisorLimits } from '../../../src/main/platform/native.ts'
import { StepFlag } from '../../../src/contract/dataset.ts'
import { until } from '../../doubles/until.ts'
import { Episode } from '../arm/episode.ts'

/**
 * One fault after another against the simulated robot over real sockets: the cause in words, the row that found it, and
 * the time to rest in the robot's own milliseconds. The limits are the product's, but for the times that other programs
 * on this machine could stretch.
 */
const patient = { stateAgeLost: 0.2, controlAge: 0.1, policyAgeDecay: 29, policyAgeStop: 30 }

const open: { close(): unknown }[] = []

interface Rig {
  arm: ArmDriver
  robot: SimulatedRobot
  episode: Episode
}

async function rig(fault: string, limits: Partial<SupervisorLimits> = {}, drill?: ArmDrill): Promise<Rig> {
  const own = armModel()
  const model = { ...own, supervisor: { ...own.supervisor, ...patient, ...limits } }
  const robot = new native.SimulatedRobot({ host: '127.0.0.1', port: 0, protocol: 5, model, seed: 1, fault })
  open.push(robot)
  const arm = await native.connectArm({
    host: '127.0.0.1',
    port: robot.port,
    model,
    timeoutMs: 2000,
    ...(drill && { drill }),
  })
  open.push(arm)
  arm.arm()
  const episode = new Episode(arm)
  episode.home()
  episode.begin()
  return { arm, robot, episode }
}

/** All joints swing; returns the end code, or none after `steps`. */
function swing(episode: Episode, steps: number, flags = { seen: 0 }): number {
  const action = new Float32Array(7)
  for (let step = 0; step < steps; step++) {
    for (let joint = 0; joint < 7; joint++) action[joint] = Math.sin(step / 8 + joint)
    const end = episode.step(action)
    flags.seen |= episode.info[0] ?? 0
    if (end !== EndCode.none) return end
  }
  return EndCode.none
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** Longest time from any speed up to the clip to rest under the shaper: 0.5 rad/s at 3.75 rad/s2 and 1125 rad/s3, ms. */
const RAMP = 140

describe('fault by fault', () => {
  it.each([
    // fault, code, row, longest detection in ms, words that name what was found
    ['speed@6', 'joint-speed', 10, 2, /Joint 1 moved at/],
    ['push@6', 'tracking', 11, 22, /Joint 4 is 3/],
    ['outside@6', 'outside-box', 14, 7, /behind the (left|right|back|front) wall/],
    ['torque@6', 'contact-torque', 17, 2, /on joint 4; 8\.0 Nm/],
    ['force@6', 'contact-force', 18, 2, /30\.0 N act on the tool; 25\.0 N/],
    ['load@6', 'joint-torque', 19, 2, /Joint 2 needed (79|80)\.\d Nm; 78\.3 Nm/],
    ['error@6', 'robot-error', 20, 2, /instability_detected/],
    ['loss@6', 'success-rate', 6, 450, /Only \d\d % of the commands/],
  ])('%s stops the arm as %s, row %i', async (fault, code, row, detection, words) => {
    const { arm, robot, episode } = await rig(fault)
    expect(swing(episode, 60)).toBe(EndCode.stopped)
    arm.endEpisode()
    const { stop, rules, violations } = arm.state()
    expect(stop).toMatchObject({ code, rule: row, latched: true })
    expect(stop?.message).toMatch(words)
    expect(stop?.tip).not.toBe('')
    expect(rules.acted[row]).toBe(1)
    await until(() => robot.stats().restAt > 0)
    const { faultAt, restAt, reflexes } = robot.stats()
    expect(restAt - faultAt).toBeLessThanOrEqual(detection + RAMP)
    // A ramp within all limits, not the robot's own reflex.
    expect(reflexes).toBe(0)
    expect(violations).toEqual({ position: 0, velocity: 0, acceleration: 0, jerk: 0 })
    expect(() => arm.arm()).toThrow(expect.objectContaining({ code }))
  })

  it('row 8: a command that would break our own limits is not sent, and the robot is told to stop', async () => {
    const { arm, robot, episode } = await rig('derivative@6')
    expect(swing(episode, 60)).toBe(EndCode.stopped)
    expect(arm.state().stop).toMatchObject({ code: 'command-limits', rule: 8, joint: 1, latched: true })
    await until(() => robot.stats().restAt > 0)
    expect(robot.stats().stops).toBe(1)
    // The robot's own brake from 0.5 rad/s at nine tenths of 7.5 rad/s2, and the way of the StopMove.
    expect(robot.stats().restAt - robot.stats().faultAt).toBeLessThanOrEqual(20 + 75)
  })

  it('rows 4 and 5: a gap in the states slows the arm, is marked in the step, and the next action goes on', async () => {
    const { arm, robot, episode } = await rig('gap@6:15')
    const flags = { seen: 0 }
    expect(swing(episode, 20, flags)).toBe(EndCode.none)
    expect(flags.seen & StepFlag.gap).toBe(StepFlag.gap)
    expect(flags.seen & StepFlag.held).toBe(StepFlag.held)
    expect(flags.seen & StepFlag.warned).toBe(StepFlag.warned)
    expect(arm.state().rules.acted[5]).toBeGreaterThan(0)
    expect(arm.state().rules.warned[4]).toBeGreaterThan(0)
    arm.endEpisode()
    expect(arm.state().stop).toBeNull()
    expect(robot.stats().reflexes).toBe(0)
  })

  it('row 7: an answer later than 0.7 ms stops the arm where the computer promises real time', async () => {
    const { arm, robot, episode } = await rig('', {}, { stallAfter: 500, stallMs: 5, strictTime: true })
    swing(episode, 60)
    expect(arm.state().stop).toMatchObject({ code: 'cycle-time', rule: 7, latched: true, unit: 'µs', limit: 700 })
    expect(arm.state().stop?.value).toBeGreaterThan(700)
    arm.endEpisode()
    expect(robot.stats().reflexes).toBe(0)
  })

  it('row 26: a run that has lasted as long as one arming allows ends at the end of a step', async () => {
    const { arm, episode } = await rig('', { runDuration: 2 })
    expect(swing(episode, 60)).toBe(EndCode.stopped)
    arm.endEpisode()
    expect(arm.state().stop).toMatchObject({ code: 'run-duration', rule: 26, latched: true })
    expect(arm.state().rules.warned[26]).toBeGreaterThan(0)
    // A person arms again, and the count begins anew.
    arm.rearm()
    episode.home()
    episode.begin()
    expect(swing(episode, 5)).toBe(EndCode.none)
    arm.endEpisode()
  })

  it('row 26: too many recoveries within an hour need somebody to find the cause', async () => {
    const { arm } = await rig('', { recoveriesPerHour: 2 })
    arm.endEpisode()
    for (let i = 0; i < 2; i++) {
      arm.stop('operator-stop', 'Again.')
      arm.rearm()
    }
    arm.stop('operator-stop', 'And again.')
    expect(() => arm.rearm()).toThrow(expect.objectContaining({ code: 'recoveries-per-hour' }))
    expect(arm.state().armed).toBe(false)
  })

  it('row 27: a force at the tool while the arm stands refuses the start', async () => {
    const own = armModel()
    const model = { ...own, supervisor: { ...own.supervisor, ...patient } }
    const robot = new native.SimulatedRobot({
      host: '127.0.0.1',
      port: 0,
      protocol: 5,
      model,
      seed: 1,
      fault: 'force@0',
    })
    open.push(robot)
    const arm = await native.connectArm({ host: '127.0.0.1', port: robot.port, model, timeoutMs: 2000 })
    open.push(arm)
    arm.arm()
    const { received } = arm.state()
    await until(() => arm.state().received > received + 30)
    expect(() => arm.beginHome()).toThrow(expect.objectContaining({ code: 'tool-force' }))
    expect(() => arm.beginHome()).toThrow(/30\.0 N/)
    expect(robot.stats().moves).toBe(0)
    expect(robot.stats().reflexes).toBe(0)
  })
})

describe('watchdog over the control thread', () => {
  const ended = (robot: SimulatedRobot): number => robot.stats().stops + robot.stats().reflexes

  it('row 24: tells the robot to stop when the control thread stands still in a cycle', async () => {
    const { arm, robot, episode } = await rig('', { controlAge: 0.01 }, { stallAfter: 500, stallMs: 300 })
    expect(swing(episode, 60)).not.toBe(EndCode.none)
    expect(arm.state().stop).toMatchObject({ code: 'control-frozen', rule: 24, latched: true, unit: 'ms', limit: 10 })
    expect(arm.state().stop?.value).toBeGreaterThanOrEqual(10)
    // Once for one stillness; on a crowded machine the robot's own rule of 20 lost commands may come first.
    await until(() => ended(robot) > 0)
    expect(ended(robot)).toBe(1)
    await until(() => arm.state().mode === 1 || arm.state().mode === 4)
    arm.rearm()
    episode.home()
    episode.begin()
    expect(swing(episode, 5)).toBe(EndCode.none)
    arm.endEpisode()
  })

  it('shows the stop although the control thread never comes back to say so', async () => {
    const { arm, robot, episode } = await rig('', { controlAge: 0.01 }, { stallAfter: 300, stallMs: 2500 })
    const action = new Float32Array(7).fill(0.3)
    expect(() => {
      for (let step = 0; step < 40; step++) episode.step(action)
    }).toThrow(expect.objectContaining({ code: 'step-timeout' }))
    expect(arm.state().stop).toMatchObject({ code: 'control-frozen', latched: true })
    expect(ended(robot)).toBe(1)
  })
})
