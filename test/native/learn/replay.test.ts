import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { DrawOptions, Replay } from '../../../src/main/platform/native-learn.ts'
import { RandomStream } from './random-stream.ts'

const S = 3
const A = 2

interface Episode {
  steps: number
  terminal: boolean
}

/**
 * Episodes whose numbers say where they lie: the reward of transition n is n, its action n + 0.25 and n + 0.5, and row k
 * of all observations, the ones behind each episode included, holds k, -k and k + 0.5.
 */
function telling(episodes: readonly Episode[], reserved = false): Replay {
  const replay = new native.Replay({ observationSize: S, actionSize: A })
  if (reserved)
    replay.reserve(
      episodes.reduce((sum, e) => sum + e.steps, 0),
      episodes.length,
    )
  let row = 0
  let transition = 0
  for (const { steps, terminal } of episodes) {
    const o = Float32Array.from({ length: (steps + 1) * S }, (_, i) => {
      const k = row + Math.floor(i / S)
      return [k, -k, k + 0.5][i % S] as number
    })
    const a = Float32Array.from({ length: steps * A }, (_, i) => transition + Math.floor(i / A) + [0.25, 0.5][i % A]!)
    const r = Float32Array.from({ length: steps }, (_, i) => transition + i)
    replay.addEpisode(o, a, r, terminal)
    row += steps + 1
    transition += steps
  }
  return replay
}

/** What each transition must be, from the definition. */
function expected(episodes: readonly Episode[]): { row: number; end: boolean; terminal: boolean }[] {
  let row = 0
  return episodes.flatMap(({ steps, terminal }) => {
    const first = row
    row += steps + 1
    return Array.from({ length: steps }, (_, t) => ({
      row: first + t,
      end: t === steps - 1,
      terminal: terminal && t === steps - 1,
    }))
  })
}

const anyhow: DrawOptions = { batch: 100, batches: 1, seed: 5, withoutReplacement: false, episodeEndsTerminal: false }
const drawn = (replay: Replay, options: Partial<DrawOptions>): number[] => [...replay.draw({ ...anyhow, ...options }).reward]

/** Episodes of very different lengths, among them ones that end on, before and behind a multiple of 64. */
const lengths = [1, 1, 62, 63, 1, 64, 65, 2, 127, 128, 129, 700, 1, 3, 30]
const varied: Episode[] = lengths.map((steps, i) => ({ steps, terminal: i % 3 === 0 }))

describe('every transition is the one that was put in', () => {
  test.each([
    ['room as it comes', false],
    ['exact room', true],
  ])('%s', (_, reserved) => {
    const replay = telling(varied, reserved)
    const truth = expected(varied)
    expect(replay.size).toBe(truth.length)
    for (const episodeEndsTerminal of [false, true]) {
      const options = { ...anyhow, batch: truth.length, batches: 2, withoutReplacement: true, episodeEndsTerminal }
      const batch = replay.draw(options)
      expect(new Set(batch.reward).size).toBe(truth.length)
      batch.reward.forEach((n, i) => {
        const { row, end, terminal } = truth[n]!
        expect([...batch.observation.subarray(i * S, (i + 1) * S)]).toEqual([row, -row, row + 0.5])
        expect([...batch.nextObservation.subarray(i * S, (i + 1) * S)]).toEqual([row + 1, -row - 1, row + 1.5])
        expect([...batch.action.subarray(i * A, (i + 1) * A)]).toEqual([n + 0.25, n + 0.5])
        // A cut never carries a value over: its next observation is its own last one, whatever was added behind it.
        expect(batch.terminal[i]).toBe((episodeEndsTerminal ? end : terminal) ? 1 : 0)
      })
    }
  })

  test('room that was reserved is all that is held, and room that was not is at most a quarter more', () => {
    const steps = lengths.reduce((sum, n) => sum + n, 0)
    const blocks = 24 * Math.ceil(steps / 64)
    const exact = 4 * (S * (steps + lengths.length) + A * steps + steps) + blocks
    expect(telling(varied, true).bytes).toBe(exact)
    expect(telling(varied).bytes).toBeLessThanOrEqual(1.25 * exact + 24)
    const replay = telling(varied)
    replay.reserve(steps, lengths.length) // less than there is room for already changes nothing
    expect(replay.size).toBe(steps)
  })

  test('a replay that holds more than can be numbered, and one that memory cannot hold, are refused', () => {
    const replay = telling(varied)
    const size = replay.size
    expect(() => replay.reserve(2 ** 32, 1)).toThrow('at most 4294967295 transitions')
    expect(() => new native.Replay({ observationSize: 4096, actionSize: 4096 }).reserve(2 ** 32 - 1, 1)).toThrow('more memory')
    expect(drawn(replay, {}).every((n) => n < size)).toBe(true)
  })
})

/** Pearson's statistic of counts that should all be equal. */
function chiSquare(counts: Iterable<number>, cells: number): number {
  const all = [...counts]
  const mean = all.reduce((sum, n) => sum + n, 0) / cells
  return all.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0) + (cells - all.length) * mean
}

/** Mean of the chi-square distribution plus or minus four of its standard deviations. */
function expectUniform(statistic: number, freedom: number, scale = 1): void {
  expect(statistic).toBeGreaterThan(scale * (freedom - 4 * Math.sqrt(2 * freedom)))
  expect(statistic).toBeLessThan(scale * (freedom + 4 * Math.sqrt(2 * freedom)))
}

function countBy<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

describe('draws are uniform over transitions, however long their episodes are', () => {
  const replay = telling(varied)
  const size = replay.size

  test('with replacement', () => {
    const draws = drawn(replay, { batch: 500, batches: 200 })
    expectUniform(chiSquare(countBy(draws).values(), size), size - 1)
    const short = draws.filter((n) => n < 2).length // the two episodes of one step
    expect(Math.abs(short - (draws.length * 2) / size)).toBeLessThan(4 * Math.sqrt((draws.length * 2) / size))
  })

  test('without replacement, each batch distinct', () => {
    const batch = 400
    const draws = drawn(replay, { batch, batches: 250, withoutReplacement: true })
    for (let at = 0; at < draws.length; at += batch) expect(new Set(draws.slice(at, at + batch)).size).toBe(batch)
    // Counts of draws without replacement vary less: by the share that a batch leaves out.
    expectUniform(chiSquare(countBy(draws).values(), size), size - 1, (size - batch) / (size - 1))
  })

  test('without replacement, every ordered choice is as likely as every other', () => {
    const five = telling([
      { steps: 1, terminal: false },
      { steps: 3, terminal: true },
      { steps: 1, terminal: false },
    ])
    const draws = drawn(five, { batch: 3, batches: 30_000, withoutReplacement: true })
    const triples = countBy(Array.from({ length: draws.length / 3 }, (_, i) => draws.slice(3 * i, 3 * i + 3).join()))
    expect(triples.size).toBe(60)
    expectUniform(chiSquare(triples.values(), 60), 59)
  })

  test('fewer transitions than a batch takes are drawn with replacement', () => {
    const draws = drawn(telling([{ steps: 10, terminal: true }]), { batch: 64, batches: 100, withoutReplacement: true })
    expectUniform(chiSquare(countBy(draws).values(), 10), 9)
  })
})

describe('the draws are those of the stream "batch"', () => {
  const replay = telling(varied)

  test.each([12, 100, 1000])('%d in a batch', (batch) => {
    for (const withoutReplacement of [false, true]) {
      const stream = new RandomStream(5, 'batch')
      const wanted = [1, 2, 3].flatMap(() => {
        const chosen: number[] = []
        while (chosen.length < batch) {
          const n = stream.below(replay.size)
          if (!withoutReplacement || !chosen.includes(n)) chosen.push(n)
        }
        return chosen
      })
      expect(drawn(replay, { batch, batches: 3, withoutReplacement })).toEqual(wanted)
    }
  })
})
