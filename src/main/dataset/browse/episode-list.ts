import { interventionSteps } from '../../../contract/step-flags.ts'
import type { EndReason, EpisodeRow, EpisodeSort, EpisodeSortKey } from '../../../contract/dataset.ts'

/** A row without its sparkline, which is read for the rows of one page only. */
export type ListedRow = Omit<EpisodeRow, 'speed'>

/** Which rows a list shows. */
export interface EpisodeFilter {
  endReason?: EndReason | undefined
  onlyExcluded?: boolean | undefined
  /** Number of an episode, or words of its end, tags or note; every word must be there. */
  search?: string | undefined
}

export function filterEpisodes<T extends ListedRow>(rows: readonly T[], filter: EpisodeFilter): readonly T[] {
  const { endReason, onlyExcluded = false, search = '' } = filter
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (endReason === undefined && !onlyExcluded && words.length === 0) return rows
  return rows.filter(
    (row) =>
      (endReason === undefined || row.endReason === endReason) &&
      (!onlyExcluded || row.excluded) &&
      words.every((word) => hasWord(row, word)),
  )
}

function hasWord(row: ListedRow, word: string): boolean {
  if (String(row.episode) === word) return true
  return [row.endReason.replace('-', ' '), row.endMessage, row.note, ...row.tags].some((text) =>
    text.toLowerCase().includes(word),
  )
}

const VALUES: Record<EpisodeSortKey, (row: ListedRow) => number | string | null> = {
  episode: ({ episode }) => episode,
  steps: ({ steps }) => steps,
  endReason: ({ endReason }) => endReason,
  slowed: ({ slowedSteps, steps }) => slowedSteps / steps,
  clipped: ({ clippedSteps, steps }) => clippedSteps / steps,
  late: ({ lateTicks }) => lateTicks,
  newCells: ({ newCells }) => newCells,
  concern: ({ concern }) => concern,
  startedAt: ({ startedAt }) => startedAt,
  jerk: ({ measures }) => measures?.jerk ?? null,
  trackingError: ({ measures }) => measures?.trackingError ?? null,
  taskReturn: ({ taskReturn }) => taskReturn,
  interventions: ({ measures }) => measures && interventionSteps(measures.interventions),
}

/** Sorted by one value; equal ones by their number, those without a value last in either direction. */
export function sortEpisodes<T extends ListedRow>(rows: readonly T[], { by, descending }: EpisodeSort): T[] {
  const valueOf = VALUES[by]
  const keyed = rows.map((row) => ({ row, value: valueOf(row) }))
  const direction = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.value === b.value) return a.row.episode - b.row.episode
    if (a.value === null) return 1
    if (b.value === null) return -1
    return a.value < b.value ? -direction : direction
  })
  return keyed.map(({ row }) => row)
}
