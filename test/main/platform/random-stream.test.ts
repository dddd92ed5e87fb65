import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/main/platform/random-stream.ts'
import { native } from '../../../src/main/platform/native.ts'
import { RandomStream as Definition } from '../../native/learn/random-stream.ts'

test('a stream gives the numbers of its definition', () => {
  for (const [seed, name] of [
    [0, ''],
    [7, 'Hopper-v1/start/3'],
    [0xffffffff, 'ä'],
  ] as const) {
    const stream = new RandomStream(seed, name)
    const definition = new Definition(seed, name)
    for (let i = 0; i < 50; i++) expect(stream.next()).toBe(definition.next())
  }
})

test('it is the stream of that seed and name on the native side', () => {
  const options = { explorer: 'uniform', mode: 'paper', observationSize: 3, actionSize: 5, seed: 11, settings: {} }
  const explorer = native.createExplorer(options)
  explorer.beginEpisode(4)
  const stream = new RandomStream(11, 'uniform/4')
  const action = new Float32Array(5)
  for (let step = 0; step < 20; step++) {
    explorer.act(new Float32Array(3), action)
    for (const value of action) expect(value).toBe(Math.fround(-1 + 2 * ((stream.next() >>> 8) * 2 ** -24)))
  }
})

test('uniform numbers stay inside their bounds and normal ones have mean 0, variance 1 and the tails of a Gaussian', () => {
  const stream = new RandomStream(3, 'a')
  const uniform = Array.from({ length: 20_000 }, () => stream.uniform(-2, 6))
  expect(Math.min(...uniform)).toBeGreaterThan(-2)
  expect(Math.max(...uniform)).toBeLessThan(6)
  const normal = Array.from({ length: 20_000 }, () => stream.normal())
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  // six standard errors each
  expect(Math.abs(mean(uniform) - 2)).toBeLessThan((6 * 8) / Math.sqrt(12 * 20_000))
  expect(Math.abs(mean(normal))).toBeLessThan(6 / Math.sqrt(20_000))
  expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(6 * Math.sqrt(2 / 20_000))
  const tail = normal.filter((x) => Math.abs(x) > 2).length / 20_000
  expect(Math.abs(tail - 0.0455)).toBeLessThan(6 * Math.sqrt(0.0455 / 20_000))
})
