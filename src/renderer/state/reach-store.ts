import { create } from 'zustand'
import type { ReachOfBox } from '../../contract/dataset-coverage.ts'
import { api } from './api.ts'

/** How much of the allowed box the tool tip can reach; null while not read. */
export const useReach = create<{ reach: ReachOfBox | null }>()(() => ({ reach: null }))

/** Reads it when it is not known. Without it shares are those of the whole box, and said to be. */
export async function readReach(): Promise<void> {
  if (useReach.getState().reach === null) useReach.setState({ reach: await api.dataset.reach.query() })
}
