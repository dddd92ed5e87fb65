import { create } from 'zustand'
import type { Problem } from '../../contract/problem.ts'

/** Whether the station behind this window answers. */
export type StationLink = 'connecting' | 'up' | 'lost'

interface StationStore {
  link: StationLink
  /** Since when the link is in this state, ms since the epoch. */
  since: number
  /** Why the last STOP could not be delivered; null when it was, or none was pressed. */
  stopProblem: Problem | null
  /** Free bytes on the data disk; null when not read yet. */
  diskFree: number | null
  version: string
}

export const useStation = create<StationStore>()(() => ({
  link: 'connecting',
  since: Date.now(),
  stopProblem: null,
  diskFree: null,
  version: '',
}))

/** `forMs`: how long it has been so already. */
export function setStationLink(link: StationLink, forMs = 0): void {
  if (useStation.getState().link === link) return
  useStation.setState({ link, since: Date.now() - forMs })
}
