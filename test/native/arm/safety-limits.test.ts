import { describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { StepFlag } from '../../../src/contract/dataset.ts'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import { Episode } from './episode.ts'
import { toolTip } from './reference-arm.ts'

const model = armModel()
const { supervisor } = model
const STEP_S = 0.05

function begun(): Episode {
  const episode = new Episode(new native.SimulatedArm({ model, seed: 3 }))
  episode.arm.arm()
  episode.begin()
  return episode
}

/** The upright joints turn the tool tip sideways. */
const sideways = Float32Array.from([1, 0, 1, 0, 1, 0, 0])

/** Drives so many steps; returns the mean tool speed of each, m/s, and all flags seen. */
function drive(episode: Episode, steps: number): { speeds: number[]; flags: number } {
  const speeds: number[] = []
  let flags = 0
  for (let step = 0; step < steps; step++) {
    const before = toolTip(model, episode.observation)
    if (episode.step(sideways) !== EndCode.none) break
    const after = toolTip(model, episode.observation)
    speeds.push(Math.hypot(...after.map((x, k) => x - (before[k] ?? NaN))) / STEP_S)
    flags |= episode.info[0] ?? 0
  }
  return { speeds, flags }
}

describe('limits of the supervisor', () => {
  it('hold the tool tip at its speed, with one factor for all joints and marked in the step', () => {
    const free = drive(begun(), 12)
    const episode = begun()
    episode.arm.setLimits({ ...supervisor, toolSpeed: supervisor.toolSpeedNearPeople })
    const held = drive(episode, 12)
    expect(Math.max(...free.speeds)).toBeGreaterThan(supervisor.toolSpeedNearPeople)
    expect(free.flags & StepFlag.pointSpeed).toBe(0)
    expect(held.speeds.length).toBe(12)
    expect(Math.max(...held.speeds)).toBeLessThanOrEqual(supervisor.toolSpeedNearPeople)
    expect(held.flags & StepFlag.pointSpeed).toBe(StepFlag.pointSpeed)
    // The direction stays the policy's: joints 1, 3 and 5 are asked for the same and get the same.
    expect(episode.sent[2]).toBeCloseTo(episode.sent[0]!, 3)
    expect(episode.sent[4]).toBeCloseTo(episode.sent[0]!, 3)
    expect(episode.arm.state().rules.acted[12]).toBeGreaterThan(0)
  })

  it('are tightened at any time, and loosened only while the arm stands', () => {
    const episode = begun()
    const tight = { ...supervisor, toolSpeed: 0.2, boxMax: supervisor.boxMax.map((x) => x - 0.05) }
    expect(drive(episode, 3).speeds).toHaveLength(3)
    episode.arm.setLimits(tight)
    expect(() => episode.arm.setLimits(supervisor)).toThrow(expect.objectContaining({ code: 'limits-loosened' }))
    expect(() => episode.arm.setLimits({ ...tight, measuredVelocity: 0.9 })).toThrow(/measuredVelocity/)
    episode.arm.endEpisode()
    episode.arm.setLimits(supervisor)
  })

  it('that give data their meaning never change, and numbers must be finite', () => {
    const { arm } = begun()
    arm.endEpisode()
    expect(() => arm.setLimits({ ...supervisor, velocityClip: 0.3 })).toThrow(
      expect.objectContaining({ code: 'limits-fixed' }),
    )
    expect(() => arm.setLimits({ ...supervisor, contactForce: NaN })).toThrow(/contactForce is not a finite number/)
  })

  it('count an action of more than twice the clip as bad', () => {
    const episode = begun()
    episode.step(Float32Array.from([0, 0, 0, 0, 0, 0, 1.5]))
    expect((episode.info[0] ?? 0) & (StepFlag.clipped | StepFlag.badAction)).toBe(StepFlag.clipped)
    episode.step(Float32Array.from([0, 0, 0, 0, 0, 0, 2.5]))
    expect((episode.info[0] ?? 0) & StepFlag.badAction).toBe(StepFlag.badAction)
    expect(episode.arm.state().rules.acted[2]).toBe(2)
  })

  it('know the published smallest singular value of the ready pose', () => {
    expect(new native.Kinematics(model).smallestSingularValue(model.home)).toBeCloseTo(0.22, 2)
  })
})
