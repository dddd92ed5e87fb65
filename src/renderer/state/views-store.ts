import { create } from 'zustand'
import type { DatasetSummary } from '../../contract/dataset.ts'
import type { ViewSummary } from '../../contract/view.ts'
import { api } from './api.ts'

/** Views of datasets, newest first; null until the first list arrived. */
export const useViews = create<{ views: ViewSummary[] | null }>(() => ({ views: null }))

/** Feeds the store while a screen is open. Returns the function that ends it. */
export function openViewFeed(): () => void {
  const feed = api.curation.views.subscribe(undefined, {
    onData: (views) => useViews.setState({ views }),
    // The last list stays; the link tells by itself when the station is lost.
    onError: () => undefined,
  })
  return () => feed.unsubscribe()
}

/** A view as a training is offered it: like a dataset that holds what the view takes. */
export function viewAsDataset({ path, view, counts }: ViewSummary): DatasetSummary {
  const explorers = new Set(counts.sources.map(({ explorer }) => explorer))
  return {
    id: view.id,
    name: view.name,
    path,
    world: counts.sources[0]?.world ?? '',
    explorer: [...explorers].join('+'),
    mode: '',
    seed: 0,
    transitions: counts.transitions,
    target: counts.transitions,
    episodes: counts.episodes,
    excludedEpisodes: 0,
    trimmedEpisodes: 0,
    leftOutTransitions: 0,
    tags: [],
    curation: 0,
    bytes: 0,
    state: counts.problem ? 'missing' : 'ready',
    createdAt: view.createdAt,
    updatedAt: view.createdAt,
    problem: counts.problem,
  }
}
