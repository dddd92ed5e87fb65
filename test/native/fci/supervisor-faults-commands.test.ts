import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { StepFlag } from '../../../src/contract/dataset.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import { until } from '../../doubles/until.ts'
import { RobotRecord } from './robot-record.ts'
import { drive, expectRamp, OWN_BRAKE, RAMP, Rigs, swing } from './supervised-rig.ts'

const rigs = new Rigs()
afterEach(() => rigs.close())

describe('what the policy sends', () => {
  it.each([NaN, Infinity])('row 1: an action with %s is not sent and stops the arm', async (bad) => {
    const rig = await rigs.moving('')
    drive(rig.episode, [0.6, 0.6, 0, 0, 0, 0, 1], 8)
    expect(drive(rig.episode, [0, 0, bad, 0, 0, 0, 0], 1).end).toBe(EndCode.stopped)
    expect(rig.arm.state().stop).toMatchObject({ code: 'command-invalid', rule: 1, latched: true, stage: 'ramp' })
    expect(rig.arm.state().rules.acted[1]).toBe(1)
    await expectRamp(rig)
  })

  it('row 2: more than the clip is clipped, and more than twice the clip is counted as a bad action', async () => {
    const { arm, robot, episode } = await rigs.moving('')
    expect(drive(episode, [0, 0, 0, 0, 0, 0, 4], 8)).toEqual({
      end: EndCode.none,
      flags: expect.toSatisfy((flags: number) => (flags & StepFlag.clipped) > 0 && (flags & StepFlag.badAction) > 0) as number,
    })
    expect(arm.state().rules.acted[2]).toBeGreaterThan(0)
    const record = new RobotRecord(robot.record())
    expect(record.speed(record.length - 1)).toBeLessThanOrEqual(0.5 + 1e-9)
    arm.endEpisode()
  })

  it('row 3: a policy that is late lets the arm slow to rest, marked in the step, and goes on with its next action', async () => {
    const { arm, robot, episode } = await rigs.moving('', { policyAgeDecay: 0.1 })
    drive(episode, [0, 0, 0, 0, 0, 0, 1], 6)
    await sleep(400)
    const record = new RobotRecord(robot.record())
    expect(record.speed(record.length - 1)).toBe(0)
    expect(record.mode(record.length - 1)).toBe(2)
    // Of the step in which it was silent.
    const { end, flags } = drive(episode, [0, 0, 0, 0, 0, 0, 1], 2)
    expect(end).toBe(EndCode.none)
    expect(flags & StepFlag.decayed).toBe(StepFlag.decayed)
    expect(flags & StepFlag.late).toBe(StepFlag.late)
    expect(arm.state().rules.acted[3]).toBeGreaterThan(0)
    expect(arm.state().stop).toBeNull()
    arm.endEpisode()
    expect(record.brokenLimits()).toEqual([])
  })

  it('row 3: a policy that stays silent ends the motion', async () => {
    const rig = await rigs.moving('', { policyAgeDecay: 0.1, policyAgeStop: 0.25 })
    drive(rig.episode, [0, 0, 0, 0, 0, 0, 1], 6)
    await until(() => rig.arm.state().stop !== null)
    expect(rig.arm.state().stop).toMatchObject({ code: 'policy-silent', rule: 3, latched: true, unit: 'ms', limit: 250 })
    await expectRamp(rig)
  })

  it('row 8: a command that would break our own limits is not sent, and the robot is told to stop', async () => {
    const { arm, robot, episode } = await rigs.moving('derivative@6')
    expect(swing(episode, 60).end).toBe(EndCode.stopped)
    await until(() => robot.stats().restAt > 0)
    expect(arm.state().stop).toMatchObject({ code: 'command-limits', rule: 8, joint: 1, latched: true, stage: 'fast-stop' })
    expect(robot.stats().stops).toBe(1)
    // With the way of the StopMove.
    expect(robot.stats().restAt - robot.stats().faultAt).toBeLessThanOrEqual(20 + OWN_BRAKE)
  })

  it('row 26: a run that has lasted as long as one arming allows ends at the end of a step', async () => {
    const rig = await rigs.moving('', { runDuration: 2 })
    expect(swing(rig.episode, 60).end).toBe(EndCode.stopped)
    rig.arm.endEpisode()
    expect(rig.arm.state().stop).toMatchObject({ code: 'run-duration', rule: 26, latched: true })
    expect(rig.arm.state().rules.warned[26]).toBeGreaterThan(0)
    await expectRamp(rig, RAMP)
    // A person arms again, and the count begins anew.
    rig.arm.rearm()
    rig.episode.home()
    rig.episode.begin()
    expect(swing(rig.episode, 5).end).toBe(EndCode.none)
    rig.arm.endEpisode()
  })

  it('row 26: a tool that has travelled as far as one arming allows stops', async () => {
    const rig = await rigs.moving('', { runPath: 0.2 })
    expect(drive(rig.episode, [1, 0, 0, 0, 0, 0, 0], 60).end).toBe(EndCode.stopped)
    expect(rig.arm.state().stop).toMatchObject({ code: 'run-path', rule: 26, latched: true, unit: 'm' })
    await expectRamp(rig)
  })

  it('row 26: too many recoveries within an hour need somebody to find the cause', async () => {
    const { arm } = await rigs.moving('', { recoveriesPerHour: 2 })
    arm.endEpisode()
    for (let i = 0; i < 2; i++) {
      arm.stop('operator-stop', 'Again.')
      arm.rearm()
    }
    arm.stop('operator-stop', 'And again.')
    expect(() => arm.rearm()).toThrow(expect.objectContaining({ code: 'recoveries-per-hour' }))
    expect(arm.state().armed).toBe(false)
  })
})
