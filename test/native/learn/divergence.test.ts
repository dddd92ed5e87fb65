import { describe, expect, test } from 'vitest'
import type { Replay, TrainingJob } from '../../../src/main/platform/native-learn.ts'
import type { PolicyParts } from '../../../src/main/platform/native-policy.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { SHAPE, everyWay, makeJob, makeReplay, smallSettings } from './jobs-under-test.ts'
import { reseal } from './sealed-checkpoint.ts'
import { trainToEnd } from './train-to-end.ts'

const AT_THE_END = / at update \d+\. Training stopped; the policy is the one of update \d+\.$/

function finite(parts: PolicyParts): boolean {
  return Object.values(parts.networks)
    .flat()
    .every(({ weight, bias }) => weight.every(Number.isFinite) && bias.every(Number.isFinite))
}

/** Sound data but for one episode, which has `observation` in one place or `reward` in one step. */
function spoilt(bad: { observation?: number; reward?: number }): Replay {
  const replay = makeReplay()
  const observations = randomFloats(51 * SHAPE.observationSize, 90, 1)
  const rewards = randomFloats(50, 91, 1)
  if (bad.observation !== undefined) observations[17] = bad.observation
  if (bad.reward !== undefined) rewards[9] = bad.reward
  replay.addEpisode(observations, randomFloats(50 * SHAPE.actionSize, 92, 1), rewards, false)
  return replay
}

/** The job, or what it says when it looks at all data before it begins and finds the bad value. */
function jobOrRefusal(replay: Replay, learner: string, mode: string): TrainingJob | string {
  try {
    return makeJob(replay, { learner, mode })
  } catch (error) {
    return (error as Error).message
  }
}

describe.each(everyWay)('%s, %s', (learner, mode) => {
  test.each([
    ['a reward that is not a number', { reward: NaN }],
    ['an infinite observation', { observation: Infinity }],
  ])('%s ends the training, named, with the last good policy', async (_, bad) => {
    const replay = spoilt(bad)
    const job = jobOrRefusal(replay, learner, mode)
    if (typeof job === 'string') return expect(job).toBe('The transitions have values that are not finite numbers.')
    const end = await trainToEnd(job, 1500)
    expect(end.state).toBe('diverged')
    expect(end.message).toMatch(/^(The critics' loss became|The critics' values ran away|The loss "\w+" became|Weights became) /)
    expect(end.message).toMatch(AT_THE_END)
    expect(end.updates % 1000).toBe(0)
    expect(finite(job.policy())).toBe(true)
    expect(() => job.start(2000)).toThrow('diverged')
    // What is kept is sound: it can be loaded where the data are.
    const other = makeJob(makeReplay(), { learner, mode })
    other.restore(job.checkpoint())
    expect((await trainToEnd(other, end.updates + 3)).state).toBe('done')
    for (const each of [job, other]) each.close()
  })
})

test('values that run away are named with their size', async () => {
  const settings = { ...smallSettings('td3'), learningRate: 0.05 }
  const job = makeJob(makeReplay({ rewardScale: 1e9 }), { settings })
  const untrained = job.policy()
  const end = await trainToEnd(job, 100_000)
  expect(end.state).toBe('diverged')
  expect(end.message).toMatch(/^The critics' values ran away to [\d.e+]+ at update /)
  if (end.updates === 0) expect(job.policy()).toEqual(untrained)
  job.close()
})

test('a network that breaks alone, without a trace in the critics, is found at the end and named', async () => {
  const job = makeJob(makeReplay(), { learner: 'iql' })
  const bytes = job.checkpoint()
  const first = job.networks()['actor']![0]!
  // As they lie in the state: the weights of one input to the first 16 units.
  const row = Float32Array.from({ length: 16 }, (_, unit) => first.weight[unit * first.inputs]!)
  const at = Buffer.from(bytes).indexOf(Buffer.from(row.buffer))
  bytes.set(new Uint8Array(new Float32Array(16).fill(3e38).buffer), at)
  reseal(bytes)
  job.restore(bytes)
  const end = await trainToEnd(job, 5)
  expect(end.state).toBe('diverged')
  expect(end.message).toMatch(/^Weights became something that is not a number in actor(, \w+)* at /)
  expect(end.message).not.toMatch(/critic|value/)
  expect(finite(job.policy())).toBe(true)
  job.close()
})

test('a checkpoint with values that are not finite numbers is refused', () => {
  const job = makeJob(makeReplay())
  const before = job.checkpoint()
  for (const bits of [0x7f800000, 0xff800000, 0x7fc00000]) {
    const bytes = before.slice()
    new DataView(bytes.buffer).setUint32(bytes.length - 64, bits, true)
    reseal(bytes)
    expect(() => job.restore(bytes)).toThrow('not finite numbers')
  }
  expect(job.checkpoint()).toEqual(before)
  job.close()
})
