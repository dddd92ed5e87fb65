import { afterEach, describe, expect, it } from 'vitest'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import { until } from '../../doubles/until.ts'
import { Mode, RobotRecord } from './robot-record.ts'
import { drive, expectRamp, OWN_BRAKE, OWN_PATIENCE, Rigs } from './supervised-rig.ts'

const rigs = new Rigs()
afterEach(() => rigs.close())

const turn = [0, 0, 0, 0, 0, 0, 1]
/** From one stage of a stop to the next, ms. */
const TO_FAST_STOP = 300
const TO_LINK_CUT = 500
/** What the second thread and the way over TCP may add, ms. */
const SECOND_THREAD = 25

describe('stages of a stop', () => {
  it('Pause: the ramp alone, and the arm is still armed', async () => {
    const { arm, robot, episode } = await rigs.moving('')
    drive(episode, turn, 8)
    arm.endEpisode()
    expect(arm.state()).toMatchObject({ armed: true, stop: null, activity: 'none' })
    expect(robot.stats()).toMatchObject({ reflexes: 0, stops: 0 })
    episode.home()
  })

  it('Stop: the ramp, then the end of the Move, and latched', async () => {
    const rig = await rigs.moving('')
    drive(rig.episode, turn, 8)
    rig.arm.stop('operator-stop', 'Pressed.')
    expect(drive(rig.episode, turn, 3).end).toBe(EndCode.stopped)
    await until(() => rig.arm.state().mode === Mode.idle)
    expect(rig.arm.state().stop).toMatchObject({ code: 'operator-stop', latched: true, stage: 'ramp' })
    await expectRamp(rig)
    expect(rig.robot.stats().stops).toBe(0)
  })

  it('Fast stop: an arm that has not come to rest 300 ms after the ramp began is told to brake by itself', async () => {
    const { arm, robot, episode } = await rigs.moving('runaway@8')
    drive(episode, turn, 10)
    arm.stop('operator-stop', 'Pressed.')
    await until(() => arm.state().mode === Mode.idle)
    const { stop } = arm.state()
    expect(stop).toMatchObject({ code: 'operator-stop', latched: true, stage: 'fast-stop' })
    expect(robot.stats()).toMatchObject({ stops: 1, reflexes: 0 })
    await until(() => new RobotRecord(robot.record(1)).rests())
    const record = new RobotRecord(robot.record())
    const rest = record.standstillAfter(stop?.atNs ?? NaN)
    expect(rest).toBeGreaterThan(TO_FAST_STOP)
    expect(rest).toBeLessThanOrEqual(TO_FAST_STOP + SECOND_THREAD + OWN_BRAKE)
    expect(arm.state().stop?.message).not.toMatch(/link was cut/)
  })

  it('Link cut: a robot that does not stop within 500 ms of that hears nothing any more, and stops by its own rule', async () => {
    const { arm, robot, episode } = await rigs.moving('deaf@8')
    drive(episode, turn, 10)
    arm.stop('operator-stop', 'Pressed.')
    await until(() => robot.stats().reflexes > 0)
    await until(() => arm.state().stop?.stage === 'link-cut')
    const { stop } = arm.state()
    expect(stop).toMatchObject({ code: 'operator-stop', latched: true })
    expect(stop?.message).toMatch(/the link was cut/)
    expect(stop?.tip).toMatch(/external activation device/)
    expect(robot.stats()).toMatchObject({ stops: 1, reflexes: 1 })
    await until(() => new RobotRecord(robot.record(1)).rests())
    const record = new RobotRecord(robot.record())
    const rest = record.standstillAfter(stop?.atNs ?? NaN)
    expect(rest).toBeGreaterThan(TO_FAST_STOP + TO_LINK_CUT - SECOND_THREAD)
    expect(rest).toBeLessThanOrEqual(TO_FAST_STOP + TO_LINK_CUT + 2 * SECOND_THREAD + OWN_PATIENCE + OWN_BRAKE)
    expect(() => arm.rearm()).toThrow(expect.objectContaining({ code: expect.stringMatching(/robot-lost|arm-moving/) as string }))
  })
})
