import { api } from './api.ts'
import { useStation } from './station-store.ts'

/** A station that is this many answers behind gets no more until it caught up: old heartbeats prove nothing. */
const MOST_UNDERWAY = 3

/**
 * Tells the station 10 times a second that this window lives. The worker only keeps time: the call is made here, so
 * that a hung window falls silent and the supervisor stops the arm. Returns the way to end it.
 */
export function startHeartbeat(): () => void {
  const clock = new Worker(new URL('./heartbeat-clock.ts', import.meta.url), { type: 'module' })
  let underway = 0
  clock.onmessage = () => {
    if (useStation.getState().link !== 'up' || underway >= MOST_UNDERWAY) return
    underway++
    api.robot.heartbeat
      .mutate()
      // A failed heartbeat is told by the link's own state; the supervisor acts on the silence.
      .catch(() => undefined)
      .finally(() => underway--)
  }
  return () => clock.terminate()
}
