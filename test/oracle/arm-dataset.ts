import { armModel } from '../../src/main/platform/arm-model.ts'
import { native } from '../../src/main/platform/native.ts'
import { randomFloats } from '../native/nn/random-floats.ts'
import type { Dataset, Transition } from './dataset.ts'

const JOINTS = 7

/** Joints nearer to a limit than this are slowed by the supervisor, or may be within a step, rad. */
const SLOWED = 0.25

/**
 * An arm around home, in episodes of 3 to 7 steps: free but for every fifth state, where joint 1 is near its limit.
 * Observations are seven angles and seven velocities, in the replay with three numbers behind them where `tips` says so.
 */
export function makeArmDataset(tips = false): Dataset {
  const { home, limits } = armModel()
  const replay = new native.Replay({ observationSize: 2 * JOINTS + (tips ? 3 : 0), actionSize: JOINTS })
  const data: Transition[] = []
  for (let episode = 0; episode < 14; episode++) {
    const steps = 3 + (episode % 5)
    const terminal = episode % 2 === 0
    const drawn = randomFloats((steps + 1) * 2 * JOINTS, 100 + episode, 1)
    const o = drawn.map((value, at) => {
      const [t, i] = [Math.floor(at / (2 * JOINTS)), at % (2 * JOINTS)]
      if (i >= JOINTS) return 0.5 * value
      if (i === 0 && (episode + t) % 5 === 4) return (limits.qMax[0] as number) - 0.1
      return (home[i] as number) + 0.15 * value
    })
    const a = randomFloats(steps * JOINTS, 200 + episode, 1)
    const r = randomFloats(steps, 300 + episode, 1)
    replay.addEpisode(tips ? withTips(o) : o, a, r, terminal)
    const row = (values: Float32Array, t: number, size: number) => [...values.subarray(t * size, (t + 1) * size)]
    for (let t = 0; t < steps; t++)
      data.push({
        s: row(o, t, 2 * JOINTS),
        a: row(a, t, JOINTS),
        r: r[t] as number,
        next: row(o, t + 1, 2 * JOINTS),
        terminal: t === steps - 1 && terminal,
        end: t === steps - 1,
      })
  }
  return { data, replay }
}

/** Three numbers behind each observation that no arm shows: who goes by them instead of its angles is found out. */
function withTips(o: Float32Array): Float32Array {
  const rows = Array.from({ length: o.length / (2 * JOINTS) }, (_, t) => [
    ...o.subarray(14 * t, 14 * (t + 1)),
    t,
    -t,
    9,
  ])
  return Float32Array.from(rows.flat())
}

/** The transitions of this dataset in which nothing slows the arm, and those of them in the first `steps` of episodes. */
export function freeOf(data: Transition[], steps: number): { all: Transition[]; first: Transition[] } {
  const { limits } = armModel()
  let begin = 0
  const place = data.map((_, t) => {
    if (t > 0 && data[t - 1]?.end) begin = t
    return t - begin
  })
  const free = (t: Transition) => !t.end && (t.s[0] as number) < (limits.qMax[0] as number) - SLOWED
  return { all: data.filter(free), first: data.filter((t, i) => free(t) && (place[i] as number) < steps) }
}
