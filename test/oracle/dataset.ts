import { native } from '../../src/main/platform/native.ts'
import type { Replay } from '../../src/main/platform/native-learn.ts'
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
  /** The next tool tip, m, where observations end with it; not normalised. */
  tip?: number[]
}

export interface Dataset {
  data: Transition[]
  replay: Replay
}

/**
 * Episodes of 2 to 5 steps, every second with a true end: as transitions and as a replay. Some actions are at a bound,
 * as those of saturated explorers are.
 */
export function makeDataset(observationSize = states, actionSize = actions): Dataset {
  const replay = new native.Replay({ observationSize, actionSize })
  const data: Transition[] = []
  for (let episode = 0; episode < 16; episode++) {
    const steps = 2 + ((episode % 7) % 4)
    const terminal = episode % 2 === 0
    const o = randomFloats((steps + 1) * observationSize, 10 + episode, 1)
    const saturated = (value: number) => (Math.abs(value) > 0.95 ? Math.sign(value) : value)
    const a = randomFloats(steps * actionSize, 30 + episode, 1).map(saturated)
    const r = randomFloats(steps, 50 + episode, 1)
    replay.addEpisode(o, a, r, terminal)
    const row = (values: Float32Array, t: number, size: number) => [...values.subarray(t * size, (t + 1) * size)]
    for (let t = 0; t < steps; t++) {
      const end = t === steps - 1
      data.push({
        s: row(o, t, observationSize),
        a: row(a, t, actionSize),
        r: r[t] as number,
        next: row(o, t + 1, observationSize),
        terminal: end && terminal,
        end,
      })
    }
  }
  return { data, replay }
}

/** The same with three more coordinates, which are where the tool tip is. */
export function makeTipDataset(): Dataset {
  const { data, replay } = makeDataset(states + 3)
  return { data: data.map((t) => ({ ...t, tip: t.next.slice(-3) })), replay }
}

/** Mean of each coordinate over the states acted in, and its standard deviation + 1e-3. */
export function normalisation(data: Transition[]): { mean: number[]; deviation: number[] } {
  const mean = (data[0]?.s ?? []).map((_, i) => average(data.map((t) => t.s[i] as number)))
  const square = (m: number, i: number) => average(data.map((t) => ((t.s[i] as number) - m) ** 2))
  return { mean, deviation: mean.map((m, i) => Math.sqrt(square(m, i)) + 1e-3) }
}

/** Observations minus their mean, over their deviation. */
export function normalised(data: Transition[]): Transition[] {
  const { mean, deviation } = normalisation(data)
  const convert = (o: number[]) => o.map((value, i) => (value - (mean[i] as number)) / (deviation[i] as number))
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
