import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import { Episode } from './episode.ts'

const model = armModel()
const forward = new Float32Array(7).fill(0.4)

function armed(): Episode {
  const episode = new Episode(new native.SimulatedArm({ model, seed: 3 }))
  episode.arm.arm()
  return episode
}

/** Lets simulated time pass until the arm stands. */
function settle(episode: Episode): void {
  episode.arm.endEpisode()
}

describe('stops', () => {
  it('latch, disarm, refuse motion, and clear only by re-arming', () => {
    const episode = armed()
    episode.begin()
    for (let step = 0; step < 10; step++) episode.step(forward)
    episode.arm.stop('stop-box-pressed', 'The stop box is pressed.')
    episode.arm.stop('operator-stop', 'A later one.')
    expect(episode.step(forward)).toBe(EndCode.stopped)
    settle(episode)
    const state = episode.arm.state()
    expect(state.activity).toBe('held')
    expect(state.armed).toBe(false)
    expect(state.stop).toMatchObject({ code: 'stop-box-pressed', message: 'The stop box is pressed.', latched: true })
    expect(state.stop?.stopTime).toBeGreaterThan(0.02)
    expect(state.stop?.stopTime).toBeLessThan(0.2)
    for (const v of state.dq) expect(Math.abs(v)).toBeLessThan(0.005)
    for (const motion of [() => episode.arm.beginHome(), () => episode.begin(), () => episode.arm.arm()])
      expect(motion).toThrow(expect.objectContaining({ code: 'stop-box-pressed' }))
    const before = Array.from(state.q)
    episode.arm.rearm()
    expect(episode.arm.state()).toMatchObject({ stop: null, armed: true, activity: 'none' })
    expect(Array.from(episode.arm.state().q)).toEqual(before)
    episode.home()
    episode.begin()
    expect(episode.step(forward)).toBe(EndCode.none)
  })

  it('hold when asked for while nothing moves', () => {
    const episode = armed()
    episode.arm.stop('operator-stop', 'Nobody moves.')
    expect(episode.arm.state()).toMatchObject({ activity: 'held', armed: false })
    expect(() => episode.begin()).toThrow('Nobody moves.')
    episode.arm.rearm()
    episode.begin()
    expect(episode.step(forward)).toBe(EndCode.none)
  })

  it('come from another thread at any moment', async () => {
    const episode = armed()
    episode.begin()
    const addon = new URL('../../../native/build/forager.node', import.meta.url).pathname
    const worker = new Worker(
      `const { workerData } = require('node:worker_threads')
       require(workerData.addon).attachArm(workerData.id).stop('operator-stop', 'From elsewhere.')`,
      { eval: true, workerData: { addon, id: episode.arm.id } },
    )
    let end = 0
    const still = new Float32Array(7)
    while (end === 0) {
      end = episode.step(still)
      await new Promise(setImmediate)
    }
    expect(end).toBe(EndCode.stopped)
    settle(episode)
    expect(episode.arm.state().stop?.message).toBe('From elsewhere.')
    await worker.terminate()
  })

  it.each([NaN, Infinity, -Infinity])('refuse the action %s without sending it', (bad) => {
    const episode = armed()
    episode.begin()
    episode.step(new Float32Array(7))
    const action = new Float32Array(7)
    action[3] = bad
    expect(episode.step(action)).toBe(EndCode.stopped)
    for (const sent of episode.sent) expect(sent).toBe(0)
    settle(episode)
    expect(episode.arm.state().stop).toMatchObject({ code: 'command-invalid', latched: true })
  })

  it('follow a lost heartbeat', async () => {
    const tight = { ...model, supervisor: { ...model.supervisor, heartbeatAge: 0.05 } }
    const episode = new Episode(new native.SimulatedArm({ model: tight, seed: 3 }))
    episode.arm.arm()
    episode.begin()
    episode.arm.heartbeat()
    expect(episode.step(forward)).toBe(EndCode.none)
    await new Promise((resolve) => setTimeout(resolve, 80))
    expect(episode.step(forward)).toBe(EndCode.stopped)
    settle(episode)
    expect(episode.arm.state().stop).toMatchObject({ code: 'heartbeat-lost', rule: 25, unit: 'ms', limit: 50 })
    episode.arm.rearm()
    episode.arm.releaseHeartbeat()
    episode.home()
    episode.begin()
    expect(episode.step(forward)).toBe(EndCode.none)
  })
})

describe('refusals before motion', () => {
  it('need an armed arm', () => {
    const episode = new Episode(new native.SimulatedArm({ model, seed: 3 }))
    expect(() => episode.arm.beginHome()).toThrow(expect.objectContaining({ code: 'arm-not-armed' }))
    expect(() => episode.begin()).toThrow(expect.objectContaining({ code: 'arm-not-armed' }))
  })

  it('need an episode for a step, and one action of the right type', () => {
    const episode = armed()
    expect(() => episode.step(forward)).toThrow(expect.objectContaining({ code: 'no-episode' }))
    episode.begin()
    expect(() => episode.step(new Float32Array(6))).toThrow(/action is not a typed array of 7/)
  })

  it('name the field of a model that is missing', () => {
    const broken = { ...model, supervisor: { ...model.supervisor, boxMin: [0, 0] } }
    expect(() => new native.SimulatedArm({ model: broken, seed: 0 })).toThrow(/boxMin does not have 3 numbers/)
  })

  it('hold for an arm that was closed', async () => {
    const episode = armed()
    const { id } = episode.arm
    expect(native.attachArm(id)?.id).toBe(id)
    await episode.arm.close()
    expect(native.attachArm(id)).toBeUndefined()
    expect(() => episode.begin()).toThrow(expect.objectContaining({ code: 'arm-closed' }))
  })
})
