import { describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { adversary, Episode } from './episode.ts'
import { WorstCase } from './worst-case.ts'

const model = armModel()
const { supervisor } = model

describe('return home', () => {
  it('comes home from where 200 random episodes end, clear of everything on the way', () => {
    const episode = new Episode(new native.SimulatedArm({ model, seed: 9 }))
    episode.arm.arm()
    const worst = new WorstCase(model)
    let fastest = 0
    for (let n = 0; n < 200; n++) {
      const act = adversary(1000 + n)
      const action = new Float32Array(7)
      episode.begin()
      for (let step = 0; step < 150; step++) {
        act(episode.observation, step, action)
        if (episode.step(action) !== 0) break
      }
      episode.arm.endEpisode()
      episode.arm.beginHome()
      for (let slice = 0; episode.arm.waitHome(50) === 'moving'; slice++) {
        expect(slice).toBeLessThan(1200)
        const { q, dq } = episode.arm.state()
        worst.pose(q)
        for (const v of dq) fastest = Math.max(fastest, Math.abs(v))
      }
      const { q, dq, activity } = episode.arm.state()
      model.home.forEach((home, i) => expect(Math.abs((q[i] ?? NaN) - home)).toBeLessThan(supervisor.homeTolerance / 2))
      for (const v of dq) expect(Math.abs(v)).toBeLessThan(0.005)
      expect(activity).toBe('none')
    }
    // The way home may start inside the margins, where the policy's motion ended; it never gives up more than 1 cm.
    expect(worst.self).toBeGreaterThan(supervisor.collisionStop - 0.011)
    expect(worst.box).toBeGreaterThan(-0.011)
    expect(worst.floor).toBeGreaterThan(0.002)
    expect(worst.joint).toBeGreaterThan(supervisor.jointMarginStop - 0.011)
    expect(fastest).toBeLessThan(supervisor.velocityClip + 1e-6)
    expect(episode.arm.state().violations).toEqual({ position: 0, velocity: 0, acceleration: 0, jerk: 0 })
  })

  it('continues after a stop on the way', () => {
    const episode = new Episode(new native.SimulatedArm({ model, seed: 2 }))
    episode.arm.arm()
    episode.begin()
    for (let step = 0; step < 30; step++) episode.step(Float32Array.from([1, 0.3, -1, 0.2, 1, 0.4, 1]))
    episode.arm.endEpisode()
    episode.arm.beginHome()
    expect(episode.arm.waitHome(300)).toBe('moving')
    episode.arm.stop('operator-stop', 'Stopped for the test.')
    expect(() => episode.arm.waitHome(1000)).toThrow('Stopped for the test.')
    episode.arm.rearm()
    episode.home()
    expect(episode.arm.state().activity).toBe('none')
  })

  it('refuses to start an episode away from home', () => {
    const episode = new Episode(new native.SimulatedArm({ model, seed: 2 }))
    episode.arm.arm()
    episode.begin()
    for (let step = 0; step < 20; step++) episode.step(new Float32Array(7).fill(0.5))
    episode.arm.endEpisode()
    expect(() => episode.begin()).toThrow(expect.objectContaining({ code: 'not-at-home' }))
  })
})
