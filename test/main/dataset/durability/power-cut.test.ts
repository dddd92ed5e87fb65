import { expect, test, vi } from 'vitest'
import { order } from '../../session/order.ts'
import { PANDA, Storm, claimed, continueTo, cutPower, forced, luckFrom } from './storm.ts'

// Many processes one after another: on a machine that is busy with something else each takes its time.
vi.setConfig({ testTimeout: 600_000 })

const TARGET = 80_000

test('what was committed outlives a power cut at any call, whatever becomes of the writes since the last sync', async () => {
  // Long enough to say some counts on the way also where a second makes 25,000 steps.
  const { calls, before } = await new Storm(...PANDA).run(TARGET)
  const luck = luckFrom(7)
  const said = calls.flatMap(({ kind }, i) => (kind === 'said' ? [i + 1] : []))
  for (const count of said) cutPower(before, calls.slice(0, count), luck)
  expect(said.some((count) => claimed(calls.slice(0, count)) % TARGET > 0)).toBe(true)
  const found = new Set<number>()
  for (let cut = 0; cut < 16; cut++) {
    const count = Math.floor(luck() * (calls.length + 1))
    const { path, there } = cutPower(before, calls.slice(0, count), luck)
    found.add(there)
    if (cut % 8 === 7) await continueTo(there + 200, order({ path, seed: 3, stepsPerEpisode: 100 }))
  }
  expect(found.size).toBeGreaterThan(2)
})

test('the beginning and the end of a run outlive a power cut at each of their calls', async () => {
  const { calls, before } = await new Storm(...PANDA).run(200)
  const luck = luckFrom(8)
  for (let count = 0; count <= calls.length; count++) cutPower(before, calls.slice(0, count), luck)
  expect(forced(before, calls)).toBe(200)
})

test('a run that is continued outlives a power cut, also in what an explorer has learned', async () => {
  const storm = new Storm('--world', 'panda', '--explorer', 'rnd', '--seed', '3', '--steps-per-episode', '40')
  await storm.run(150)
  const { calls, before } = await storm.run(300)
  const luck = luckFrom(9)
  for (let cut = 0; cut < 12; cut++) {
    const { there } = cutPower(before, calls.slice(0, Math.floor(luck() * (calls.length + 1))), luck)
    expect(there).toBeGreaterThanOrEqual(150)
  }
})
