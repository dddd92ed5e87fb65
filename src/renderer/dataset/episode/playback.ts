import { useCallback, useEffect, useState } from 'react'
import type { PlotCursor } from '../../plot/plot-cursor.ts'

/** Speeds a person can choose, times the recorded rate. */
export const SPEEDS = [0.1, 0.5, 1, 2, 8] as const
/** Steps of the keys - and +. */
const KEY_SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8] as const

export type Playback = {
  playing: boolean
  speed: number
  toggle: () => void
  setSpeed: (speed: number) => void
  slower: () => void
  faster: () => void
}

/** Moves the cursor with the clock, at the rate at which the episode was recorded times `speed`. */
export function usePlayback(cursor: PlotCursor, duration: number): Playback {
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState(1)
  useEffect(() => {
    if (!playing) return
    let frame = 0
    let before = performance.now()
    const advance = (now: number): void => {
      const at = (cursor.getState().at ?? 0) + ((now - before) / 1000) * speed
      before = now
      cursor.setState({ at: Math.min(at, duration) })
      if (at >= duration) setPlaying(false)
      else frame = requestAnimationFrame(advance)
    }
    frame = requestAnimationFrame((now) => {
      before = now
      advance(now)
    })
    return () => cancelAnimationFrame(frame)
  }, [cursor, duration, playing, speed])
  const toggle = useCallback(() => {
    // At the end, Play starts over.
    if (!playing && (cursor.getState().at ?? 0) >= duration) cursor.setState({ at: 0 })
    setPlaying(!playing)
  }, [cursor, duration, playing])
  const slower = useCallback(() => setSpeed((now) => KEY_SPEEDS.findLast((each) => each < now) ?? now), [])
  const faster = useCallback(() => setSpeed((now) => KEY_SPEEDS.find((each) => each > now) ?? now), [])
  return { playing, speed, toggle, setSpeed, slower, faster }
}
