import { ColumnMoments, ColumnQuantiles, summarize } from '../table/column-statistics.ts'
import type { ColumnSummary } from '../table/column-statistics.ts'
import type { Feature } from './lerobot-features.ts'

type Values = ReturnType<Feature['values']>

export const STATISTICS = ['min', 'max', 'mean', 'std', 'q01', 'q10', 'q50', 'q90', 'q99'] as const

/** Statistics of each dimension of a feature over one episode, exact. */
export function episodeStatistics({ width }: Feature, values: Values): ColumnSummary[] {
  return Array.from({ length: width }, (_, dimension) => {
    const column = new Float64Array(values.length / width)
    for (let t = 0; t < column.length; t++) column[t] = Number(values[t * width + dimension])
    return summarize(column)
  })
}

/**
 * Statistics of each dimension of all features over all frames in two passes: range, mean and deviation, then quantiles.
 */
export class DatasetStatistics {
  readonly #features: readonly Feature[]
  readonly #moments: ColumnMoments[][]
  #quantiles: ColumnQuantiles[][] = []

  constructor(features: readonly Feature[]) {
    this.#features = features
    this.#moments = features.map(({ width }) => Array.from({ length: width }, () => new ColumnMoments()))
  }

  /** First pass: values [T, width] of the feature with this index. */
  add(feature: number, values: Values): void {
    addEach(this.#moments[feature]!, values)
  }

  /** Second pass, over the same values. */
  addAgain(feature: number, values: Values): void {
    if (this.#quantiles.length === 0)
      this.#quantiles = this.#moments.map((columns) => columns.map((each) => new ColumnQuantiles(each)))
    addEach(this.#quantiles[feature]!, values)
  }

  /** Content of `meta/stats.json`. */
  json(): Record<string, Record<string, number[]>> {
    return Object.fromEntries(
      this.#features.map(({ name }, i) => [name, statisticsJson(this.#quantiles[i]!.map((each) => each.summary()))]),
    )
  }
}

function addEach(columns: readonly { add(value: number): void }[], values: Values): void {
  const width = columns.length
  columns.forEach((column, dimension) => {
    for (let at = dimension; at < values.length; at += width) column.add(Number(values[at]))
  })
}

/** Per statistic the list over the dimensions, and one count. */
export function statisticsJson(summaries: readonly ColumnSummary[]): Record<string, number[]> {
  return {
    ...Object.fromEntries(STATISTICS.map((name) => [name, summaries.map((summary) => summary[name])])),
    count: [summaries[0]?.count ?? 0],
  }
}
