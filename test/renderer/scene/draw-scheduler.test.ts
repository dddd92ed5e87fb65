import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DrawScheduler } from '../../../src/renderer/scene/draw-scheduler.ts'

describe('draw scheduler', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('draws the first request at once and a burst once a period', () => {
    let draws = 0
    const scheduler = new DrawScheduler(() => draws++, 40)
    scheduler.request()
    expect(draws).toBe(1)
    for (let ms = 0; ms < 400; ms += 4) {
      scheduler.request()
      vi.advanceTimersByTime(4)
    }
    expect(draws).toBe(11)
  })

  it('draws the last request of a burst, then nothing', () => {
    let draws = 0
    const scheduler = new DrawScheduler(() => draws++, 40)
    scheduler.request()
    scheduler.request()
    vi.advanceTimersByTime(40)
    expect(draws).toBe(2)
    vi.advanceTimersByTime(10_000)
    expect(draws).toBe(2)
  })

  it('draws nothing after it was cancelled', () => {
    let draws = 0
    const scheduler = new DrawScheduler(() => draws++, 40)
    scheduler.request()
    scheduler.request()
    scheduler.cancel()
    vi.advanceTimersByTime(1000)
    expect(draws).toBe(1)
  })
})
