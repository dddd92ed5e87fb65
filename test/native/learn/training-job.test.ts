import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay, TrainingJob } from '../../../src/main/platform/native.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { trainToEnd } from './train-to-end.ts'

const shape = { observationSize: 6, actionSize: 2 }
const settings = { hidden1: 40, hidden2: 30 }

function makeReplay(rewardScale = 1): Replay {
  const replay = new native.Replay(shape)
  for (let episode = 0; episode < 10; episode++)
    replay.addEpisode(
      randomFloats(51 * 6, episode + 1, 1),
      randomFloats(50 * 2, episode + 20, 1),
      randomFloats(50, episode + 40, rewardScale),
      episode % 3 === 0,
    )
  return replay
}

function makeJob(replay: Replay, options: { learner?: string; mode?: string; threads?: number; seed?: number; settings?: Record<string, number> } = {}): TrainingJob {
  return new native.TrainingJob({ learner: 'td3', mode: 'paper', seed: 11, threads: 1, replay, settings, ...options })
}

const learners = native.describeLearners()
const everyWay = learners.flatMap((learner) => learner.modes.map((mode) => [learner.name, mode] as const))

/** Smaller networks for any learner: every setting that counts units. */
function smallSettings(name: string): Record<string, number> {
  const learner = learners.find((l) => l.name === name)
  return Object.fromEntries((learner?.settings ?? []).filter((s) => s.unit === 'units').map((s) => [s.key, 32]))
}

describe.each(everyWay)('%s, %s', (learner, mode) => {
  const replay = makeReplay()
  const make = (threads: number, seed = 11) => makeJob(replay, { learner, mode, threads, seed, settings: smallSettings(learner) })

  test('the same seed gives the same bytes with any number of threads, another seed does not', async () => {
    const bytes = []
    for (const [threads, seed] of [[1, 11], [1, 11], [2, 11], [1, 12]] as const) {
      const job = make(threads, seed)
      await trainToEnd(job, 120)
      bytes.push(Buffer.from(job.checkpoint()))
      job.close()
    }
    expect(bytes[1]?.equals(bytes[0] as Buffer)).toBe(true)
    expect(bytes[2]?.equals(bytes[0] as Buffer)).toBe(true)
    expect(bytes[3]?.equals(bytes[0] as Buffer)).toBe(false)
  })

  test('stopped anywhere and resumed in a new job, the bytes and the curve are those of the uninterrupted run', async () => {
    const whole = make(2)
    const expectedCurve = (await trainToEnd(whole, 150)).points
    const stopAt = 1 + Math.floor(Math.random() * 149) // any number must do; it is printed when it does not
    const first = make(1)
    const curve = [...(await trainToEnd(first, stopAt)).points]
    const second = make(2)
    second.restore(first.checkpoint())
    curve.push(...(await trainToEnd(second, 150)).points)
    expect(Buffer.from(second.checkpoint()).equals(Buffer.from(whole.checkpoint())), `stopped at ${stopAt}`).toBe(true)
    expect(second.policy()).toEqual(whole.policy())
    const withoutTime = (points: ArrayLike<number>) => Array.from(points).filter((_, i) => i % 6 !== 1)
    expect(withoutTime(curve)).toEqual(withoutTime(expectedCurve))
    for (const job of [whole, first, second]) job.close()
  })

  test('zero updates give an untrained policy that acts', async () => {
    const job = make(1)
    expect((await trainToEnd(job, 0)).state).toBe('done')
    const policy = new native.Policy(job.policy())
    job.close()
    const action = new Float32Array(policy.actionSize)
    policy.act(randomFloats(policy.observationSize, 1, 1), action)
    expect(action.length).toBe(shape.actionSize)
    for (const value of action) expect(Math.abs(value)).toBeLessThan(1)
    expect(action.some((value) => value !== 0)).toBe(true)
  })
})

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

test('a divergence stops the training at the last good state and says so', async () => {
  const job = makeJob(makeReplay(1e9))
  const untrained = job.policy()
  const end = await trainToEnd(job, 100_000)
  expect(end.state).toBe('diverged')
  expect(end.updates % 1000).toBe(0)
  expect(end.message).toMatch(/^The critics' values ran away to [\d.e+]+ at update \d+\. Training stopped; the policy is the one of update \d+\.$/)
  for (const layer of Object.values(job.policy().networks).flat()) expect(layer.weight.every(Number.isFinite)).toBe(true)
  if (end.updates === 0) expect(job.policy()).toEqual(untrained)
  expect(() => job.start(200_000)).toThrow('diverged')
  job.close()
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
    const job = makeJob(new native.Replay(shape))
    expect(() => job.start(1)).toThrow('There are no transitions to learn from.')
    job.close()
  })

  test('arrays of a wrong length or type', () => {
    const empty = new native.Replay(shape)
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
  const addon = fileURLToPath(new URL('../../../native/build/forager.node', import.meta.url))
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(new URL('./replay-worker.mjs', import.meta.url), { workerData: { addon } })
    await once(worker, 'message')
    let updates: unknown = 'started'
    while (typeof updates !== 'number' || updates < 2) [updates] = await once(worker, 'message')
    expect(await worker.terminate()).toBe(1)
  }
  const job = makeJob(makeReplay())
  expect((await trainToEnd(job, 10)).state).toBe('done')
  job.close()
})
