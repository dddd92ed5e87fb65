import { create } from 'zustand'
import { problemOf } from '../../state/api.ts'
import { useCurationStore } from './curation-store.ts'
import type { SelectHow } from './select-how.ts'

interface Marked {
  /** Numbers of the episodes that are selected beside or instead of the row of the cursor. */
  episodes: ReadonlySet<number>
  /** Row from which a range is drawn. */
  anchor: number
  /** A range that is still being read; the newest one counts, however the answers come. */
  drawing: symbol | null
}

const NONE: Marked = { episodes: new Set(), anchor: 0, drawing: null }

const useMarks = create<{ of: Record<string, Marked> }>(() => ({ of: {} }))

export const useMarked = (id: string): ReadonlySet<number> => useMarks((state) => (state.of[id] ?? NONE).episodes)

function setMarked(id: string, marked: Marked): void {
  useMarks.setState(({ of }) => ({ of: { ...of, [id]: marked } }))
}

export const clearMarked = (id: string): void => setMarked(id, NONE)

/** Of the rows of the list as it is shown now. */
export interface ShownRows {
  /** Episode of a row; null while it is not read. */
  episode: (index: number) => number | null
  /** Episodes of the rows [from, to], read when they are not there yet. */
  between: (from: number, to: number) => Promise<number[]>
}

/** Changes the selection as a press on row `index` does; `cursor` is the row that was current before it. */
export async function select(
  id: string,
  rows: ShownRows,
  cursor: number,
  index: number,
  how: SelectHow,
): Promise<void> {
  const now = useMarks.getState().of[id] ?? NONE
  if (how === 'only') return setMarked(id, { episodes: new Set(), anchor: index, drawing: null })
  if (how === 'range') {
    const anchor = now.episodes.size > 0 || now.drawing !== null ? now.anchor : cursor
    const drawing = Symbol('range')
    // Held at once, so that a second press of Shift goes on from the same row.
    setMarked(id, { episodes: now.episodes, anchor, drawing })
    try {
      const episodes = await rows.between(Math.min(anchor, index), Math.max(anchor, index))
      if (useMarks.getState().of[id]?.drawing !== drawing) return
      return setMarked(id, { episodes: new Set(episodes), anchor, drawing: null })
    } catch (error) {
      return useCurationStore.setState({ problem: problemOf(error) })
    }
  }
  const pressed = rows.episode(index)
  const current = rows.episode(cursor)
  if (pressed === null) return
  // The row of the cursor was selected without a mark.
  const episodes = new Set(now.episodes.size === 0 && current !== null ? [current] : now.episodes)
  if (!episodes.delete(pressed)) episodes.add(pressed)
  setMarked(id, { episodes, anchor: index, drawing: null })
}
