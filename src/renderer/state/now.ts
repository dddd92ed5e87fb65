import { useSyncExternalStore } from 'react'

/** Numbers and ages on screen are replaced four times a second; faster cannot be read. */
const PERIOD_MS = 250

let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const tell of listeners) tell()
  }, PERIOD_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Milliseconds since the epoch, replaced at 4 Hz; every reader gets the same instant. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
