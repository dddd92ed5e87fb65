import { describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { randomStream } from './episode.ts'
import { poses, selfDistance, toolTip } from './reference-arm.ts'

const model = armModel()
const arm = new native.Kinematics(model)
const translation = (pose: Float64Array): number[] => Array.from(pose.slice(12, 15))

/** Published and computed check poses: q, flange position, tool-tip position, tool rotation by columns. */
const checks: { q: number[]; flange: number[]; tool: number[]; columns: number[] }[] = [
  {
    q: [0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4],
    flange: [0.306891, 0, 0.590282],
    tool: [0.306891, 0, 0.486882],
    columns: [1, 0, 0, 0, -1, 0, 0, 0, -1],
  },
  {
    q: [0, 0, 0, 0, 0, 0, 0],
    flange: [0.088, 0, 0.926],
    tool: [0.088, 0, 0.8226],
    columns: [0.707107, 0.707107, 0, 0.707107, -0.707107, 0, 0, 0, -1],
  },
  {
    q: [0.0167305, -0.762614, -0.0207622, -2.34352, -0.0305686, 1.53975, 0.753872],
    flange: [0.30973, -0.006457, 0.586498],
    tool: [0.305468, -0.008141, 0.483199],
    columns: [0.998588, 0.032875, -0.041738, 0.033523, -0.999327, 0.014916, -0.041219, -0.016294, -0.999017],
  },
  {
    q: [0.1, -0.2, 0.3, -1.4, 0.5, 1.6, -0.7],
    flange: [0.402317, 0.252428, 0.814917],
    tool: [0.417471, 0.306987, 0.7284],
    columns: [-0.429045, 0.796061, 0.426858, 0.891316, 0.296436, 0.343048, 0.146551, 0.527649, -0.836726],
  },
]

/** Distances of bare capsules at the ready pose, m. */
const distances: [string, string, number][] = [
  ['link0', 'hand', 0.4855],
  ['link1', 'hand', 0.2903],
  ['link2', 'hand', 0.2648],
  ['link3', 'hand', 0.3035],
  ['link5', 'hand', 0.1457],
  ['link2', 'link5', 0.2443],
  ['link5', 'link7', 0.1032],
  ['link3', 'link5', 0.0876],
  ['link6', 'hand', 0.0813],
]

function randomPose(random: () => number): number[] {
  return model.limits.qMin.map((low, i) => low + ((random() + 1) / 2) * ((model.limits.qMax[i] ?? NaN) - low))
}

describe('kinematics', () => {
  it.each(checks)('meets the check pose $q', ({ q, flange, tool, columns }) => {
    translation(arm.flangePose(q)).forEach((x, k) => expect(Math.abs(x - (flange[k] ?? NaN))).toBeLessThan(1e-6))
    const pose = arm.toolPose(q)
    translation(pose).forEach((x, k) => expect(Math.abs(x - (tool[k] ?? NaN))).toBeLessThan(1e-6))
    columns.forEach((x, k) => expect(Math.abs((pose[4 * Math.floor(k / 3) + (k % 3)] ?? NaN) - x)).toBeLessThan(1e-6))
  })

  it('agrees with plain matrix products at random poses', () => {
    const random = randomStream(7)
    for (let n = 0; n < 500; n++) {
      const q = randomPose(random)
      toolTip(model, q).forEach((x, k) => expect(arm.toolPose(q)[12 + k]).toBeCloseTo(x, 12))
      const flange = poses(model, q).get('link7')
      expect(arm.flangePose(q)[0]).toBeCloseTo(flange?.[0] ?? NaN, 12)
    }
  })

  it('refuses a pose that is not seven numbers', () => {
    expect(() => arm.toolPose([0, 0, 0])).toThrow(/array of 7 numbers/)
  })
})

describe('self-collision', () => {
  it.each(distances)('finds the tabled distance of %s and %s at the ready pose', (a, b, expected) => {
    expect(Math.abs(arm.linkDistance(model.home, a, b) - expected)).toBeLessThan(6e-5)
  })

  it('agrees with an iterative distance at random poses, overlaps included', () => {
    const random = randomStream(11)
    let overlaps = 0
    for (let n = 0; n < 2000; n++) {
      const q = randomPose(random)
      const found = arm.nearestPair(q)
      const expected = selfDistance(model, q)
      if (expected < 0) overlaps++
      expect(Math.abs(found.distance - expected)).toBeLessThan(1e-6)
      expect(selfDistance(model, q, [found.pair])).toBeCloseTo(expected, 6)
    }
    expect(overlaps).toBeGreaterThan(10)
  })

  it('names an unknown body', () => {
    expect(() => arm.linkDistance(model.home, 'link9', 'hand')).toThrow(/no link "link9"/)
  })
})
