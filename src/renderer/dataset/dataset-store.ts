import { create } from 'zustand'
import { WORST_FIRST } from '../../contract/dataset.ts'
import type { DatasetSummary, EndReason, EpisodeSort } from '../../contract/dataset.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Task } from '../../contract/task.ts'
import { api, problemOf } from '../state/api.ts'
import type { DatasetOrder } from './dataset-order.ts'

export type DatasetView = 'episodes' | 'coverage' | 'timeline'

/** Which values stand beside number, length, end and concern. */
export type EpisodeColumns = 'supervisor' | 'causes' | 'motion' | 'return'

/** How a person looks at one dataset; kept while the window is open, so that coming back from an episode is coming back. */
export type Browse = {
  view: DatasetView
  /** Id of the dataset beside whose coverage this one's stands; null for none. */
  compare: string | null
  sort: EpisodeSort
  columns: EpisodeColumns
  /** Only episodes that ended so, or those that a person left out; null shows all. */
  show: EndReason | 'excluded' | null
  /** Words that an episode must have, or its number. */
  find: string
  /** Whose returns are shown; null for none. */
  task: Task | null
  /** Place of the selected row in this order, from 0. */
  index: number
}

const FIRST_LOOK: Browse = {
  view: 'episodes',
  compare: null,
  sort: WORST_FIRST,
  columns: 'supervisor',
  show: null,
  find: '',
  task: null,
  index: 0,
}

interface DatasetState {
  /** Null until the first list arrived. */
  datasets: DatasetSummary[] | null
  problem: Problem | null
  search: string
  order: DatasetOrder
  browsing: Record<string, Browse>
}

export const useDatasets = create<DatasetState>(() => ({
  datasets: null,
  problem: null,
  search: '',
  order: 'newest',
  browsing: {},
}))

/** Feeds the store while a screen is open. Returns the function that ends it. */
export function openDatasetFeed(): () => void {
  const feed = api.dataset.list.subscribe(undefined, {
    onData: (datasets) => useDatasets.setState({ datasets, problem: null }),
    onError: (error) => useDatasets.setState({ problem: problemOf(error) }),
  })
  return () => feed.unsubscribe()
}

export const useBrowse = (id: string): Browse => useDatasets((state) => state.browsing[id] ?? FIRST_LOOK)

export function browse(id: string, change: Partial<Browse>): void {
  useDatasets.setState(({ browsing }) => ({
    browsing: { ...browsing, [id]: { ...(browsing[id] ?? FIRST_LOOK), ...change } },
  }))
}

const NEXT_VIEW: Record<DatasetView, DatasetView> = {
  episodes: 'coverage',
  coverage: 'timeline',
  timeline: 'episodes',
}

/** Goes on to the next view of a dataset, and to the first after the last. */
export function showNextView(id: string): void {
  const { view } = useDatasets.getState().browsing[id] ?? FIRST_LOOK
  browse(id, { view: NEXT_VIEW[view] })
}
