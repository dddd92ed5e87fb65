import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { problemOfCall, StationUnderTest } from './station-under-test.ts'
import type { TestWindow } from './station-under-test.ts'

describe('refusals through the API', () => {
  let under: StationUnderTest
  let window: TestWindow

  beforeAll(async () => {
    under = await StationUnderTest.open()
    window = await under.openWindow()
  })
  afterAll(() => under.close())

  it('names the wrong field of a malformed input', async () => {
    const problem = await problemOfCall(window.api.robot.connect.mutate({ host: 'not a host', port: 1337 }))
    expect(problem.code).toBe('bad-input')
    expect(problem.message).toContain('host')
    expect(under.station.services.robot.state.current().link).toBe('disconnected')
  })

  it('takes nothing but a plain yes for a clear workspace', async () => {
    const wrong = { workspaceClear: false } as unknown as { workspaceClear: true }
    expect((await problemOfCall(window.api.robot.arm.mutate(wrong))).code).toBe('bad-input')
  })

  it('says what to do when nothing listens at the address', async () => {
    // A port that was free a moment ago.
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const problem = await problemOfCall(window.api.robot.connect.mutate({ host: '127.0.0.1', port }))
    expect(problem.code).toBe('robot-refused')
    expect(problem.tip).toContain('FCI')
    expect(under.station.services.robot.state.current().link).toBe('disconnected')
  })

  it('says that no machine has that name', async () => {
    const problem = await problemOfCall(window.api.robot.connect.mutate({ host: 'no-such-robot.invalid', port: 1337 }))
    expect(problem.code).toBe('robot-address')
  })

  it('refuses every motion while no arm is connected', async () => {
    await window.startHeart()
    const { robot } = window.api
    expect((await problemOfCall(robot.arm.mutate({ workspaceClear: true }))).code).toBe('robot-not-connected')
    expect((await problemOfCall(robot.rearm.mutate({ workspaceClear: true }))).code).toBe('robot-not-connected')
    expect((await problemOfCall(robot.moveHome.mutate())).code).toBe('robot-not-connected')
    window.stopHeart()
  })

  it('takes STOP also without an arm', async () => {
    await expect(window.api.robot.stop.mutate({ source: 'test' })).resolves.toBeUndefined()
  })

  it('never refuses STOP for its input', async () => {
    for (const input of [undefined, null, {}, { source: 7 }, { source: 'x'.repeat(10_000) }]) {
      await expect(window.api.robot.stop.mutate(input as { source: string })).resolves.toBeUndefined()
    }
  })

  it('says that a stop box port does not open', async () => {
    const problem = await problemOfCall(window.api.robot.setStopBox.mutate({ path: '/dev/no-such-port' }))
    expect(problem.code).toBe('stop-box-port')
    expect(under.station.services.robot.state.current().stopBox.state).toBe('lost')
    await window.api.robot.setStopBox.mutate({ path: '' })
    expect(under.station.services.robot.state.current().stopBox.state).toBe('not-used')
  })
})
