import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import type { Robot } from '../../../src/main/robot/robot.ts'
import { StopBoxChoice } from '../../../src/main/robot/stop-box-choice.ts'
import { CLOSED, CLOSED_AND_RESET, StopBoxDouble } from '../../doubles/stop-box.ts'
import { until } from '../../doubles/until.ts'
import { robotUnderTest } from './robot-under-test.ts'

/** A real robot owner with a simulated arm, and a stop box on a pseudo terminal. */
describe('stop box on a serial port', () => {
  let robot: Robot
  let box: StopBoxDouble
  let choice: StopBoxChoice
  let home: string

  beforeEach(async () => {
    choice = new StopBoxChoice((home = mkdtempSync(join(tmpdir(), 'forager-box-'))))
    robot = robotUnderTest({ home, stopBoxChoice: choice }).robot
    box = await StopBoxDouble.start()
    robot.setStopBox({ path: box.path, needsGrip: false })
    await robot.connectSimulated()
  })
  afterEach(async () => {
    await robot.close()
    box.stop()
  })

  const boxState = () => robot.state.current().stopBox.state

  const pressReset = async (): Promise<void> => {
    box.inputs(CLOSED)
    await until(() => robot.state.current().stopBox.message.includes('Press reset'))
    box.inputs(CLOSED_AND_RESET)
    await until(() => boxState() === 'closed')
    box.inputs(CLOSED)
  }

  const arm = (): void => {
    robot.heartbeat()
    robot.arm()
  }

  const refusalCode = (work: () => void): string => {
    try {
      work()
    } catch (error) {
      if (error instanceof ProblemError) return error.problem.code
      throw error
    }
    return ''
  }

  it('keeps the arm from being armed until reset was pressed on the box', async () => {
    await until(() => robot.state.current().stopBox.message.includes('Press reset'))
    expect(refusalCode(arm)).toBe('stop-box-not-ready')
    await pressReset()
    arm()
    expect(robot.state.current().armed).toBe(true)
  })

  it.each([
    ['the button is pressed', (b: StopBoxDouble) => b.inputs(0), 'stop-box-pressed'],
    ['one wire breaks', (b: StopBoxDouble) => b.inputs(1), 'stop-box-pressed'],
    ['it falls silent', (b: StopBoxDouble) => b.do('silent'), 'stop-box-lost'],
    ['its sequence is stuck', (b: StopBoxDouble) => b.do('stuck'), 'stop-box-lost'],
    ['its sequence jumps back', (b: StopBoxDouble) => b.do('back'), 'stop-box-sequence'],
    ['it is unplugged', (b: StopBoxDouble) => b.do('unplug'), 'stop-box-lost'],
  ] as const)('latches a stop when %s', async (_what, act, code) => {
    await pressReset()
    arm()
    act(box)
    await until(() => robot.state.current().stop !== null)
    const { stop } = robot.state.current()
    expect(stop).toMatchObject({ code, latched: true })
    expect(stop?.tip).not.toBe('')
    expect(refusalCode(() => robot.rearm())).toBe('stop-box-not-ready')
  })

  it('stops the arm although this process does nothing: its thread needs no JavaScript', async () => {
    await pressReset()
    arm()
    box.inputs(0)
    // Busy for as long as the box needs to be heard; no timer and no event of this process runs meanwhile.
    for (const end = performance.now() + 300; performance.now() < end;) continue
    robot.heartbeat()
    expect(refusalCode(() => robot.moveHome())).toBe('stop-box-not-ready')
    const seen = robot.events.current().length
    await until(() => robot.state.current().stop !== null)
    expect(robot.state.current().stop).toMatchObject({ code: 'stop-box-pressed', rule: 22 })
    await until(() => robot.events.current().length > seen)
  })

  it('needs the enabling grip where a person chose so, and stops when it is let go', async () => {
    const GRIP = 4
    robot.setStopBox({ path: box.path, needsGrip: true })
    box.inputs(CLOSED)
    await until(() => robot.state.current().stopBox.message.includes('enabling grip'))
    expect(refusalCode(arm)).toBe('stop-box-not-ready')
    box.inputs(CLOSED | GRIP)
    await until(() => robot.state.current().stopBox.message.includes('Press reset'))
    box.inputs(CLOSED_AND_RESET | GRIP)
    await until(() => boxState() === 'closed')
    arm()
    box.inputs(CLOSED)
    await until(() => robot.state.current().stop !== null)
    expect(robot.state.current().stop).toMatchObject({ code: 'dead-man', rule: 23, latched: true })
  })

  it('lets a person re-arm after the box was closed and reset', async () => {
    await pressReset()
    arm()
    box.inputs(0)
    await until(() => robot.state.current().stop !== null)
    await pressReset()
    robot.heartbeat()
    await until(() => robot.state.current().activity !== 'stopping')
    robot.rearm()
    expect(robot.state.current()).toMatchObject({ stop: null, armed: true, activity: 'none' })
  })

  it('answers the box, and says armed only while it is', async () => {
    const inputsOfHost = () => Number.parseInt(box.hostFrames.at(-1)?.slice(6, 8) ?? '0', 16)
    await until(() => inputsOfHost() === 1)
    expect(box.hostFrames.at(-1)).toMatch(/^a501/)
    await pressReset()
    arm()
    await until(() => inputsOfHost() === 3)
    robot.disarm()
    await until(() => inputsOfHost() === 1)
  })

  it('is shown also while no arm is connected', async () => {
    await robot.disconnect()
    box.inputs(0)
    await until(() => boxState() === 'pressed')
    await pressReset()
    const { ageMs } = robot.state.current().stopBox
    expect(ageMs).not.toBeNull()
    await until(() => robot.state.current().stopBox.ageMs !== ageMs)
    box.do('unplug')
    await until(() => boxState() === 'lost')
    expect(robot.state.current().stopBox.message).toContain('unplugged')
  })

  it('is looked for again after a restart, and its absence keeps the arm from being armed', async () => {
    expect(choice.read()).toEqual({ path: box.path, needsGrip: false })
    await robot.close()
    box.stop()
    const later = robotUnderTest({ home, stopBoxChoice: choice }).robot
    choice.write({ path: '/dev/no-such-port', needsGrip: false })
    later.restoreStopBox()
    expect(later.state.current().stopBox.state).toBe('lost')
    await later.connectSimulated()
    later.heartbeat()
    expect(refusalCode(() => later.arm())).toBe('stop-box-not-ready')
    later.setStopBox({ path: '', needsGrip: false })
    later.arm()
    expect(later.state.current().armed).toBe(true)
    await later.close()
  })
})
