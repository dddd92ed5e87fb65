import { useCallback, useEffect, useState } from 'react'
import type { EpisodeRow } from '../../contract/dataset.ts'
import type { Problem } from '../../contract/problem.ts'
import { api, problemOf } from '../state/api.ts'
import type { Browse } from './dataset-store.ts'

/** Rows asked for at once. */
const PAGE = 100
/** The most that the station gives at once. */
const MOST_AT_ONCE = 1000

type RowsAsk = Omit<Parameters<typeof api.dataset.episodes.query>[0], 'offset' | 'limit'>

type Pages = {
  key: string
  total: number | null
  pages: ReadonlyMap<number, readonly EpisodeRow[]>
  problem: Problem | null
}

export type EpisodeRows = {
  /** Null until the first page came. */
  total: number | null
  /** Null while its page is not read. */
  row: (index: number) => EpisodeRow | null
  /** Episodes of the rows [from, to], also of pages that are not read. */
  between: (from: number, to: number) => Promise<number[]>
  /** Tells which rows are on screen, so that their pages are read. */
  want: (first: number, last: number) => void
  problem: Problem | null
}

/** What decides which rows there are, and in which order. */
export type RowsQuery = Pick<Browse, 'sort' | 'show' | 'find' | 'task'>

/** The episode list of a dataset, read page by page as it is scrolled. */
export function useEpisodeRows(id: string, version: string, { sort, show, find, task }: RowsQuery): EpisodeRows {
  const query = JSON.stringify({
    id,
    sort,
    ...(show === 'excluded' ? { onlyExcluded: true } : show !== null ? { endReason: show } : {}),
    ...(find.trim() !== '' ? { search: find } : {}),
    ...(task !== null ? { task } : {}),
  })
  const key = `${version} ${query}`
  const [kept, setKept] = useState<Pages>({ key, total: null, pages: new Map(), problem: null })
  const [range, setRange] = useState<readonly [number, number]>([0, 0])
  const [first, last] = range
  useEffect(() => {
    let left = false
    for (let page = first; page <= last; page++) {
      if (kept.key === key && kept.pages.has(page)) continue
      const asked = JSON.parse(query) as RowsAsk
      api.dataset.episodes.query({ ...asked, offset: page * PAGE, limit: PAGE }).then(
        ({ rows, total }) => !left && setKept((now) => withPage(now, key, page, rows, total)),
        (error: unknown) => !left && setKept((now) => ({ ...now, key, problem: problemOf(error) })),
      )
    }
    return () => {
      left = true
    }
  }, [query, key, first, last, kept])
  const row = useCallback((index: number) => kept.pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null, [kept])
  const between = useCallback(
    async (from: number, to: number) => {
      const asked = JSON.parse(query) as RowsAsk
      const episodes: number[] = []
      for (let offset = from; offset <= to; offset += MOST_AT_ONCE) {
        const limit = Math.min(MOST_AT_ONCE, to - offset + 1)
        const { rows } = await api.dataset.episodes.query({ ...asked, offset, limit })
        episodes.push(...rows.map(({ episode }) => episode))
      }
      return episodes
    },
    [query],
  )
  const want = useCallback((from: number, to: number) => {
    const pages = [Math.floor(Math.max(0, from) / PAGE), Math.floor(Math.max(0, to) / PAGE)] as const
    setRange((now) => (now[0] === pages[0] && now[1] === pages[1] ? now : pages))
  }, [])
  return { total: kept.total, row, between, want, problem: kept.problem }
}

/** A page of another key starts the list anew; the old rows stay on screen until then. */
function withPage(now: Pages, key: string, page: number, rows: readonly EpisodeRow[], total: number): Pages {
  const pages = new Map(now.key === key ? now.pages : [])
  pages.set(page, rows)
  return { key, total, pages, problem: null }
}
