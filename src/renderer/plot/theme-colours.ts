import { useSyncExternalStore } from 'react'

/** Colour tokens that canvases draw with; the values come from the style sheet, so that one source serves all. */
export type ColourToken =
  | 'bg'
  | 's1'
  | 's2'
  | 's3'
  | 'line'
  | 'edge'
  | 't1'
  | 't2'
  | 't3'
  | 'accent'
  | 'accent-dim'
  | 'ok'
  | 'warn'
  | 'bad'
  | 'unk'
  | 'd1'
  | 'd2'
  | 'd3'
  | 'd4'
  | 'd5'
  | 'd6'
  | 'd7'
  | 'grid'
  | 'axis'
  | 'arm-a'
  | 'arm-b'
  | 'arm-c'
  | 'arm-edge'
  | 'cloud'
  | 'goal'
  | 'box'

const known = new Map<ColourToken, string>()
const listeners = new Set<() => void>()
let revision = 0
let observer: MutationObserver | null = null

function themeChanged(): void {
  known.clear()
  revision++
  for (const listener of listeners) listener()
}

/** Calls back after the theme changed. Returns the way to stop. */
export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener)
  if (!observer) {
    observer = new MutationObserver(themeChanged)
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  }
  return () => listeners.delete(listener)
}

/** Current value of a token, as CSS writes it, e.g. `#5CC4E0`. */
export function tokenColour(token: ColourToken): string {
  const cached = known.get(token)
  if (cached) return cached
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim()
  // Before the style sheet is there the value is empty and must be asked for again.
  if (value && observer) known.set(token, value)
  return value || '#808080'
}

/** Counts theme changes; a component that reads colours re-renders when it moves on. */
export const useThemeRevision = (): number => useSyncExternalStore(subscribeTheme, () => revision)
