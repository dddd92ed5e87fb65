import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { addonFile, native } from '../../../src/main/platform/native.ts'
import { SHAPE, makeJob, makeReplay } from './jobs-under-test.ts'
import { trainToEnd } from './train-to-end.ts'

const settings = { hidden1: 40, hidden2: 30 }

test('stop() ends after the running update and start() goes on', async () => {
  const job = makeJob(makeReplay(), { settings: {}, threads: 2 })
  job.start(1_000_000)
  while (job.progress().updates < 3) await pause(1)
  job.stop()
  const stopped = job.progress()
  expect(stopped.state).toBe('idle')
  await pause(20)
  expect(job.progress().updates).toBe(stopped.updates)
  expect((await trainToEnd(job, stopped.updates + 2)).updates).toBe(stopped.updates + 2)
  job.close()
  expect(() => job.progress()).toThrow('closed')
})

test('a running job refuses what would race with it', async () => {
  const replay = makeReplay()
  const job = makeJob(replay, { settings: {} })
  job.start(1_000_000)
  expect(() => job.start(5)).toThrow('running')
  expect(() => job.checkpoint()).toThrow('running')
  expect(() => job.policy()).toThrow('running')
  while (job.progress().updates < 1) await pause(1)
  expect(() => replay.addEpisode(new Float32Array(12), new Float32Array(2), new Float32Array(1), true)).toThrow('using this replay')
  job.close()
  replay.addEpisode(new Float32Array(12), new Float32Array(2), new Float32Array(1), true)
  expect(replay.size).toBe(501)
})

test('a long run gives at most 2000 curve points, each at its update', async () => {
  const job = makeJob(makeReplay(), { settings: { hidden1: 4, hidden2: 4, batch: 2 } })
  const { points } = await trainToEnd(job, 5000)
  job.close()
  const updates = Array.from(points).filter((_, i) => i % 6 === 0)
  expect(updates.length).toBeGreaterThan(1000)
  expect(updates.length).toBeLessThanOrEqual(2000)
  expect(updates).toEqual(updates.map((_, i) => (i + 1) * 3))
})

describe('what is refused', () => {
  const replay = makeReplay()

  test('unknown learners, modes and settings, values out of range', () => {
    expect(() => makeJob(replay, { learner: 'sarsa' })).toThrow('There is no learner "sarsa"')
    expect(() => makeJob(replay, { mode: 'ancient' })).toThrow('There is no mode "ancient"')
    expect(() => makeJob(replay, { settings: { momentum: 1 } })).toThrow('There is no setting "momentum"')
    expect(() => makeJob(replay, { settings: { batch: 0 } })).toThrow('"batch" does not take the value')
    expect(() => makeJob(replay, { settings: { batch: 1.5 } })).toThrow('"batch" does not take the value')
    expect(() => makeJob(replay, { settings: { discount: NaN } })).toThrow('"discount" does not take the value')
  })

  test('training without transitions', () => {
    const job = makeJob(new native.Replay(SHAPE))
    expect(() => job.start(1)).toThrow('There are no transitions to learn from.')
    job.close()
  })

  test('arrays of a wrong length or type', () => {
    const empty = new native.Replay(SHAPE)
    expect(() => empty.addEpisode(new Float32Array(6), new Float32Array(2), new Float32Array(1), true)).toThrow('observations has 6')
    expect(() => empty.addEpisode(new Float64Array(12) as never, new Float32Array(2), new Float32Array(1), true)).toThrow('Float32Array')
    expect(empty.size).toBe(0)
  })

  test('checkpoints of other settings, shapes or modes, damaged and cut ones; the job stays as it was', async () => {
    const job = makeJob(replay)
    await trainToEnd(job, 5)
    const before = job.checkpoint()
    const damaged = before.slice()
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] as number) ^ 1
    const others = [
      makeJob(replay, { settings: { ...settings, hidden1: 41 } }),
      makeJob(replay, { settings: { ...settings, discount: 0.98 } }),
      makeJob(replay, { mode: 'modern' }),
      makeJob(new native.Replay({ observationSize: 6, actionSize: 3 })),
    ]
    for (const other of others) {
      expect(() => job.restore(other.checkpoint())).toThrow('another learner, mode, shape or settings')
      other.close()
    }
    expect(() => job.restore(damaged)).toThrow('damaged')
    expect(() => job.restore(before.subarray(0, before.length - 4))).toThrow('damaged')
    expect(() => job.restore(new Uint8Array(3))).toThrow('not a training checkpoint')
    expect(job.checkpoint()).toEqual(before)
    job.close()
  })
})

test('a worker that ends in the middle of a training takes its threads with it', async () => {
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(new URL('./replay-worker.mjs', import.meta.url), { workerData: { addon: addonFile } })
    await once(worker, 'message')
    let updates: unknown = 'started'
    while (typeof updates !== 'number' || updates < 2) [updates] = await once(worker, 'message')
    expect(await worker.terminate()).toBe(1)
  }
  const job = makeJob(makeReplay())
  expect((await trainToEnd(job, 10)).state).toBe('done')
  job.close()
})
