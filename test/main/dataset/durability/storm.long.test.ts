import { expect, onTestFinished, test } from 'vitest'
import { ChunkProgress } from '../../../doubles/chunk-progress.ts'
import { order } from '../../session/order.ts'
import { realTimeArm } from './real-time-arm.ts'
import { PANDA, Storm, continueTo, cutPower, forced, judge, killAt, killedAgainAndAgain, luckFrom } from './storm.ts'

/** Kills, and power cuts. */
const TIMES = Number(process.env['FORAGER_STORM'] ?? 1000)
/** Seeds of rounds of so many: each begins with a new dataset, for one that grows would take ever longer to look through. */
const seedsOf = (size: number): number[] => Array.from({ length: Math.ceil(TIMES / size) }, (_, round) => 11 + round)

const kills = new ChunkProgress('50 kills each', seedsOf(50).length)

test.each(seedsOf(50))(
  'a run that is killed fifty times keeps all it has called committed, and reaches its exact target: seed %i',
  async (seed) => {
    onTestFinished(({ task }) => kills.done(`seed ${seed} ${task.result?.state}`))
    await killedAgainAndAgain(50, luckFrom(seed))
  },
)

test('a short run that is killed at each of its calls, whole and half way, leaves a whole dataset', async () => {
  const { calls } = await new Storm(...PANDA).run(200)
  const count = calls.filter(({ kind }) => kind !== 'said' && kind !== 'create').length
  for (let at = 1; at <= count; at++) {
    for (const torn of [false, true]) {
      const storm = new Storm(...PANDA)
      expect(await killAt(storm, at, torn, 200)).toBeLessThanOrEqual(200)
      if (at % 7 > 0) continue
      expect((await storm.run(250)).code).toBe(0)
      expect(judge(storm.path)).toBe(250)
    }
  }
})

const EXPLORERS = ['random', 'rnd', 'gep']
const cuts = new ChunkProgress('100 power cuts each', seedsOf(100).length)

test.each(seedsOf(100))('what was committed outlives a hundred power cuts: seed %i', async (seed) => {
  onTestFinished(({ task }) => cuts.done(`seed ${seed} ${task.result?.state}`))
  const luck = luckFrom(seed)
  const explorer = EXPLORERS[seed % EXPLORERS.length]!
  const storm = new Storm('--world', 'panda', '--explorer', explorer, '--seed', '3', '--steps-per-episode', '100')
  // Half of the runs go on with what is there.
  if (seed % 2 === 1) await storm.run(300)
  const { calls, before } = await storm.run(explorer === 'rnd' ? 700 : 20_000)
  for (let cut = 0; cut < 100; cut++) {
    const { path, there } = cutPower(before, calls.slice(0, Math.floor(luck() * (calls.length + 1))), luck)
    if (cut % 20 === 19 && explorer === 'random')
      await continueTo(there + 200, order({ path, seed: 3, stepsPerEpisode: 100 }))
  }
})

test('a run in real time that is killed again and again keeps each committed step', async () => {
  const storm = new Storm(...realTimeArm())
  const luck = luckFrom(13)
  let before = 0
  for (let kill = 0; kill < Math.ceil(TIMES / 20); kill++) {
    const there = await killAt(storm, 1 + Math.floor(300 * luck()), luck() < 0.5)
    expect(there).toBeGreaterThanOrEqual(before)
    before = there
  }
  const { code, before: files, calls } = await storm.runInTime(before + 7)
  expect(code).toBe(0)
  expect([judge(storm.path), forced(files, calls)]).toEqual([before + 7, before + 7])
})
