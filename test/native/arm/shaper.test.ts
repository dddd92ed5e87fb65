import { describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { randomStream } from './episode.ts'

const model = armModel()
const { supervisor, limits } = model
const JOINTS = 7
const DT = 0.001
const acceleration = limits.acceleration.map((limit) => Math.min(supervisor.acceleration, 0.5 * limit))
const jerk = limits.jerk.map((limit) => Math.min(supervisor.jerk, 0.3 * limit))

/** Runs [n, 7] targets and returns emitted velocities with their backward differences. */
function follow(targets: Float64Array): { v: Float64Array; worstA: number[]; worstJ: number[] } {
  const v = native.followVelocity(model, targets)
  const worstA = new Array<number>(JOINTS).fill(0)
  const worstJ = new Array<number>(JOINTS).fill(0)
  const before = { v: new Float64Array(JOINTS), a: new Float64Array(JOINTS) }
  v.forEach((now, k) => {
    const joint = k % JOINTS
    const a = (now - (before.v[joint] ?? NaN)) / DT
    const j = (a - (before.a[joint] ?? NaN)) / DT
    worstA[joint] = Math.max(worstA[joint] ?? NaN, Math.abs(a))
    worstJ[joint] = Math.max(worstJ[joint] ?? NaN, Math.abs(j))
    before.v[joint] = now
    before.a[joint] = a
  })
  return { v, worstA, worstJ }
}

/** Piecewise constant targets, then 400 ms of the last one. */
function randomTargets(seed: number): Float64Array {
  const random = randomStream(seed)
  const out: number[] = []
  for (let piece = 0; piece < 25; piece++) {
    const last = piece === 24
    const target = Array.from({ length: JOINTS }, () =>
      random() > 0.4 ? supervisor.velocityClip * Math.sign(random()) : supervisor.velocityClip * random(),
    )
    const cycles = last ? 400 : 1 + Math.floor(Math.abs(random()) * (seed % 2 ? 150 : 20))
    for (let k = 0; k < cycles; k++) out.push(...target)
  }
  return Float64Array.from(out)
}

describe('shaper', () => {
  it('keeps acceleration and jerk in every sample and meets the target', () => {
    for (let seed = 0; seed < 300; seed++) {
      const targets = randomTargets(seed)
      const { v, worstA, worstJ } = follow(targets)
      for (let i = 0; i < JOINTS; i++) {
        expect(worstA[i]).toBeLessThanOrEqual((acceleration[i] ?? NaN) + 1e-9)
        expect(worstJ[i]).toBeLessThanOrEqual((jerk[i] ?? NaN) + 1e-6)
        expect(v.at(i - JOINTS)).toBeCloseTo(targets.at(i - JOINTS) ?? NaN, 9)
      }
    }
  })

  it('never overshoots a target it approaches from rest', () => {
    for (const target of [0.5, -0.5, 0.013, 1e-4]) {
      const v = native.followVelocity(model, new Float64Array(JOINTS * 300).fill(target))
      for (const x of v) expect(Math.abs(x)).toBeLessThanOrEqual(Math.abs(target) + 1e-12)
    }
  })

  it('is nearly time-optimal: full speed to rest takes speed / a plus one jerk ramp', () => {
    const cycles = 300
    const targets = new Float64Array(JOINTS * 2 * cycles).fill(supervisor.velocityClip, 0, JOINTS * cycles)
    const { v } = follow(targets)
    for (let i = 0; i < JOINTS; i++) {
      let stop = 0
      while (Math.abs(v[(cycles + stop) * JOINTS + i] ?? NaN) > 1e-9) stop++
      const a = acceleration[i] ?? NaN
      const ideal = supervisor.velocityClip / a + a / (jerk[i] ?? NaN)
      expect(stop * DT).toBeLessThan(ideal + 0.004)
      expect(stop * DT).toBeGreaterThan(ideal - 0.004)
    }
  })
})
