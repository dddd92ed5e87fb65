import { describe, expect, it } from 'vitest'
import { TipTrail } from '../../../src/renderer/scene/tip-trail.ts'

describe('tool-tip trail', () => {
  it('drops what is older than its seconds', () => {
    const trail = new TipTrail()
    for (let i = 0; i <= 100; i++) trail.extend(i, 0, 0, i * 0.1, 5)
    // 5.0 s to 10.0 s: 51 points, 50 segments.
    expect(trail.geometry.instanceCount).toBe(50)
    expect(trail.geometry.getAttribute('instanceStart').getX(0)).toBe(50)
    expect(trail.geometry.getAttribute('instanceEnd').getX(49)).toBe(100)
  })

  it('starts over when time steps back', () => {
    const trail = new TipTrail()
    for (let i = 0; i < 10; i++) trail.extend(i, 0, 0, i, 100)
    trail.extend(0, 0, 0, 0, 100)
    expect(trail.geometry.instanceCount).toBe(0)
  })

  it('keeps the newest of too many points', () => {
    const trail = new TipTrail()
    trail.replace(Float32Array.from({ length: 3 * 1000 }, (_, i) => Math.floor(i / 3)))
    const last = (trail.geometry.instanceCount ?? 0) - 1
    expect(trail.geometry.getAttribute('instanceEnd').getX(last)).toBe(999)
  })
})
