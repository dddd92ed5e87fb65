import { describe, expect, it } from 'vitest'
import { PointCloud } from '../../../src/renderer/scene/point-cloud.ts'

const numbers = (count: number, from: number) => Float32Array.from({ length: 3 * count }, (_, i) => from + i)

describe('point cloud', () => {
  it('keeps every point in order when it grows', () => {
    const cloud = new PointCloud()
    let from = 0
    for (const count of [10, 5000, 1, 40_000]) {
      cloud.append(numbers(count, from))
      from += 3 * count
    }
    const held = cloud.geometry.getAttribute('position').array
    expect(cloud.geometry.drawRange.count).toBe(45_011)
    for (let i = 0; i < 3 * 45_011; i++) if (held[i] !== i) throw new Error(`point value ${i} is ${held[i]}`)
  })

  it('is empty after it was cleared, and takes points again', () => {
    const cloud = new PointCloud()
    cloud.append(numbers(7, 0))
    cloud.clearPoints()
    expect(cloud.geometry.drawRange.count).toBe(0)
    cloud.append(numbers(2, 100))
    expect(cloud.geometry.drawRange.count).toBe(2)
    expect(cloud.geometry.getAttribute('position').array[0]).toBe(100)
  })
})
