import { describe, expect, it } from 'vitest'
import { pack } from '../../../../src/contract/packed.ts'
import { TILE_BUCKETS } from '../../../../src/contract/timeline.ts'
import type { TimelineTile } from '../../../../src/contract/timeline.ts'
import { ColumnRanges } from '../../../../src/renderer/dataset/timeline/timeline-drawing.ts'
import {
  clampWindow,
  episodeIndexAt,
  followed,
  levelFor,
  zoomed,
} from '../../../../src/renderer/dataset/timeline/timeline-model.ts'
import { TimelineTiles } from '../../../../src/renderer/dataset/timeline/timeline-tiles.ts'

/** Tiles of one channel whose value is the number of the transition, of 100,000 of them. */
const TRANSITIONS = 100_000
const tileOf = (level: number, index: number): TimelineTile => {
  const bucket = 4 ** level
  const from = index * TILE_BUCKETS
  const count = Math.max(0, Math.min(TILE_BUCKETS, Math.ceil(TRANSITIONS / bucket) - from))
  const ranges = Float32Array.from({ length: 2 * count }, (_, i) => {
    const first = (from + (i >> 1)) * bucket
    return i % 2 === 0 ? first : Math.min(TRANSITIONS, first + bucket) - 1
  })
  return { count, ranges: pack(ranges), flags: pack(Uint32Array.from({ length: count }, (_, i) => 1 << (i % 3))) }
}

describe('the window of a timeline', () => {
  it('stays inside, and never shows less than can be told apart', () => {
    expect(clampWindow({ from: -50, span: 100 }, 1000)).toEqual({ from: 0, span: 100 })
    expect(clampWindow({ from: 990, span: 100 }, 1000)).toEqual({ from: 900, span: 100 })
    expect(clampWindow({ from: 500, span: 1 }, 1000)).toEqual({ from: 500, span: 40 })
    expect(clampWindow({ from: 3, span: 1e9 }, 1000)).toEqual({ from: 0, span: 1000 })
    expect(clampWindow({ from: 3, span: 1 }, 10)).toEqual({ from: 0, span: 10 })
  })

  it('zooms about a place that stays where it is, and comes back', () => {
    const near = zoomed({ from: 100, span: 400 }, 0.5, 200, 10_000)
    expect(near).toEqual({ from: 150, span: 200 })
    expect(zoomed(near, 2, 200, 10_000)).toEqual({ from: 100, span: 400 })
    expect(zoomed({ from: 0, span: 10_000 }, 4, 5000, 10_000)).toEqual({ from: 0, span: 10_000 })
  })

  it('turns the page before a playing cursor leaves it', () => {
    const window = { from: 100, span: 100 }
    expect(followed(window, 150, 1000)).toBe(window)
    const next = followed(window, 195, 1000)
    expect(next.from).toBeCloseTo(187)
    expect(next.span).toBe(100)
    expect(followed(window, 20, 1000).from).toBeCloseTo(12)
  })

  it('takes the level whose buckets are a pixel wide at most', () => {
    expect([0.1, 1, 3.9, 4, 15, 16, 1e9].map((perPixel) => levelFor(perPixel, 4, 6))).toEqual([0, 0, 0, 1, 1, 2, 6])
  })

  it('finds the episode of a transition', () => {
    const starts = Uint32Array.of(0, 5, 6, 100)
    expect([0, 4, 5, 6, 99, 100, 1e6].map((at) => episodeIndexAt({ starts }, at))).toEqual([0, 0, 1, 2, 2, 3, 3])
  })
})

describe('tiles of a timeline', () => {
  it('stand in for finer ones until those come, and every column then says exactly its own', async () => {
    const asked: string[] = []
    const source = (level: number, index: number): Promise<TimelineTile> => {
      asked.push(`${level}:${index}`)
      return Promise.resolve(tileOf(level, index))
    }
    const tiles = new TimelineTiles(4, source, () => undefined)
    const column = new ColumnRanges(1)
    const frame = (level: number, from: number, to: number): boolean => {
      tiles.beginFrame()
      const known = column.gather(tiles, level, from, to)
      tiles.endFrame()
      return known
    }
    expect(frame(4, 0, 256)).toBe(false)
    await Promise.resolve()
    expect(frame(4, 1000, 1300)).toBe(true)
    // Buckets of 256 that hold 1000 to 1300.
    expect([column.low[0], column.high[0]]).toEqual([768, 1535])
    expect(frame(1, 1000, 1008)).toBe(true)
    expect([column.low[0], column.high[0]]).toEqual([768, 1023])
    await Promise.resolve()
    expect(frame(1, 1000, 1008)).toBe(true)
    expect([column.low[0], column.high[0]]).toEqual([1000, 1007])
    expect(column.flags).toBe((1 << (250 % 3)) | (1 << (251 % 3)))
    expect(asked).toEqual(['4:0', '1:0'])
  })

  it('are asked for once, few at a time, the ones on screen first', async () => {
    const asked: number[] = []
    const gates: (() => void)[] = []
    const source = (level: number, index: number): Promise<TimelineTile> => {
      asked.push(index)
      return new Promise((resolve) => gates.push(() => resolve(tileOf(level, index))))
    }
    const tiles = new TimelineTiles(4, source, () => undefined)
    const want = (indices: readonly number[]): void => {
      tiles.beginFrame()
      for (const index of indices) tiles.tile(1, index)
      tiles.endFrame()
    }
    want([0, 1, 2, 3, 4, 5])
    want([0, 20, 21])
    expect(asked).toEqual([0, 1, 2, 3])
    for (const open of gates.splice(0)) open()
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(asked).toEqual([0, 1, 2, 3, 20, 21])
  })
})
