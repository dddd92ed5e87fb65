import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemOf } from '../../../src/contract/problem.ts'
import type { Problem } from '../../../src/contract/problem.ts'
import type { Robot } from '../../../src/main/robot/robot.ts'
import { CLOSED, CLOSED_AND_RESET, StopBoxDouble } from '../../doubles/stop-box.ts'
import { until } from '../../doubles/until.ts'
import { robotUnderTest } from './robot-under-test.ts'

/** m, m/s; slow enough to be met on the way. */
const CLOSE = { width: 0, speed: 0.02 }
const OPEN = { width: 0.08, speed: 0.1 }
const GRASP = { width: 0, speed: 0.1, force: 20, epsilonInner: 0, epsilonOuter: 0.08 }

/** A simulated arm with its Hand, and a stop box on a pseudo terminal. */
describe('what stops the arm stops the Hand', () => {
  let robot: Robot
  let box: StopBoxDouble

  beforeEach(async () => {
    robot = robotUnderTest({ home: mkdtempSync(join(tmpdir(), 'forager-hand-')) }).robot
    box = await StopBoxDouble.start()
    await robot.connectSimulated()
    await until(() => robot.gripper.state().width !== null)
    robot.gripper.home()
    await until(() => robot.gripper.state().homed && robot.gripper.state().activity === 'none')
  })
  afterEach(async () => {
    await robot.close()
    box.stop()
  })

  const useBox = (): void => robot.setStopBox({ path: box.path, needsGrip: false })

  const pressReset = async (): Promise<void> => {
    box.inputs(CLOSED)
    await until(() => robot.state.current().stopBox.message.includes('Press reset'))
    box.inputs(CLOSED_AND_RESET)
    await until(() => robot.state.current().stopBox.state === 'closed')
    box.inputs(CLOSED)
  }

  const arm = (): void => {
    robot.heartbeat()
    robot.arm()
  }

  const refused = (work: () => void): Problem | null => {
    try {
      work()
      return null
    } catch (error) {
      return problemOf(error)
    }
  }

  const commands = (): (Problem | null)[] =>
    [
      () => robot.gripper.home(),
      () => robot.gripper.move(CLOSE),
      () => robot.gripper.move(OPEN),
      () => robot.gripper.grasp(GRASP),
    ].map(refused)

  const closing = async (): Promise<void> => {
    robot.gripper.move(CLOSE)
    await until(() => robot.gripper.state().activity === 'moving')
  }

  const stoppedOnTheWay = async (): Promise<void> => {
    await until(() => robot.gripper.state().message !== '')
    expect(robot.gripper.state().message).toBe('The Hand was stopped.')
    expect(robot.gripper.state().width).toBeGreaterThan(0.01)
  }

  it('when the button of the stop box is pressed, until it is reset and the stop is cleared', async () => {
    useBox()
    await pressReset()
    arm()
    await closing()
    box.inputs(0)
    await stoppedOnTheWay()
    expect(robot.state.current().stop).toMatchObject({ code: 'stop-box-pressed', latched: true })
    const all = commands()
    expect(all.map((each) => each?.code)).toEqual(Array(4).fill('stop-latched'))
    expect(all[0]?.tip).toContain('re-arm')
    await pressReset()
    expect(commands().map((each) => each?.code)).toEqual(Array(4).fill('stop-latched'))
    robot.heartbeat()
    await until(() => robot.state.current().activity !== 'stopping')
    robot.rearm()
    robot.gripper.move(OPEN)
    await until(() => robot.gripper.state().message === 'The fingers are at 80.0 mm.')
  })

  it('when the box falls silent although nobody has armed', async () => {
    useBox()
    await pressReset()
    await closing()
    box.do('silent')
    await stoppedOnTheWay()
  })

  it('when a stop latches that the owner of the arm was not asked for', async () => {
    await closing()
    robot.driver?.stop('policy-silent', 'The policy gave no action.')
    await stoppedOnTheWay()
    expect(commands().map((each) => each?.code)).toEqual(Array(4).fill('stop-latched'))
  })

  it('and each stop once: after the re-arm the old one says nothing more', async () => {
    robot.stop('the test')
    await until(() => robot.state.current().stop?.latched === true)
    robot.heartbeat()
    robot.rearm()
    const heart = setInterval(() => robot.heartbeat(), 100)
    robot.gripper.move({ width: 0.05, speed: 0.05 })
    await until(() => robot.gripper.state().message === 'The fingers are at 50.0 mm.')
    clearInterval(heart)
  })

  it('but a box that waits for its reset lets a person open the fingers, and nothing else', async () => {
    robot.gripper.move({ width: 0.03, speed: 0.1 })
    await until(() => robot.gripper.state().message === 'The fingers are at 30.0 mm.')
    useBox()
    box.inputs(CLOSED)
    await until(() => robot.state.current().stopBox.message.includes('Press reset'))
    const closed = refused(() => robot.gripper.move({ width: 0.01, speed: 0.1 }))
    expect(closed).toMatchObject({ code: 'stop-box-not-ready' })
    expect(closed?.message).toMatch(/Press reset.* The fingers do not move\.$/)
    expect(refused(() => robot.gripper.grasp(GRASP))?.code).toBe('stop-box-not-ready')
    expect(refused(() => robot.gripper.home())?.code).toBe('stop-box-not-ready')
    robot.gripper.move(OPEN)
    await until(() => robot.gripper.state().message === 'The fingers are at 80.0 mm.')
  })

  it('and a button that was pressed from the start lets nothing move', async () => {
    useBox()
    box.inputs(0)
    await until(() => robot.state.current().stopBox.state === 'pressed')
    expect(robot.state.current().stop).toBeNull()
    expect(commands().map((each) => each?.code)).toEqual(Array(4).fill('stop-box-not-ready'))
  })
})
