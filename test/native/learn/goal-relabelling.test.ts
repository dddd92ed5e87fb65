import { describe, expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay, TrainingJob } from '../../../src/main/platform/native-learn.ts'
import { randomFloats } from '../nn/random-floats.ts'
import { learners, makeJob, smallSettings } from './jobs-under-test.ts'
import { RandomStream } from './random-stream.ts'
import { trainToEnd } from './train-to-end.ts'

const anyGoal = { reach: { goal: null, model: armModel() } }

/** Episodes that end on, before and behind a multiple of 64, and long ones. */
const lengths = [1, 62, 1, 64, 65, 2, 127, 129, 300, 3]
const STATES = 2
const SIZE = STATES + 3

interface Told {
  replay: Replay
  /** Of each transition: its observation and the next one [SIZE], and the last transition of its episode. */
  transitions: { now: number[]; next: number[]; last: number }[]
}

function told(): Told {
  const replay = new native.Replay({ observationSize: SIZE, actionSize: 1 })
  const transitions: Told['transitions'] = []
  for (const [episode, steps] of lengths.entries()) {
    const o = randomFloats((steps + 1) * SIZE, 60 + episode, 1)
    replay.addEpisode(o, new Float32Array(steps), new Float32Array(steps), episode % 2 === 0)
    const last = transitions.length + steps - 1
    const row = (t: number) => [...o.subarray(t * SIZE, (t + 1) * SIZE)]
    for (let t = 0; t < steps; t++) transitions.push({ now: row(t), next: row(t + 1), last })
  }
  return { replay, transitions }
}

describe('what a learner sees of transitions without a goal', () => {
  const { replay, transitions } = told()

  test.each([false, true])('is what the definition says; distinct transitions: %s', (withoutReplacement) => {
    const [batch, batches, seed] = [300, 4, 11]
    const drawn = replay.draw({ batch, batches, seed, withoutReplacement, episodeEndsTerminal: false, anyGoal: true })
    const [which, aim] = [new RandomStream(seed, 'batch'), new RandomStream(seed, 'goal')]
    const future: boolean[] = []
    for (let b = 0; b < batches; b++) {
      const chosen: number[] = []
      while (chosen.length < batch) {
        const t = which.below(replay.size)
        if (!withoutReplacement || !chosen.includes(t)) chosen.push(t)
      }
      for (const [i, t] of chosen.entries()) {
        const { now, next, last } = transitions[t]!
        future.push(aim.uniform(0, 1) < Math.fround(0.8))
        const of = future.at(-1) ? t + aim.below(last - t + 1) : aim.below(replay.size)
        const goal = transitions[of]!.next.slice(STATES)
        const r = b * batch + i
        const seen = (rows: Float32Array) => [...rows.subarray(r * SIZE, (r + 1) * SIZE)]
        expect(seen(drawn.observation)).toEqual([...now.slice(0, STATES), ...goal])
        expect(seen(drawn.nextObservation)).toEqual([...next.slice(0, STATES), ...goal])
        const tip = next.slice(STATES)
        expect(drawn.reward[r]).toBeCloseTo(-Math.hypot(...tip.map((x, c) => x - goal[c]!)), 6)
      }
    }
    // Four of five, as often as chance lets them: four standard deviations of the count.
    const share = future.filter(Boolean).length / future.length
    expect(Math.abs(share - 0.8)).toBeLessThan(4 * Math.sqrt((0.8 * 0.2) / future.length))
  })

  test('has the ends that are in the data', () => {
    const options = { batch: 200, batches: 1, seed: 2, withoutReplacement: true, episodeEndsTerminal: false }
    expect(replay.draw({ ...options, anyGoal: true }).terminal).toEqual(replay.draw(options).terminal)
  })

  test('needs observations that end with a tool tip', () => {
    const small = new native.Replay({ observationSize: 3, actionSize: 2 })
    small.addEpisode(new Float32Array(6), new Float32Array(2), new Float32Array(1), false)
    expect(() => makeJob(small, anyGoal)).toThrow('must end with the tool tip')
    const options = { batch: 2, batches: 1, seed: 2, withoutReplacement: false, episodeEndsTerminal: false }
    expect(() => small.draw({ ...options, anyGoal: true })).toThrow('do not end with the tool tip')
  })
})

// The roll-out learner draws goals for its roll-outs instead.
const relabelling = learners.filter(({ name }) => name !== 'rollout')
const ways = relabelling.flatMap(({ name, modes }) => modes.map((mode) => [name, mode] as const))
const bytesOf = (job: TrainingJob): Buffer => Buffer.from(job.checkpoint())

describe.each(ways)('%s, %s, to any point', (learner, mode) => {
  const { replay } = told()
  const make = (threads: number) => makeJob(replay, { learner, mode, threads, ...anyGoal })

  test('stopped anywhere and resumed, on one thread or two, it gives the bytes of the uninterrupted run, all finite', async () => {
    const whole = make(2)
    expect((await trainToEnd(whole, 40)).state).toBe('done')
    const stopAt = 1 + Math.floor(Math.random() * 39) // any number must do; it is printed when it does not
    const [first, second] = [make(1), make(1)]
    await trainToEnd(first, stopAt)
    second.restore(first.checkpoint())
    await trainToEnd(second, 40)
    expect(bytesOf(second).equals(bytesOf(whole)), `stopped at ${stopAt}`).toBe(true)
    const numbers = Object.values(second.networks()).flatMap((layers) => layers.flatMap(({ weight, bias }) => [...weight, ...bias]))
    expect(numbers.every(Number.isFinite)).toBe(true)
    for (const job of [whole, first, second]) job.close()
  })
})

test('IQL cannot scale rewards by returns that there are not', () => {
  const settings = { ...smallSettings('iql'), scaleRewards: 1 }
  expect(() => makeJob(told().replay, { learner: 'iql', settings, ...anyGoal })).toThrow('have none without a goal')
})

/** Episodes of one step in which the tool tip jumps to the action: the best action is the goal. */
function jumping(): Replay {
  const replay = new native.Replay({ observationSize: 4, actionSize: 3 })
  const [actions, before] = [randomFloats(3 * 2000, 5, 1), randomFloats(3 * 2000, 6, 1)]
  for (let t = 0; t < 2000; t++) {
    const [action, tip] = [actions.slice(3 * t, 3 * t + 3), before.subarray(3 * t, 3 * t + 3)]
    replay.addEpisode(Float32Array.of(1, ...tip, 1, ...action), action, new Float32Array(1), true)
  }
  return replay
}

/** Mean distance of the policy's actions to the goals that it is told. */
function missed(job: TrainingJob): number {
  const policy = new native.Policy(job.policy())
  policy.reset(1)
  const action = new Float32Array(3)
  const goals = randomFloats(3 * 40, 9, 0.8)
  let sum = 0
  for (let i = 0; i < 40; i++) {
    const goal = goals.subarray(3 * i, 3 * i + 3)
    policy.act(Float32Array.of(1, ...goal), action)
    sum += Math.hypot(...action.map((value, c) => value - goal[c]!)) / 40
  }
  return sum
}

test.each(relabelling.map(({ name }) => name))('%s learns to do what its goal says', async (learner) => {
  const ofCql = learner === 'cql' && { actorLearningRate: 2e-3, cloningUpdates: 0, penaltyWeight: 0.1 }
  const settings = { ...smallSettings(learner), batch: 64, learningRate: 2e-3, ...ofCql }
  const job = makeJob(jumping(), { learner, mode: 'modern', settings, ...anyGoal })
  const before = missed(job)
  await trainToEnd(job, 1500)
  expect(missed(job)).toBeLessThan(0.5 * before)
  job.close()
})
