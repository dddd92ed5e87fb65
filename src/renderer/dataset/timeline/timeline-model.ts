import { unpackUint32 } from '../../../contract/packed.ts'
import type { EndReason } from '../../../contract/dataset.ts'
import { endReasonSchema } from '../../../contract/dataset.ts'
import type { Timeline } from '../../../contract/timeline.ts'

/** What is on screen: transitions [from, from + span), fractions included. */
export type Window = { from: number; span: number }

/** The least that is shown at once. */
const LEAST_SPAN = 40

/** A timeline as the window keeps it. */
export type OpenTimeline = Omit<Timeline, 'episodes' | 'starts' | 'ends'> & {
  /** Numbers of the episodes in order. */
  episodes: Uint32Array
  /** First transition of each. */
  starts: Uint32Array
  ends: readonly EndReason[]
}

export function openTimeline({ episodes, starts, ends, ...rest }: Timeline): OpenTimeline {
  const reasons = endReasonSchema.options
  return {
    ...rest,
    episodes: unpackUint32(episodes),
    starts: unpackUint32(starts),
    ends: Array.from(unpackUint32(ends), (i) => reasons[i] ?? 'crash'),
  }
}

/** Index of the episode that a transition belongs to. */
export function episodeIndexAt({ starts }: Pick<OpenTimeline, 'starts'>, transition: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? Infinity) <= transition) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}

/** Keeps a window inside the timeline and not too narrow. */
export function clampWindow({ from, span }: Window, transitions: number): Window {
  const kept = Math.min(Math.max(span, Math.min(LEAST_SPAN, transitions)), transitions)
  return { from: Math.min(Math.max(0, from), transitions - kept), span: kept }
}

/** Zooms by a factor (> 1: farther away) with the transition `about` staying where it is. */
export function zoomed({ from, span }: Window, factor: number, about: number, transitions: number): Window {
  const kept = clampWindow({ from, span: span * factor }, transitions).span
  return clampWindow({ from: about - ((about - from) * kept) / span, span: kept }, transitions)
}

/** A window that follows a playing cursor: it turns the page before the cursor leaves it. */
export function followed(window: Window, cursor: number, transitions: number): Window {
  const { from, span } = window
  if (cursor >= from && cursor < from + 0.92 * span) return window
  return clampWindow({ from: cursor - 0.08 * span, span }, transitions)
}

/** Level whose buckets are about a pixel wide and not wider. */
export function levelFor(transitionsPerPixel: number, factor: number, levels: number): number {
  return Math.min(levels, Math.max(0, Math.floor(Math.log(transitionsPerPixel) / Math.log(factor) + 1e-9)))
}
