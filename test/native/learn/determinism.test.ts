import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { TrainingJob } from '../../../src/main/platform/native-learn.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { SHAPE, everyWay, makeJob, makeReplay, until } from './jobs-under-test.ts'
import { trainToEnd } from './train-to-end.ts'

const bytesOf = (job: TrainingJob): Buffer => Buffer.from(job.checkpoint())

/** Trains and closes the job; its checkpoint. */
async function bytesAfter(job: TrainingJob, updates: number): Promise<Buffer> {
  await trainToEnd(job, updates)
  const bytes = bytesOf(job)
  job.close()
  return bytes
}

describe.each(everyWay)('%s, %s', (learner, mode) => {
  const replay = makeReplay()
  const make = (threads: number, seed = 11) => makeJob(replay, { learner, mode, threads, seed })

  test('the same seed gives the same bytes with any number of threads, another seed does not', async () => {
    const first = await bytesAfter(make(1), 60)
    expect((await bytesAfter(make(1), 60)).equals(first)).toBe(true)
    expect((await bytesAfter(make(2), 60)).equals(first)).toBe(true)
    expect((await bytesAfter(make(1, 12), 60)).equals(first)).toBe(false)
  })

  test('stopped anywhere and resumed in a new job, the bytes, policy and curve are those of the uninterrupted run', async () => {
    const whole = make(2)
    const expectedCurve = (await trainToEnd(whole, 90)).points
    const stopAt = 1 + Math.floor(Math.random() * 89) // any number must do; it is printed when it does not
    const first = make(1)
    const curve = [...(await trainToEnd(first, stopAt)).points]
    const second = make(2)
    second.restore(first.checkpoint())
    curve.push(...(await trainToEnd(second, 90)).points)
    expect(bytesOf(second).equals(bytesOf(whole)), `stopped at ${stopAt}`).toBe(true)
    expect(second.policy()).toEqual(whole.policy())
    const withoutTime = (points: ArrayLike<number>) => Array.from(points).filter((_, i) => i % 6 !== 1)
    expect(withoutTime(curve)).toEqual(withoutTime(expectedCurve))
    for (const job of [whole, first, second]) job.close()
  })

  test('zero updates give an untrained policy that acts', async () => {
    const job = make(1)
    expect((await trainToEnd(job, 0)).state).toBe('done')
    const policy = new native.Policy(job.policy())
    policy.reset(1)
    job.close()
    const action = new Float32Array(policy.actionSize)
    policy.act(randomFloats(policy.observationSize, 1, 1), action)
    expect(action.length).toBe(SHAPE.actionSize)
    for (const value of action) expect(Math.abs(value)).toBeLessThanOrEqual(1)
    expect(action.some((value) => value !== 0)).toBe(true)
  })
})

test('three jobs at once, on one thread and on two, give the bytes that each gives alone', async () => {
  const replay = makeReplay()
  for (let at = 0; at < everyWay.length; at += 3) {
    const three = everyWay.slice(at, at + 3)
    const together = three.map(([learner, mode], i) => makeJob(replay, { learner, mode, threads: 1 + (i % 2) }))
    for (const job of together) job.start(50)
    for (const [i, [learner, mode]] of three.entries()) {
      const job = together[i] as TrainingJob
      await until(job, ({ state }) => state !== 'running')
      const alone = await bytesAfter(makeJob(replay, { learner, mode, threads: 1 }), 50)
      expect(bytesOf(job).equals(alone), `${learner}, ${mode}`).toBe(true)
      job.close()
    }
  }
})

test('a job paused again and again, with checkpoints taken meanwhile, gives the bytes of one that ran through', async () => {
  const replay = makeReplay()
  const job = makeJob(replay, { threads: 2 })
  job.start(6000)
  const pausedAt: number[] = []
  for (let round = 0; round < 20 && job.progress().state !== 'done'; round++) {
    await pause(3)
    job.pause()
    const { state, updates } = await until(job, (progress) => progress.state !== 'running')
    if (state !== 'paused') break
    pausedAt.push(updates)
    await pause(2)
    expect(job.progress()).toMatchObject({ state: 'paused', updates })
    const halfway = makeJob(replay, { threads: 1 })
    halfway.restore(job.checkpoint())
    expect(halfway.progress().updates).toBe(updates)
    halfway.close()
    job.resume()
  }
  expect(new Set(pausedAt).size).toBeGreaterThan(2)
  await until(job, ({ state }) => state === 'done')
  const through = await bytesAfter(makeJob(replay), 6000)
  expect(bytesOf(job).equals(through)).toBe(true)
  job.close()
})

test('an update too long to wait for is given up; from where the job is then it goes on to the same bytes', async () => {
  const replay = makeReplay()
  const settings = { hidden1: 1024, hidden2: 1024, batch: 512 }
  const job = makeJob(replay, { settings, threads: 2 })
  job.start(1000)
  await pause(10) // in the first update
  job.stop()
  const { state, updates } = job.progress()
  expect(state).toBe('idle')
  expect(updates).toBeLessThan(20)
  const whole = await bytesAfter(makeJob(replay, { settings, threads: 2 }), updates + 1)
  const moved = makeJob(replay, { settings, threads: 1 })
  moved.restore(job.checkpoint())
  expect((await bytesAfter(moved, updates + 1)).equals(whole)).toBe(true)
  expect((await bytesAfter(job, updates + 1)).equals(whole)).toBe(true)
})
