import { afterEach, describe, expect, it } from 'vitest'
import { StepFlag } from '../../../src/contract/dataset.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { until } from '../../doubles/until.ts'
import { drive, OWN_BRAKE, OWN_PATIENCE, Rigs, stopOf, swing } from './supervised-rig.ts'

const rigs = new Rigs()
afterEach(() => rigs.close())

describe('the link and the computer', () => {
  it('row 4: a robot that goes silent stops by itself, and the stop is latched and said', async () => {
    const { arm, robot, episode } = await rigs.moving('silence@6')
    expect(swing(episode, 60).end).toBe(EndCode.stopped)
    expect(await stopOf(arm)).toMatchObject({ code: 'link-lost', rule: 4, latched: true, unit: 'ms', limit: 200 })
    await until(() => robot.stats().restAt > 0)
    expect(robot.stats().restAt - robot.stats().faultAt).toBeLessThanOrEqual(OWN_PATIENCE + OWN_BRAKE + 2)
  })

  it('rows 4 and 5: a gap in the states slows the arm, is marked in the step, and the next action goes on', async () => {
    const { arm, robot, episode } = await rigs.moving('gap@6:15')
    const { end, flags } = swing(episode, 20)
    expect(end).toBe(EndCode.none)
    for (const flag of [StepFlag.gap, StepFlag.held, StepFlag.warned]) expect(flags & flag).toBe(flag)
    expect(arm.state().rules.acted[5]).toBeGreaterThan(0)
    expect(arm.state().rules.warned[4]).toBeGreaterThan(0)
    arm.endEpisode()
    expect(arm.state().stop).toBeNull()
    expect(robot.stats().reflexes).toBe(0)
  })

  it('row 7: an answer later than 0.7 ms stops the arm where the computer promises real time', async () => {
    const { arm, robot, episode } = await rigs.moving('', {}, { stallAfter: 500, stallMs: 5, strictTime: true })
    swing(episode, 60)
    expect(arm.state().stop).toMatchObject({ code: 'cycle-time', rule: 7, latched: true, unit: 'µs', limit: 700 })
    expect(arm.state().stop?.value).toBeGreaterThan(700)
    arm.endEpisode()
    expect(robot.stats().reflexes).toBe(0)
  })

  it('row 7: limits that are tightened while the arm moves count from the next cycle on', async () => {
    const { arm, episode } = await rigs.moving('', {}, { stallAfter: 0, stallMs: 0, strictTime: true })
    const now = arm.limits()
    arm.setLimits({ ...now, cycleTimeWarn: 1e-9, cycleTimeLate: 1e-9, cycleTimeStop: 1e-8 })
    expect(swing(episode, 60).end).toBe(EndCode.stopped)
    expect(arm.state().stop).toMatchObject({ code: 'cycle-time', rule: 7 })
    arm.endEpisode()
  })

  it('row 28: a robot whose clock runs apart from ours is counted and does not stop the arm', async () => {
    const { arm, episode } = await rigs.moving('slow-clock@1')
    // The clocks are compared over ten seconds.
    while ((arm.state().rules.acted[28] ?? 0) === 0) {
      const turn = 0.2 * Math.sin(performance.now() / 500)
      expect(drive(episode, [0, 0, 0, 0, 0, 0, turn], 10).end).toBe(EndCode.none)
    }
    expect(arm.state().clockDrift).toBeLessThan(-0.1)
    expect(arm.state().stop).toBeNull()
    arm.endEpisode()
  })
})

describe('watchdog over the control thread', () => {
  const ended = (robot: SimulatedRobot): number => robot.stats().stops + robot.stats().reflexes

  it('row 24: tells the robot to stop when the control thread stands still in a cycle', async () => {
    const { arm, robot, episode } = await rigs.moving('', { controlAge: 0.01 }, { stallAfter: 500, stallMs: 300 })
    expect(swing(episode, 60).end).not.toBe(EndCode.none)
    expect(arm.state().stop).toMatchObject({ code: 'control-frozen', rule: 24, latched: true, unit: 'ms', limit: 10 })
    expect(arm.state().stop?.value).toBeGreaterThanOrEqual(10)
    // Once for one stillness; on a crowded machine the robot's own rule of 20 lost commands may come first.
    await until(() => ended(robot) > 0)
    expect(ended(robot)).toBe(1)
    await until(() => arm.state().mode === 1 || arm.state().mode === 4)
    arm.rearm()
    episode.home()
    episode.begin()
    expect(swing(episode, 5).end).toBe(EndCode.none)
    arm.endEpisode()
  })

  it('row 24: shows the stop although the control thread never comes back to say so', async () => {
    const { arm, robot, episode } = await rigs.moving('', { controlAge: 0.01 }, { stallAfter: 300, stallMs: 2500 })
    expect(() => drive(episode, [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3], 40)).toThrow(
      expect.objectContaining({ code: 'step-timeout' }),
    )
    expect(arm.state().stop).toMatchObject({ code: 'control-frozen', latched: true })
    expect(ended(robot)).toBe(1)
  })
})
