import type { EpisodeSignals } from './episode-signals.ts'
import { isClipped, isLate, isSlowed } from './episode-signals.ts'

/** A run of steps with one flag: from the start of its first step to the end of its last, s. */
export type MarkedSpan = { kind: 'slowed' | 'clipped'; from: number; to: number }

/** Where the supervisor slowed or clipped, in time. A step that is both counts as slowed: that changed the motion. */
export function markedSpans({ times, flags, steps }: EpisodeSignals): MarkedSpan[] {
  const spans: MarkedSpan[] = []
  let open: MarkedSpan | null = null
  for (let t = 0; t < steps; t++) {
    const kind = isSlowed(flags[t] ?? 0) ? 'slowed' : isClipped(flags[t] ?? 0) ? 'clipped' : null
    const to = times[t + 1] ?? 0
    if (open && open.kind === kind) open.to = to
    else if (kind) {
      open = { kind, from: times[t] ?? 0, to }
      spans.push(open)
    } else open = null
  }
  return spans
}

/** Times of late ticks, s. */
export function lateTimes({ times, flags, steps }: EpisodeSignals): number[] {
  const late: number[] = []
  for (let t = 0; t < steps; t++) if (isLate(flags[t] ?? 0)) late.push(times[t] ?? 0)
  return late
}

/** Where the cursor jumps to: starts of spans, late ticks, and the end; rising, each once. */
export function markTimes(signals: EpisodeSignals): number[] {
  const starts = markedSpans(signals).map(({ from }) => from)
  const all = new Set([...starts, ...lateTimes(signals), signals.times[signals.steps] ?? 0])
  return [...all].sort((a, b) => a - b)
}

/** The next mark after a time, or the last before it; null when there is none. */
export function nextMark(marks: readonly number[], at: number, direction: 1 | -1): number | null {
  const found = direction > 0 ? marks.find((mark) => mark > at + 1e-9) : marks.findLast((mark) => mark < at - 1e-9)
  return found ?? null
}
