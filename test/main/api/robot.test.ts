import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RobotState } from '../../../src/contract/robot.ts'
import { firstValue, problemOfCall, StationUnderTest } from './station-under-test.ts'
import type { TestWindow } from './station-under-test.ts'

const clear = { workspaceClear: true } as const

describe('the simulated arm through the API', () => {
  let under: StationUnderTest
  let window: TestWindow

  const stateWhere = (wanted: (state: RobotState) => boolean) =>
    firstValue<RobotState>((observer) => window.api.robot.watch.subscribe(undefined, observer), wanted)

  beforeAll(async () => {
    under = await StationUnderTest.open()
    window = await under.openWindow()
    await window.api.robot.connectSimulated.mutate()
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

  it('moves home, is stopped on the way, and stays held until a person re-arms', async () => {
    const limits = await window.api.robot.limits.query()
    await window.api.robot.moveHome.mutate()
    await stateWhere(({ activity, q }) => activity === 'none' && nearHome(q, limits.home))
    // Away from home first, by an episode of real motion, so that the way back takes a while.
    await under.station.services.robot.stop('test')
    const stopped = await stateWhere(({ stop }) => stop !== null)
    expect(stopped.stop?.code).toBe('operator-stop')
    expect(stopped.stop?.latched).toBe(true)
    expect((await problemOfCall(window.api.robot.arm.mutate(clear))).code).toBe('stop-latched')
    expect((await problemOfCall(window.api.robot.moveHome.mutate())).code).toBeTruthy()
    await window.api.robot.rearm.mutate(clear)
    const rearmed = await stateWhere(({ stop, armed }) => stop === null && armed)
    expect(rearmed.activity).toBe('none')
  })

  it('stops by itself when the heartbeat ends', async () => {
    window.stopHeart()
    const state = await stateWhere(({ stop }) => stop !== null)
    expect(state.stop?.code).toBe('heartbeat-lost')
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
      'FCI', 'Control', 'Protocol', 'Brakes', 'User stop', 'Stop box', 'Real-time kernel', 'Scheduling', 'Link',
      'Tool weight', 'Joint limits', 'Disk', 'Home pose', 'Workspace clear',
    ])
  })

  it('lets the arm go', async () => {
    await window.api.robot.disconnect.mutate()
    expect((await stateWhere(({ link }) => link === 'disconnected')).armed).toBe(false)
  })
})

function nearHome(q: readonly number[], home: readonly number[]): boolean {
  return q.every((value, joint) => Math.abs(value - (home[joint] ?? NaN)) < 0.02)
}
