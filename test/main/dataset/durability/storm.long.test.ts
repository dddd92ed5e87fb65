import { expect, test } from 'vitest'
import { order } from '../../session/order.ts'
import { realTimeArm } from './real-time-arm.ts'
import { PANDA, Storm, claimed, continueTo, cutPower, forced, judge, killAt, luckFrom } from './storm.ts'

/** Of each kind. */
const TIMES = Number(process.env['FORAGER_STORM'] ?? 1000)

test(`a run that is killed at a write ${TIMES} times keeps all it has called committed, and reaches its exact target`, async () => {
  const luck = luckFrom(11)
  let storm = new Storm(...PANDA)
  let before = 0
  for (let kill = 0; kill < TIMES; kill++) {
    // Now and then from the beginning: a dataset that grows would take ever longer to look through.
    if (kill % 50 === 0) [storm, before] = [new Storm(...PANDA), 0]
    const call = kill % 2 === 0 ? 1 + Math.floor(60 * luck()) : 60 + Math.floor(900 * luck())
    const there = await killAt(storm, call, luck() < 0.5)
    expect(there).toBeGreaterThanOrEqual(before)
    before = there
    if (kill % 50 !== 49) continue
    const { code, calls } = await storm.run(before + 321)
    expect([code, claimed(calls), judge(storm.path)]).toEqual([0, before + 321, before + 321])
  }
})

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

test(`what was committed outlives ${TIMES} power cuts`, async () => {
  const luck = luckFrom(12)
  const explorers = ['random', 'rnd', 'gep']
  for (let cut = 0, run = 0; cut < TIMES; run++) {
    const explorer = explorers[run % explorers.length]!
    const learns = explorer === 'rnd'
    const words = ['--world', 'panda', '--explorer', explorer, '--seed', '3', '--steps-per-episode', '100']
    const storm = new Storm(...words)
    // Half of the runs go on with what is there.
    if (run % 2 === 1) await storm.run(300)
    const { calls, before } = await storm.run(learns ? 700 : 20_000)
    for (let i = 0; i < 100 && cut < TIMES; i++, cut++) {
      const { path, there } = cutPower(before, calls.slice(0, Math.floor(luck() * (calls.length + 1))), luck)
      if (i % 20 === 19 && explorer === 'random')
        await continueTo(there + 200, order({ path, seed: 3, stepsPerEpisode: 100 }))
    }
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
