import { native } from '../../src/main/platform/native.ts'
import type { Replay } from '../../src/main/platform/native.ts'
import { randomFloats } from '../native/nn/random-floats.ts'

export const states = 5
export const actions = 3

export interface Transition {
  s: number[]
  a: number[]
  r: number
  next: number[]
  terminal: boolean
  /** The last of its episode, for whatever reason. */
  end: boolean
}

export interface Dataset {
  data: Transition[]
  replay: Replay
}

/**
 * Episodes of 2 to 5 steps, every second with a true end: as transitions and as a replay. Some actions are at a bound,
 * as those of saturated explorers are.
 */
export function makeDataset(): Dataset {
  const replay = new native.Replay({ observationSize: states, actionSize: actions })
  const data: Transition[] = []
  for (let episode = 0; episode < 16; episode++) {
    const steps = 2 + ((episode % 7) % 4)
    const terminal = episode % 2 === 0
    const o = randomFloats((steps + 1) * states, 10 + episode, 1)
    const a = randomFloats(steps * actions, 30 + episode, 1).map((value) =>
      Math.abs(value) > 0.95 ? Math.sign(value) : value,
    )
    const r = randomFloats(steps, 50 + episode, 1)
    replay.addEpisode(o, a, r, terminal)
    const row = (values: Float32Array, t: number, size: number) => [...values.subarray(t * size, (t + 1) * size)]
    for (let t = 0; t < steps; t++) {
      const end = t === steps - 1
      data.push({
        s: row(o, t, states),
        a: row(a, t, actions),
        r: r[t] as number,
        next: row(o, t + 1, states),
        terminal: end && terminal,
        end,
      })
    }
  }
  return { data, replay }
}

/** Observations minus their mean, over their standard deviation + 1e-3; the mean is over the states acted in. */
export function normalised(data: Transition[]): Transition[] {
  const mean = Array.from({ length: states }, (_, i) => average(data.map((t) => t.s[i] as number)))
  const deviation = mean.map((m, i) => Math.sqrt(average(data.map((t) => ((t.s[i] as number) - m) ** 2))))
  const convert = (o: number[]) =>
    o.map((value, i) => (value - (mean[i] as number)) / ((deviation[i] as number) + 1e-3))
  return data.map((t) => ({ ...t, s: convert(t.s), next: convert(t.next) }))
}

/** Largest minus smallest sum of rewards of an episode. */
export function returnRange(data: Transition[]): number {
  const returns = [0]
  for (const t of data) {
    returns.push((returns.pop() as number) + t.r)
    if (t.end) returns.push(0)
  }
  returns.pop()
  return Math.max(...returns) - Math.min(...returns)
}

export function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
