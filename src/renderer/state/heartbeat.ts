import { api } from './api.ts'
import { Silence } from './silence.ts'
import { stationAnswers } from './station-answers.ts'
import { setStationLink, useStation } from './station-store.ts'

/** A station that is this many answers behind gets no more until it caught up: old heartbeats prove nothing. */
const MOST_UNDERWAY = 3
/** A station that leaves heartbeats unanswered for so long is lost, though its socket may still be open. */
const LOST_AFTER_MS = 2000

/**
 * Tells the station 10 times a second that this window lives. The worker only keeps time: the call is made here, so
 * that a hung window falls silent and the supervisor stops the arm. The answers tell that the station lives.
 * Returns the way to end it.
 */
export function startHeartbeat(): () => void {
  const clock = new Worker(new URL('./heartbeat-clock.ts', import.meta.url), { type: 'module' })
  const silence = new Silence()
  let underway = 0
  clock.onmessage = () => {
    const isUp = useStation.getState().link === 'up'
    const silentMs = silence.beat(performance.now(), isUp && underway > 0)
    if (!isUp) return
    if (silentMs >= LOST_AFTER_MS) return setStationLink('lost', silentMs)
    if (underway >= MOST_UNDERWAY) return
    underway++
    api.robot.heartbeat
      .mutate()
      .then(() => {
        silence.answered()
        stationAnswers()
      })
      // A failed heartbeat is told by the link's own state; the supervisor acts on the silence.
      .catch(() => undefined)
      .finally(() => underway--)
  }
  return () => clock.terminate()
}
