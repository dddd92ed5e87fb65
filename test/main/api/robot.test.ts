import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RobotState } from '../../../src/contract/robot.ts'
import { armLimits } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { childrenOf } from '../../doubles/processes.ts'
import { firstValue, problemOfCall, StationUnderTest } from './station-under-test.ts'
import type { TestWindow } from './station-under-test.ts'

const clear = { workspaceClear: true } as const

describe('the simulated arm through the API', () => {
  let under: StationUnderTest
  let window: TestWindow
  let home: number[]

  const stateWhere = (wanted: (state: RobotState) => boolean) =>
    firstValue<RobotState>((observer) => window.api.robot.watch.subscribe(undefined, observer), wanted)

  /**
   * Tries again after a stop that only says that this computer was too busy to answer a real-time arm: the simulated
   * robot is as strict as a real one.
   */
  const undisturbed = async (work: () => Promise<RobotState>): Promise<RobotState> => {
    for (;;) {
      const state = await work().catch((error: unknown) => {
        const now = under.station.services.robot.state.current()
        if (now.stop === null) throw error
        return now
      })
      if (!['link-lost', 'reflex', 'policy-silent'].includes(state.stop?.code ?? '')) return state
      await window.startHeart()
      await stateWhere(({ activity }) => activity === 'held')
      await window.api.robot.rearm.mutate(clear)
      await stateWhere(({ armed }) => armed)
    }
  }

  beforeAll(async () => {
    under = await StationUnderTest.open()
    window = await under.openWindow()
    await window.api.robot.connectSimulated.mutate()
    home = armLimits().home
  })
  afterAll(() => under.close())

  it('shows a connected, unarmed arm that stands still', async () => {
    const state = await stateWhere(({ link, packets }) => link === 'connected' && packets.received > 100)
    expect(state.simulated).toBe(true)
    expect(state.protocol).toBe(5)
    expect(state.mode).toBe('idle')
    expect(state.armed).toBe(false)
    expect(Math.max(...state.dq.map(Math.abs))).toBeLessThan(0.01)
    expect(state.tooltip[2]).toBeGreaterThan(0)
  })

  it('refuses a second connection and says what to do', async () => {
    expect((await problemOfCall(window.api.robot.connectSimulated.mutate())).code).toBe('already-connected')
  })

  it('arms only while a window sends its heartbeat', async () => {
    expect((await problemOfCall(window.api.robot.arm.mutate(clear))).code).toBe('operator-silent')
    await window.startHeart()
    await window.api.robot.arm.mutate(clear)
    expect((await stateWhere(({ armed }) => armed)).activity).toBe('none')
  })

  it('goes home from a place away from home', async () => {
    await undisturbed(async () => {
      leaveHome(under)
      await window.api.robot.moveHome.mutate()
      await stateWhere(({ activity }) => activity === 'homing')
      const arrived = await stateWhere(({ activity, stop }) => activity === 'none' || stop !== null)
      if (arrived.stop === null)
        expect(arrived.q.every((q, joint) => Math.abs(q - (home[joint] ?? NaN)) < 0.02)).toBe(true)
      return arrived
    })
  })

  it('is stopped on the way home and stays held until a person re-arms; that moves nothing', async () => {
    const stopped = await undisturbed(async () => {
      leaveHome(under)
      await window.api.robot.moveHome.mutate()
      await stateWhere(({ activity }) => activity === 'homing')
      await window.api.robot.stop.mutate({ source: 'test' })
      return stateWhere(({ stop, activity }) => stop !== null && activity === 'held')
    })
    expect(stopped.stop).toMatchObject({ code: 'operator-stop', latched: true })
    expect(stopped.armed).toBe(false)
    expect((await problemOfCall(window.api.robot.arm.mutate(clear))).code).toBe('stop-latched')
    expect((await problemOfCall(window.api.robot.moveHome.mutate())).code).toBe('operator-stop')
    await window.api.robot.rearm.mutate(clear)
    const rearmed = await stateWhere(({ stop, armed }) => stop === null && armed)
    expect(rearmed.activity).toBe('none')
    expect(rearmed.q.some((q, joint) => Math.abs(q - (home[joint] ?? NaN)) > 0.02)).toBe(true)
  })

  it('is stopped by the control thread when the heartbeat ends during a motion', async () => {
    const stopped = await undisturbed(async () => {
      await window.startHeart()
      leaveHome(under)
      await window.api.robot.moveHome.mutate()
      window.stopHeart()
      return stateWhere(({ stop }) => stop !== null)
    })
    expect(stopped.stop?.code).toBe('heartbeat-lost')
    expect(stopped.stop?.latched).toBe(true)
  })

  it('is disarmed when it stands still and its window is gone', async () => {
    await window.startHeart()
    await window.api.robot.rearm.mutate(clear)
    await stateWhere(({ armed }) => armed)
    window.stopHeart()
    expect((await stateWhere(({ armed }) => !armed)).stop).toBeNull()
  })

  it('writes down what happened, newest first', async () => {
    const events = await firstValue<{ at: number; text: string }[]>(
      (observer) => window.api.robot.events.subscribe(undefined, observer),
      (list) => list.length > 3,
    )
    const texts = events.map(({ text }) => text)
    expect(texts).toContain('Connected to the simulated arm')
    expect(texts).toContain('Armed')
    expect(texts.indexOf('Armed')).toBeLessThan(texts.indexOf('Connected to the simulated arm'))
  })

  it('lists the checks before motion in their fixed order, with the arm read', async () => {
    const items = await firstValue<{ name: string; state: string }[]>(
      (observer) => window.api.robot.preflight.subscribe(undefined, observer),
      (list) => list.some(({ name, state }) => name === 'FCI' && state === 'ok'),
    )
    expect(items.map(({ name }) => name)).toEqual([
      'FCI',
      'Control',
      'Protocol',
      'Brakes',
      'User stop',
      'Errors',
      'Stop box',
      'Kernel',
      'Scheduling',
      'CPU governor',
      'Computer',
      'Link',
      'Round trip',
      'Tool weight',
      'Joint limits',
      'Disk',
      'Home pose',
      'Workspace clear',
    ])
  })

  it('knows nothing of the arm when it is gone, and connects to a new one', async () => {
    const [simulator] = childrenOf(process.pid)
    process.kill(simulator ?? 0, 'SIGKILL')
    const lost = await stateWhere(({ link }) => link === 'lost')
    expect(lost).toMatchObject({ mode: 'unknown', supervisor: { watching: false } })
    expect((await problemOfCall(window.api.robot.moveHome.mutate())).code).toBe('robot-not-connected')
    await window.api.robot.connectSimulated.mutate()
    expect((await stateWhere(({ link }) => link === 'connected')).armed).toBe(false)
  })

  it('lets the arm go', async () => {
    await window.api.robot.disconnect.mutate()
    expect((await stateWhere(({ link }) => link === 'disconnected')).armed).toBe(false)
  })
})

/** Drives joint 4 and 6 for a second, as a policy would, so that the way home takes a while. */
function leaveHome(under: StationUnderTest): void {
  const { robot } = under.station.services
  robot.heartbeat()
  const hold = robot.takeForRun('A test')
  const arm = native.attachArm(hold.driverId)
  if (arm === undefined) throw new Error('the arm is gone')
  const [observation, tooltip, sent] = [new Float32Array(14), new Float32Array(3), new Float32Array(7)]
  const [tickTime, info] = [new BigInt64Array(1), new Int32Array(2)]
  const action = Float32Array.of(0, 0, 0, 0.6, 0, 0.6, 0)
  arm.beginHome()
  while (arm.waitHome(1000) === 'moving') arm.heartbeat()
  arm.beginEpisode(observation, tooltip, tickTime)
  for (let step = 0; step < 20 && info[1] === 0; step++) arm.step(action, observation, tooltip, sent, tickTime, info)
  arm.endEpisode()
  hold.release()
  robot.heartbeat()
  robot.arm()
}
