import { RandomStream } from '../platform/random-stream.ts'

/** Share of the scores that is left out at each end. */
const CUT = 0.25
const CONFIDENCE = 0.95
export const RESAMPLES = 2000

/** An aggregate of the scores of several runs with its 95 % interval; the interval is null where every task has one run. */
export interface Aggregate {
  value: number
  low: number | null
  high: number | null
}

/**
 * Mean of the middle half of all scores (Agarwal, Schwarzer, Castro, Courville, Bellemare 2021, "Deep reinforcement
 * learning at the edge of the statistical precipice"): of n sorted scores the floor(n / 4) smallest and largest are left
 * out. NaN of none.
 */
export function interquartileMean(scores: readonly number[]): number {
  return middleMean(Float64Array.from(scores))
}

/**
 * Interquartile mean over tasks and runs with a stratified bootstrap percentile interval (same source): every resample
 * draws the runs of each task anew, with replacement, within that task.
 *
 * @param tasks scores of the runs of each task; tasks may have different numbers of runs
 * @param seed of the resampling: the same scores give the same interval
 */
export function aggregate(tasks: readonly (readonly number[])[], seed = 0): Aggregate {
  const scores = Float64Array.from(tasks.flat())
  const value = middleMean(Float64Array.from(scores))
  if (tasks.every((runs) => runs.length < 2)) return { value, low: null, high: null }
  const picks = resamplesOf(
    tasks.map((runs) => runs.length),
    seed,
  )
  const drawn = new Float64Array(scores.length)
  const means = new Float64Array(RESAMPLES)
  for (let resample = 0, at = 0; resample < RESAMPLES; resample++) {
    for (let i = 0; i < drawn.length; i++) drawn[i] = scores[picks[at++]!]!
    means[resample] = middleMean(drawn)
  }
  means.sort()
  return { value, low: quantile(means, (1 - CONFIDENCE) / 2), high: quantile(means, (1 + CONFIDENCE) / 2) }
}

/** Sorts its argument. */
function middleMean(scores: Float64Array): number {
  scores.sort()
  const cut = Math.floor(CUT * scores.length)
  let sum = 0
  for (let i = cut; i < scores.length - cut; i++) sum += scores[i]!
  return sum / (scores.length - 2 * cut)
}

/** Between the two nearest values, linear in their ranks. `sorted` has at least one. */
export function quantile(sorted: Float64Array, share: number): number {
  const rank = share * (sorted.length - 1)
  const below = Math.floor(rank)
  const low = sorted[below]!
  return low + (rank - below) * ((sorted[below + 1] ?? low) - low)
}

const known = new Map<string, Uint32Array>()

/** Indices of the drawn scores, resample by resample. All points of a curve are resampled alike: bands then have no jitter. */
function resamplesOf(runsOfTasks: readonly number[], seed: number): Uint32Array {
  const key = `${seed} ${runsOfTasks.join()}`
  const before = known.get(key)
  if (before) return before
  const stream = new RandomStream(seed, 'bootstrap')
  const total = runsOfTasks.reduce((sum, runs) => sum + runs, 0)
  const picks = new Uint32Array(RESAMPLES * total)
  for (let resample = 0, at = 0; resample < RESAMPLES; resample++) {
    let first = 0
    for (const runs of runsOfTasks) {
      for (let i = 0; i < runs; i++) picks[at++] = first + Math.floor((stream.next() / 2 ** 32) * runs)
      first += runs
    }
  }
  known.set(key, picks)
  return picks
}
