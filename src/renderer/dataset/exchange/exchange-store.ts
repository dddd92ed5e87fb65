import { create } from 'zustand'
import type { ExchangeJob } from '../../../contract/exchange-job.ts'
import { api } from '../../state/api.ts'

/** Exports and imports of the station, newest first; they outlive this window. */
export const useExchange = create<{ jobs: readonly ExchangeJob[] }>(() => ({ jobs: [] }))

/** Feeds the store while a screen is open. Returns the function that ends it. */
export function openExchangeFeed(): () => void {
  const feed = api.exchange.jobs.subscribe(undefined, {
    onData: (jobs) => useExchange.setState({ jobs }),
    // A lost station says so itself; the lines stay as they were last known.
    onError: () => undefined,
  })
  return () => feed.unsubscribe()
}
