import { describe, expect, it } from 'vitest'
import { nearestWall } from '../../../src/renderer/scene/allowed-box-lines.ts'

const BOX = { min: [0.1, -0.5, 0.02], max: [0.8, 0.5, 0.85] } as const

describe('nearest wall of the allowed box', () => {
  it.each([
    [[0.13, 0, 0.4], 'back', 0.03],
    [[0.78, 0, 0.4], 'front', 0.02],
    [[0.4, -0.49, 0.4], 'right', 0.01],
    [[0.4, 0.46, 0.4], 'left', 0.04],
    [[0.4, 0, 0.03], 'floor', 0.01],
    [[0.4, 0, 0.8], 'top', 0.05],
  ] as const)('of %j is the %s wall', ([x, y, z], wall, distance) => {
    const near = nearestWall(BOX, x, y, z)
    expect(near.wall).toBe(wall)
    expect(near.distance).toBeCloseTo(distance, 12)
  })

  it('is negative outside', () => {
    expect(nearestWall(BOX, 0.4, -0.51, 0.4).distance).toBeCloseTo(-0.01, 12)
  })
})
