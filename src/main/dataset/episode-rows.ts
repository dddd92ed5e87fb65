import type Database from 'better-sqlite3'
import { endReasonSchema } from '../../contract/dataset.ts'
import type { EndReason, EpisodeRow, EpisodeSort } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import { concerns } from './browse/concern.ts'
import type { Curation } from './curation/curation-fold.ts'
import { filterEpisodes, sortEpisodes } from './browse/episode-list.ts'
import type { EpisodeFilter, ListedRow } from './browse/episode-list.ts'
import { NOT_MEASURED } from './browse/known-measures.ts'
import type { KnownMeasures } from './browse/known-measures.ts'

/** The small columns of `episode` as SQLite returns them. */
export interface StoredEpisode {
  episode: number
  steps: number
  end_reason: string
  end_message: string
  stop_code: string
  stop_title: string
  started_at_ms: number
  slowed_steps: number
  clipped_steps: number
  late_ticks: number
  new_cells: number
}

export const ROW_COLUMNS = `episode, steps, end_reason, end_message, stop_code, stop_title, started_at_ms, slowed_steps,
  clipped_steps, late_ticks, new_cells`

/** Which part of a list is wanted. */
export interface EpisodePageQuery extends EpisodeFilter {
  sort: EpisodeSort
  offset: number
  limit: number
}

export interface EpisodePage {
  rows: EpisodeRow[]
  total: number
}

/** What the rows are made of: the same stamp, the same rows. */
export interface ListedState {
  stamp: string
  curation: Curation
}

interface Ranking {
  stamp: string
  rows: ListedRow[]
  measured: KnownMeasures
  sorted: Map<string, ListedRow[]>
}

/** The list of all recorded episodes of an open dataset, with concern, measures and curation; kept until one is added. */
export class EpisodeRows {
  private readonly db: Database.Database
  private readonly path: string
  private ranking: Ranking | null = null

  constructor(db: Database.Database, path: string) {
    this.db = db
    this.path = path
  }

  /** Rows [offset, offset + limit) of the sorted list of those that pass the filter, and how many it has. */
  page({ sort, offset, limit, ...filter }: EpisodePageQuery, measured: KnownMeasures, state: ListedState): EpisodePage {
    const ranking = this.ranked(state)
    if (measured !== ranking.measured) this.takeMeasures(ranking, measured)
    const key = `${sort.by} ${sort.descending}`
    const sorted = ranking.sorted.get(key) ?? sortEpisodes(ranking.rows, sort)
    ranking.sorted.set(key, sorted)
    const wanted = filterEpisodes(sorted, filter)
    return { rows: wanted.slice(offset, offset + limit).map((row) => this.withSpeed(row)), total: wanted.length }
  }

  /** One row; null when there is no such episode. */
  row(episode: number, state: ListedState): EpisodeRow | null {
    const row = this.ranked(state).rows.find((each) => each.episode === episode)
    return row ? this.withSpeed(row) : null
  }

  private takeMeasures(ranking: Ranking, { measures, returns }: KnownMeasures): void {
    for (const row of ranking.rows) {
      row.measures = measures.get(row.episode) ?? null
      row.taskReturn = returns.get(row.episode) ?? null
    }
    ranking.sorted.clear()
  }

  private withSpeed(row: ListedRow): EpisodeRow {
    const speeds = this.db.prepare<[number], Buffer>('SELECT speed FROM episode WHERE episode = ?').pluck()
    const blob = speeds.get(row.episode)
    const speed: number[] = []
    for (let at = 0; blob && at < blob.byteLength; at += 4) speed.push(blob.readFloatLE(at))
    return { ...row, speed }
  }

  /** All rows with their concern; computed again only when an episode was added. */
  private ranked({ stamp, curation }: ListedState): Ranking {
    if (this.ranking?.stamp === stamp) return this.ranking
    const stored = this.db.prepare<[], StoredEpisode>(`SELECT ${ROW_COLUMNS} FROM episode ORDER BY episode`).all()
    const plain = stored.map((row) => this.episodeRow(row))
    const judged = concerns(plain)
    const rows = plain.map((row, i) => ({ ...row, ...judged[i]!, ...curatedRow(curation, row.episode) }))
    this.ranking = { stamp, rows, measured: NOT_MEASURED, sorted: new Map() }
    return this.ranking
  }

  private episodeRow(row: StoredEpisode): Omit<ListedRow, 'concern' | 'outliers' | keyof CuratedRow> {
    return {
      episode: row.episode,
      steps: row.steps,
      endReason: endReasonOf(this.path, row),
      endMessage: row.end_message,
      startedAt: row.started_at_ms,
      slowedSteps: row.slowed_steps,
      clippedSteps: row.clipped_steps,
      lateTicks: row.late_ticks,
      newCells: row.new_cells,
      measures: null,
      taskReturn: null,
    }
  }
}

/** Refuses with `dataset-damaged` a word that is no end reason. */
export function endReasonOf(
  path: string,
  { episode, end_reason }: Pick<StoredEpisode, 'episode' | 'end_reason'>,
): EndReason {
  const parsed = endReasonSchema.safeParse(end_reason)
  if (parsed.success) return parsed.data
  throw refusal(
    'dataset-damaged',
    `Episode ${episode} of ${path} has an unknown end reason "${end_reason}". The file is unchanged.`,
    'Restore the file from a backup.',
  )
}

type CuratedRow = Pick<EpisodeRow, 'excluded' | 'kept' | 'tags' | 'note'>

function curatedRow({ excluded, trims, episodeTags, episodeNotes }: Curation, episode: number): CuratedRow {
  return {
    excluded: excluded.has(episode),
    kept: trims.get(episode) ?? null,
    tags: [...(episodeTags.get(episode) ?? [])],
    note: episodeNotes.get(episode) ?? '',
  }
}
