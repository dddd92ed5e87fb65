import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'

/** What linked plots share; x is in the unit of their common axis. */
export type PlotCursorState = {
  /** Where the cursor stands; null shows none. */
  at: number | null
  /** Where the mouse points; null when it is elsewhere. */
  hover: number | null
  /** Part of the axis that is shown; null shows all of it. */
  zoom: readonly [from: number, to: number] | null
}

export type PlotCursor = StoreApi<PlotCursorState>

export const createPlotCursor = (at: number | null = null): PlotCursor =>
  createStore<PlotCursorState>()(() => ({ at, hover: null, zoom: null }))

/** One value of a cursor; the component renders again when it changes. */
export const usePlotCursor = <T>(cursor: PlotCursor, pick: (state: PlotCursorState) => T): T => useStore(cursor, pick)
