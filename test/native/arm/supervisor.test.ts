import { describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import { adversary, Episode } from './episode.ts'
import { boxDistance } from './reference-arm.ts'
import { WorstCase } from './worst-case.ts'

const model = armModel()
const { supervisor } = model
const SEQUENCES = 300
const STEPS = 60
/** Joints follow their command some milliseconds late, so a measured pose may differ from the judged one by this. */
const LAG_M = 1e-4
const LAG_RAD = 1e-5

describe('supervisor', () => {
  it(`keeps every margin through ${SEQUENCES} adversarial action sequences`, () => {
    const episode = new Episode(new native.SimulatedArm({ model, seed: 5 }))
    const worst = new WorstCase(model)
    const codes = new Map<string, number>()
    episode.arm.arm()
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const act = adversary(sequence)
      const action = new Float32Array(7)
      episode.begin()
      let end = 0
      for (let step = 0; step < STEPS && end === 0; step++) {
        act(episode.observation, step, action)
        const before = episode.observation.slice()
        end = episode.step(action)
        worst.step(before, episode.observation, episode.sent)
        worst.pose(episode.observation)
      }
      expect(end === EndCode.none || end === EndCode.safetyLimit).toBe(true)
      episode.arm.endEpisode()
      const state = episode.arm.state()
      worst.pose(state.q)
      if (end === EndCode.safetyLimit) codes.set(state.stop?.code ?? '', (codes.get(state.stop?.code ?? '') ?? 0) + 1)
      episode.home()
    }
    expect(worst.joint).toBeGreaterThan(supervisor.jointMarginStop - LAG_RAD)
    expect(worst.box).toBeGreaterThan(-LAG_M)
    expect(worst.floor).toBeGreaterThan(0.01 - LAG_M)
    expect(worst.self).toBeGreaterThan(supervisor.collisionStop - LAG_M)
    // Float32 observations carry about 2e-7 of rounding; over 50 ms that is 1e-5 rad/s.
    expect(worst.speed).toBeLessThan(supervisor.velocityClip + 1e-4)
    expect(worst.acceleration).toBeLessThan(1 + 1e-4)
    expect(worst.sent).toBeLessThanOrEqual(1 + 1e-6)
    // The margins are used, not merely kept.
    expect(worst.box).toBeLessThan(0.01)
    expect(worst.self).toBeLessThan(supervisor.collisionStop + 0.01)
    // The robot's own checks at 1 kHz, written apart from the supervisor, never fired.
    expect(episode.arm.state().violations).toEqual({ position: 0, velocity: 0, acceleration: 0, jerk: 0 })
    for (const code of ['joint-margin', 'workspace-box', 'self-collision']) expect(codes.get(code) ?? 0).toBeGreaterThan(1)
  })

  it('ends an episode at the wall it drives into, near the margin and with the wall in words', () => {
    const episode = new Episode(new native.SimulatedArm({ model, seed: 1 }))
    episode.arm.arm()
    episode.begin()
    // Joint 1 turns the arm to the left until the tool tip meets the y wall or joint 1 its range.
    const left = Float32Array.from([1, 0.6, 0, 0.6, 0, 0, 0])
    let end = 0
    let slowed = 0
    for (let step = 0; step < 400 && end === 0; step++) {
      end = episode.step(left)
      slowed += (episode.info[0] ?? 0) & 2
    }
    expect(end).toBe(EndCode.safetyLimit)
    expect(slowed).toBeGreaterThan(0)
    episode.arm.endEpisode()
    const state = episode.arm.state()
    expect(state.stop?.code).toBe('workspace-box')
    expect(state.stop?.title).toContain('left')
    expect(state.stop?.latched).toBe(false)
    expect(state.stop?.stopTime).toBeGreaterThan(0)
    expect(boxDistance(model, state.q)).toBeLessThan(0.005)
    expect(boxDistance(model, state.q)).toBeGreaterThan(0)
  })

  it('marks clipped actions and sends the clip', () => {
    const episode = new Episode(new native.SimulatedArm({ model, seed: 1 }))
    episode.arm.arm()
    episode.begin()
    const action = Float32Array.from([0, 0, 0, 0, 0, 0, 4])
    for (let step = 0; step < 6; step++) {
      expect(episode.step(action)).toBe(EndCode.none)
      expect((episode.info[0] ?? 0) & 1).toBe(1)
    }
    expect(episode.sent[6]).toBeCloseTo(1, 6)
    expect(episode.observation[13]).toBeCloseTo(supervisor.velocityClip, 3)
    expect(episode.arm.state().clippedSteps).toBe(6)
  })
})
