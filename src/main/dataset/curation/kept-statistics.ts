import type Database from 'better-sqlite3'
import type { KeptCounts } from '../../../contract/curation.ts'
import { StepFlag } from '../../../contract/dataset.ts'
import type { DatasetDetail, EndReason } from '../../../contract/dataset.ts'
import type { Curation } from './curation-fold.ts'
import { keptRange } from './kept-range.ts'

type Sums = Pick<DatasetDetail, 'lateTicks' | 'slowedSteps' | 'clippedSteps' | 'length' | 'endReasons' | 'return'>

export interface KeptStatistics extends Sums {
  counts: KeptCounts
  /** Of all recorded episodes, also of those that are left out. */
  recordedEndReasons: Record<string, number>
}

/** What a trimmed episode adds; its row counts the whole episode, so its blobs are counted again. */
interface Part {
  steps: number
  lateTicks: number
  slowedSteps: number
  clippedSteps: number
  endReason: EndReason
  return: number
}

interface WholeSums {
  episodes: number
  transitions: number
  lateTicks: number
  slowedSteps: number
  clippedSteps: number
  longest: number
}

/** Counts of what is kept of a dataset: sums over the rows of whole episodes, and the trimmed ones counted anew. */
export function keptStatistics(db: Database.Database, curation: Curation, hasReward: boolean): KeptStatistics {
  const notWhole = JSON.stringify([...new Set([...curation.excluded, ...curation.trims.keys()])])
  const whole = sumsOfWhole(db, notWhole)
  const parts = trimmedParts(db, curation, hasReward)
  const transitions = whole.transitions + sum(parts, ({ steps }) => steps)
  const episodes = whole.episodes + parts.length
  const recordedEndReasons = endReasons(db, '[]')
  const recorded = db
    .prepare<[], { episodes: number; transitions: number }>(
      'SELECT count(*) AS episodes, coalesce(sum(steps), 0) AS transitions FROM episode',
    )
    .get()!
  return {
    counts: {
      episodes,
      transitions,
      excludedEpisodes: recorded.episodes - episodes,
      trimmedEpisodes: parts.length,
      leftOutTransitions: recorded.transitions - transitions,
    },
    lateTicks: whole.lateTicks + sum(parts, ({ lateTicks }) => lateTicks),
    slowedSteps: whole.slowedSteps + sum(parts, ({ slowedSteps }) => slowedSteps),
    clippedSteps: whole.clippedSteps + sum(parts, ({ clippedSteps }) => clippedSteps),
    length: {
      mean: episodes === 0 ? 0 : transitions / episodes,
      max: parts.reduce((longest, { steps }) => Math.max(longest, steps), whole.longest),
    },
    endReasons: withParts(endReasons(db, notWhole), parts),
    recordedEndReasons,
    return: hasReward ? returns(db, notWhole, parts) : null,
  }
}

const WHOLE = 'episode NOT IN (SELECT value FROM json_each(?))'

function sumsOfWhole(db: Database.Database, notWhole: string): WholeSums {
  return db
    .prepare<[string], WholeSums>(
      `SELECT count(*) AS episodes, coalesce(sum(steps), 0) AS transitions, coalesce(sum(late_ticks), 0) AS lateTicks,
        coalesce(sum(slowed_steps), 0) AS slowedSteps, coalesce(sum(clipped_steps), 0) AS clippedSteps,
        coalesce(max(steps), 0) AS longest FROM episode WHERE ${WHOLE}`,
    )
    .get(notWhole)!
}

function endReasons(db: Database.Database, without: string): Record<string, number> {
  const rows = db
    .prepare<[string], { end_reason: string; n: number }>(
      `SELECT end_reason, count(*) AS n FROM episode WHERE ${WHOLE} GROUP BY end_reason`,
    )
    .all(without)
  return Object.fromEntries(rows.map((row) => [row.end_reason, row.n]))
}

function withParts(counts: Record<string, number>, parts: readonly Part[]): Record<string, number> {
  const all = { ...counts }
  for (const { endReason } of parts) all[endReason] = (all[endReason] ?? 0) + 1
  return all
}

/** Mean and standard deviation of the episodes' own returns; null without episodes. */
function returns(db: Database.Database, notWhole: string, parts: readonly Part[]): DatasetDetail['return'] {
  const whole = db
    .prepare<[string], { n: number; sum: number; square: number }>(
      `SELECT count(*) AS n, coalesce(sum(return), 0) AS sum, coalesce(sum(return * return), 0) AS square FROM episode_simulation WHERE ${WHOLE}`,
    )
    .get(notWhole)!
  const n = whole.n + parts.length
  if (n === 0) return null
  const mean = (whole.sum + sum(parts, (part) => part.return)) / n
  const square = (whole.square + sum(parts, (part) => part.return ** 2)) / n
  return { mean, std: Math.sqrt(Math.max(0, square - mean * mean)) }
}

function trimmedParts(db: Database.Database, curation: Curation, hasReward: boolean): Part[] {
  if (curation.trims.size === 0) return []
  const row = db.prepare<[number], { steps: number; end_reason: EndReason; flags: Buffer }>(
    'SELECT steps, end_reason, flags FROM episode JOIN episode_data USING (episode) WHERE episode = ?',
  )
  const rewards = hasReward
    ? db.prepare<[number], Buffer>('SELECT rewards FROM episode_simulation WHERE episode = ?').pluck()
    : null
  return [...curation.trims.keys()].flatMap((episode) => {
    const stored = row.get(episode)
    const range = stored ? keptRange(curation, { episode, steps: stored.steps }) : null
    if (!stored || !range) return []
    const { from, to } = range
    const earned = rewards?.get(episode)
    let total = 0
    for (let t = from; earned && t < to; t++) total += earned.readFloatLE(4 * t)
    return [
      {
        steps: to - from,
        ...flagCounts(stored.flags, from, to),
        // How it ended as it was recorded, as its row says; for training a trimmed end is a cut.
        endReason: stored.end_reason,
        return: total,
      },
    ]
  })
}

function flagCounts(flags: Buffer, from: number, to: number): Pick<Part, 'lateTicks' | 'slowedSteps' | 'clippedSteps'> {
  const counts = { lateTicks: 0, slowedSteps: 0, clippedSteps: 0 }
  for (let t = from; t < to; t++) {
    const flag = flags.readUInt32LE(4 * t)
    if (flag & StepFlag.late) counts.lateTicks += 1
    if (flag & StepFlag.slowed) counts.slowedSteps += 1
    if (flag & StepFlag.clipped) counts.clippedSteps += 1
  }
  return counts
}

function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0)
}
