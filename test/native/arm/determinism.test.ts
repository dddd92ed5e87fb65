import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { adversary, Episode } from './episode.ts'

/** Hash over everything that a run of ten episodes hands out. */
function runHash(armSeed: number, actionSeed: number): string {
  const episode = new Episode(new native.SimulatedArm({ model: armModel(), seed: armSeed }))
  const hash = createHash('sha256')
  episode.arm.arm()
  for (let n = 0; n < 10; n++) {
    const act = adversary(actionSeed + n)
    const action = new Float32Array(7)
    episode.begin()
    for (let step = 0; step < 100; step++) {
      act(episode.observation, step, action)
      const end = episode.step(action)
      for (const part of [episode.observation, episode.tooltip, episode.sent, episode.tickTime, episode.info]) hash.update(part)
      if (end !== 0) break
    }
    episode.arm.endEpisode()
    episode.home()
  }
  hash.update(episode.arm.state().tauExternal)
  return hash.digest('hex')
}

describe('simulated arm', () => {
  it('gives the same bytes for the same seed and actions, and others otherwise', () => {
    const first = runHash(42, 0)
    expect(runHash(42, 0)).toBe(first)
    expect(runHash(43, 0)).not.toBe(first)
    expect(runHash(42, 1)).not.toBe(first)
  })

  it('stamps ticks 50 ms apart on its own clock', () => {
    const episode = new Episode(new native.SimulatedArm({ model: armModel(), seed: 0 }))
    episode.arm.arm()
    episode.begin()
    let before = episode.tickTime[0] ?? 0n
    for (let step = 0; step < 50; step++) {
      episode.step(new Float32Array(7))
      const now = episode.tickTime[0] ?? 0n
      expect(now - before).toBe(50_000_000n)
      before = now
    }
  })
})
