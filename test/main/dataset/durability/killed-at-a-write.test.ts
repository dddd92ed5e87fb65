import { expect, test, vi } from 'vitest'
import { order } from '../../session/order.ts'
import { afterCalls, filesIn } from '../../../doubles/disk-log.ts'
import { PANDA, Storm, claimed, continueTo, forced, judge, killAt, killedAgainAndAgain, luckFrom } from './storm.ts'

// Many processes one after another: on a machine that is busy with something else each takes its time.
vi.setConfig({ testTimeout: 600_000 })

test('the layer under test sees every byte that reaches the files', async () => {
  const storm = new Storm(...PANDA)
  const { calls, before, code } = await storm.run(3000)
  expect(code).toBe(0)
  const written = afterCalls(before, calls)
  expect([...written]).toEqual([...filesIn(storm.folder)].filter(([name]) => !name.includes('.lock')))
  expect(claimed(calls)).toBe(3000)
  expect(forced(before, calls)).toBe(3000)
})

test('a run that is killed at the calls of its beginning and of its end leaves a whole dataset', async () => {
  const whole = new Storm(...PANDA)
  const { calls } = await whole.run(300)
  const count = calls.filter(({ kind }) => kind !== 'said' && kind !== 'create').length
  for (let at = 1; at <= count; at += 23) {
    const storm = new Storm(...PANDA)
    const there = await killAt(storm, at, at % 2 === 0, 300)
    expect(there).toBeLessThanOrEqual(300)
    if (at % 2 === 0) continue
    const { code } = await storm.run(350)
    expect(code).toBe(0)
    expect(judge(storm.path)).toBe(350)
  }
})

test('a run that is killed fifty times, at its writes and from outside, keeps all and reaches its exact target', async () => {
  await killedAgainAndAgain(50, luckFrom(1))
})

test('an explorer that learns and is killed goes on from the state of its last whole episode', async () => {
  const words = ['--world', 'panda', '--explorer', 'rnd', '--seed', '3', '--steps-per-episode', '40']
  const storm = new Storm(...words)
  // Later and later, until something is kept: how much is gathered between two writes depends on the machine.
  let there = 0
  for (let kill = 0; kill < 2 || there === 0; kill++) there = await killAt(storm, 300 + 700 * kill, kill % 2 === 0)
  const { code } = await storm.run(there + 100)
  expect(code).toBe(0)
  expect(judge(storm.path)).toBe(there + 100)
})

test('continuing in the window is the same as from a terminal', async () => {
  const storm = new Storm(...PANDA)
  const there = await killAt(storm, 200, true)
  await continueTo(there + 500, order({ path: storm.path, seed: 3, stepsPerEpisode: 100 }))
})
