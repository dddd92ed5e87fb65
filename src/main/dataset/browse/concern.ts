import type { EndReason } from '../../../contract/dataset.ts'

/** The values of an episode from which its concern is computed. */
export interface ConcernInput {
  steps: number
  slowedSteps: number
  clippedSteps: number
  lateTicks: number
  newCells: number
  endReason: string
}

export interface Concern {
  /** 0..100: distance from the usual of this dataset. */
  concern: number
  /** Keys of the values that are at least THRESHOLD away. */
  outliers: string[]
}

/** Distance, in robust standard deviations, from which a value is called an outlier. */
const THRESHOLD = 3
/** Episodes fewer than this have no usual to be compared with. */
const FEWEST = 5

/** +1: more than usual is worse; -1: less than usual is worse. */
const NUMBERS = { steps: -1, slowedSteps: 1, clippedSteps: 1, lateTicks: 1, newCells: -1 } as const
const NUMBER_KEYS = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]
/** Of which a short episode has less. */
const GROWS_WITH_LENGTH: ReadonlySet<string> = new Set(['steps', 'newCells'] satisfies (keyof typeof NUMBERS)[])
/** Ends that nothing went wrong for. */
const USUAL_ENDS: ReadonlySet<string> = new Set(['step-limit', 'terminal', 'reset-interrupted'] satisfies EndReason[])

/**
 * Concern of every episode, in the order given. A number counts by its modified z-score (Iglewicz and Hoaglin 1993:
 * 0.6745 (x - median) / MAD, or (x - median) / (1.2533 mean deviation) where the MAD is 0) towards its worse side; an
 * end reason counts by its rarity, -ln(share). Each counts from one deviation on; they add as a vector. An episode that
 * the target cut is short, and reaches little that is new, by plan: neither counts.
 */
export function concerns(episodes: readonly ConcernInput[]): Concern[] {
  if (episodes.length < FEWEST) return episodes.map(() => ({ concern: 0, outliers: [] }))
  const scales = NUMBER_KEYS.map((key) => ({ key, worse: NUMBERS[key], ...usual(episodes, key) }))
  const rarity = endReasonRarity(episodes)
  return episodes.map((episode) => {
    const outliers: string[] = []
    let squared = 0
    const count = (key: string, score: number): void => {
      if (score >= THRESHOLD) outliers.push(key)
      squared += Math.max(0, score - 1) ** 2
    }
    const byPlan = episode.endReason === 'reset-interrupted'
    for (const { key, worse, median, deviation } of scales) {
      if (byPlan && GROWS_WITH_LENGTH.has(key)) continue
      if (deviation > 0) count(key, (worse * (episode[key] - median)) / deviation)
    }
    count('endReason', rarity.get(episode.endReason) ?? 0)
    return { concern: Math.round(100 * (1 - Math.exp(-Math.sqrt(squared) / 5))), outliers }
  })
}

/** Median and robust standard deviation of one value; deviation 0 when every episode has the same. */
function usual(episodes: readonly ConcernInput[], key: keyof typeof NUMBERS): { median: number; deviation: number } {
  const values = Float64Array.from(episodes, (episode) => episode[key]).sort()
  const median = middle(values)
  const distances = values.map((value) => Math.abs(value - median)).sort()
  const mad = middle(distances)
  if (mad > 0) return { median, deviation: mad / 0.6745 }
  const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length
  return { median, deviation: 1.2533 * mean }
}

function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** -ln(share) of each end reason; 0 for those that are how an episode should end. */
function endReasonRarity(episodes: readonly ConcernInput[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { endReason } of episodes) counts.set(endReason, (counts.get(endReason) ?? 0) + 1)
  return new Map(
    [...counts].map(([reason, n]) => [reason, USUAL_ENDS.has(reason) ? 0 : -Math.log(n / episodes.length)]),
  )
}
