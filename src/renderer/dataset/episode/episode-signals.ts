import type { EpisodeDetail } from '../../../contract/dataset.ts'
import { StepFlag } from '../../../contract/dataset.ts'
import { unpackFloat32, unpackFloat64, unpackUint32 } from '../../../contract/packed.ts'

/** One episode as the screen draws it. T = steps, S and A = sizes of observation and action. */
export type EpisodeSignals = {
  steps: number
  /** [T + 1], s since the first tick. */
  times: Float64Array
  /** [T + 1, S]; for the arm q1..q7 rad, dq1..dq7 rad/s. */
  observations: Float32Array
  observationSize: number
  /** [T, A], action units. */
  asked: Float32Array
  sent: Float32Array
  actionSize: number
  /** [A], value of action = 1. */
  actionScale: readonly number[]
  /** [T + 1, 3], m, base frame. */
  tooltip: Float32Array
  /** [T], StepFlag bits. */
  flags: Uint32Array
  stepPeriodS: number
}

export function readSignals(detail: EpisodeDetail): EpisodeSignals {
  return {
    steps: detail.row.steps,
    times: unpackFloat64(detail.tickTimes),
    observations: unpackFloat32(detail.observations),
    observationSize: detail.observationSize,
    asked: unpackFloat32(detail.policyActions),
    sent: unpackFloat32(detail.sentActions),
    actionSize: detail.actionSize,
    actionScale: detail.actionScale,
    tooltip: unpackFloat32(detail.tooltip),
    flags: unpackUint32(detail.flags),
    stepPeriodS: detail.stepPeriodS,
  }
}

/** Duration of the episode, s. */
export const durationOf = ({ times, steps }: EpisodeSignals): number => times[steps] ?? 0

/** Step (0..T) whose state holds at a time: the last tick not after it. */
export function stepAt({ times, steps }: Pick<EpisodeSignals, 'times' | 'steps'>, timeS: number): number {
  let low = 0
  let high = steps
  while (low < high) {
    const middle = (low + high + 1) >> 1
    // The tolerance keeps a cursor that was set to a tick on that tick.
    if ((times[middle] ?? Infinity) <= timeS + 1e-9) low = middle
    else high = middle - 1
  }
  return low
}

/** Joint angles (rad) at a step, for an arm. */
export function jointsAt({ observations, observationSize }: EpisodeSignals, step: number): Float32Array {
  return observations.subarray(step * observationSize, step * observationSize + 7)
}

/** First index of the path of the last `seconds` before a step. */
export function firstWithin(signals: EpisodeSignals, step: number, seconds: number): number {
  return stepAt(signals, Math.max(0, (signals.times[step] ?? 0) - seconds))
}

/** Columns [from, from + count) of a row-major array with `size` columns. */
export function columns(rows: Float32Array, size: number, from: number, count: number): Float32Array {
  const steps = Math.floor(rows.length / size)
  const picked = new Float32Array(steps * count)
  for (let t = 0; t < steps; t++) picked.set(rows.subarray(t * size + from, t * size + from + count), t * count)
  return picked
}

/** Longest time between two ticks, s. */
export function longestStep({ times, steps }: EpisodeSignals): number {
  let longest = 0
  for (let t = 0; t < steps; t++) longest = Math.max(longest, (times[t + 1] ?? 0) - (times[t] ?? 0))
  return longest
}

/** Share of the asked speed that was sent in a step, 0..1; null when nothing was asked. */
export function sentShare({ asked, sent, actionSize }: EpisodeSignals, step: number): number | null {
  let wanted = 0
  let given = 0
  for (let a = 0; a < actionSize; a++) {
    // What lies beyond the clip was never available, so slowing is measured from the clip.
    wanted = Math.max(wanted, Math.abs(Math.min(1, Math.max(-1, asked[step * actionSize + a] ?? 0))))
    given = Math.max(given, Math.abs(sent[step * actionSize + a] ?? 0))
  }
  return wanted > 0 ? Math.min(1, given / wanted) : null
}

/** An asked action beyond this was clipped to it. */
export const CLIP = 1

/** Share of the steps in which each action was asked for beyond the clip. [A] */
export function clippedShares({ asked, actionSize, steps }: EpisodeSignals): number[] {
  return Array.from({ length: actionSize }, (_, a) => {
    let count = 0
    for (let t = 0; t < steps; t++) if (Math.abs(asked[t * actionSize + a] ?? 0) > CLIP) count++
    return steps > 0 ? count / steps : 0
  })
}

export const isSlowed = (flags: number): boolean => (flags & StepFlag.slowed) !== 0
export const isClipped = (flags: number): boolean => (flags & StepFlag.clipped) !== 0
export const isLate = (flags: number): boolean => (flags & StepFlag.late) !== 0
