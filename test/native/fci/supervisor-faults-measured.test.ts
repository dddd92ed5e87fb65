import { afterEach, describe, expect, it } from 'vitest'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import { until } from '../../doubles/until.ts'
import { Mode, RobotRecord } from './robot-record.ts'
import { expectRamp, OWN_BRAKE, RAMP, Rigs, swing } from './supervised-rig.ts'

const rigs = new Rigs()
afterEach(() => rigs.close())

describe('what the robot measures', () => {
  it.each([
    // row, fault, code, longest detection in ms, words that name what was found
    [6, 'loss@6', 'success-rate', 450, /Only \d\d % of the commands/],
    [10, 'speed@6', 'joint-speed', 2, /Joint 1 moved at/],
    [11, 'push@6', 'tracking', 22, /Joint 4 is 3/],
    [14, 'outside@6', 'outside-box', 7, /behind the (left|right|back|front) wall/],
    [17, 'torque@6', 'contact-torque', 2, /on joint 4; 8\.0 Nm/],
    [18, 'force@6', 'contact-force', 2, /30\.0 N act on the tool; 25\.0 N/],
    [19, 'load@6', 'joint-torque', 2, /Joint 2 needed (79|80)\.\d Nm; 78\.3 Nm/],
    [20, 'error@6', 'robot-error', 2, /instability_detected/],
  ] as const)('row %i: %s stops the arm as %s', async (row, fault, code, detection, words) => {
    const rig = await rigs.moving(fault)
    const { arm, robot, episode } = rig
    expect(swing(episode, 60).end).toBe(EndCode.stopped)
    arm.endEpisode()
    const { stop, rules } = arm.state()
    expect(stop).toMatchObject({ code, rule: row, latched: true })
    // A robot that misses every second command comes to rest by the ramp, but cannot be held there by it.
    expect(stop?.stage).toMatch(row === 6 ? /ramp|fast-stop/ : /ramp/)
    expect(stop?.message).toMatch(words)
    expect(stop?.tip).not.toBe('')
    expect(rules.acted[row]).toBe(1)
    await until(() => robot.stats().restAt > 0)
    const { faultAt, restAt } = robot.stats()
    expect(restAt - faultAt).toBeLessThanOrEqual(detection + RAMP)
    await expectRamp(rig)
    expect(() => arm.arm()).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['reflex@6', 'reflex', Mode.reflex],
    ['user-stop@6', 'user-stop', Mode.userStopped],
  ] as const)('row 20: %s ends the motion as %s, and the robot brakes by itself', async (fault, code, mode) => {
    const { arm, robot, episode } = await rigs.moving(fault)
    expect(swing(episode, 60).end).toBe(code === 'reflex' ? EndCode.reflex : EndCode.stopped)
    expect(arm.state().stop).toMatchObject({ code, latched: true })
    await until(() => robot.stats().restAt > 0)
    expect(robot.stats().restAt - robot.stats().faultAt).toBeLessThanOrEqual(OWN_BRAKE)
    expect(new RobotRecord(robot.record()).firstWith(mode)).toBeGreaterThan(0)
  })
})
