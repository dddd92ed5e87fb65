import { describe, expect, test } from 'vitest'
import { measure, runReachEpisode } from '../../../src/main/evaluation/reach-episode.ts'
import { goHome } from '../../../src/main/robot/go-home.ts'
import type { ReachEpisode } from '../../../src/main/evaluation/reach-episode.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'

/** A policy that asks for the same action always: one layer without weights. */
function constantPolicy(action: number[]) {
  const layer = { inputs: 14, outputs: 7, activation: 'linear' as const, weight: new Float32Array(98) }
  return new native.Policy({ networks: { actor: [{ ...layer, bias: Float32Array.from(action) }] }, sampler: null })
}

async function episode(action: number[], steps: number, seed = 1): Promise<ReachEpisode> {
  const arm = new native.SimulatedArm({ model: armModel(), seed })
  arm.arm()
  goHome(arm)
  const options = { stepsPerEpisode: steps, stepPeriodS: 0.05, home: armModel().home }
  const result = runReachEpisode(arm, constantPolicy(action), [0.45, 0.25, 0.3], options)
  await arm.close()
  return result
}

describe('distances of a path', () => {
  test('are measured from the first observation, and the return from the first step', () => {
    const tooltip = Float32Array.of(0, 0, 0.25, 0, 0, 0.125, 0, 0, -0.5)
    const result = measure(tooltip, [0, 0, 0], 0.05)
    expect([...result.distance]).toEqual([0.25, 0.125, 0.5])
    expect(result).toMatchObject({
      return: -0.625,
      closestM: 0.125,
      closestAtS: 0.05,
      closestPoint: [0, 0, 0.125],
      finalM: 0.5,
    })
  })
})

describe('an episode on the simulated arm', () => {
  test('begins at home and stays there when nothing is asked', async () => {
    const result = await episode([0, 0, 0, 0, 0, 0, 0], 20)
    expect(result).toMatchObject({ steps: 20, endReason: 'step-limit' })
    expect(result.startErrorRad).toBeLessThan(0.01)
    expect(result.distance).toHaveLength(21)
    expect(result.tooltip).toHaveLength(63)
    expect(result.finalM).toBeCloseTo(result.distance[0] ?? NaN, 3)
  })

  test('turns the base towards the goal and comes nearer', async () => {
    const still = await episode([0, 0, 0, 0, 0, 0, 0], 40)
    const turning = await episode([0.5, 0, 0, 0, 0, 0, 0], 40)
    expect(turning.closestM).toBeLessThan(still.closestM - 0.05)
    expect(turning.closestPoint[1]).toBeGreaterThan(0.1)
  })

  test('ends at the safety limit, and says so', async () => {
    const result = await episode([0, 1, 0, 1, 0, 0, 0], 1000)
    expect(result.endReason).toBe('safety-limit')
    expect(result.steps).toBeLessThan(1000)
    expect(result.distance).toHaveLength(result.steps + 1)
  })

  test('is the same again with the same seed', async () => {
    const action = [0.3, -0.1, 0.2, 0.1, 0, 0.2, 0]
    expect(await episode(action, 50, 5)).toEqual(await episode(action, 50, 5))
  })
})
