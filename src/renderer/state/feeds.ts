import type { IncidentSummary } from '../../contract/incident.ts'
import type { ArmLimits, PreflightItem, RobotEvent, RobotState } from '../../contract/robot.ts'
import type { SessionLive, SessionProgress } from '../../contract/session.ts'
import type { DiskState } from '../../contract/station.ts'
import { api } from './api.ts'
import { receiveRobot, useRobot } from './robot-store.ts'
import { receiveLive, receiveProgress, resetLive } from './session-store.ts'
import { stationAnswers } from './station-answers.ts'
import { setStationLink, useStation } from './station-store.ts'

/** A subscription that ends is opened again after this long. */
const REOPEN_MS = 1000

interface Handlers<T> {
  onData: (value: T) => void
  onError: () => void
  onComplete: () => void
}

/** Keeps one subscription open for the life of the window. Returns the way to close it. */
function keepOpen<T>(
  open: (handlers: Handlers<T>) => { unsubscribe: () => void },
  onData: (value: T) => void,
): () => void {
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: { unsubscribe: () => void } | undefined
  const reopen = () => {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(start, REOPEN_MS)
  }
  const start = () => {
    running = open({ onData, onError: reopen, onComplete: reopen })
  }
  start()
  return () => {
    closed = true
    clearTimeout(timer)
    running?.unsubscribe()
  }
}

/** Fills the stores from the station. Returns the way to end it. */
export function startFeeds(): () => void {
  const ends = [
    keepOpen<RobotState>(
      (handlers) =>
        api.robot.watch.subscribe(undefined, {
          ...handlers,
          onConnectionStateChange: ({ state }) => {
            if (state === 'pending') stationAnswers()
            else if (useStation.getState().link === 'up') setStationLink('lost')
          },
        }),
      (robot) => {
        stationAnswers()
        receiveRobot(robot)
      },
    ),
    keepOpen<readonly PreflightItem[]>(
      (handlers) => api.robot.preflight.subscribe(undefined, handlers),
      (preflight) => useRobot.setState({ preflight }),
    ),
    keepOpen<ArmLimits>(
      (handlers) => api.robot.limits.subscribe(undefined, handlers),
      (limits) => useRobot.setState({ limits }),
    ),
    keepOpen<readonly RobotEvent[]>(
      (handlers) => api.robot.events.subscribe(undefined, handlers),
      (events) => useRobot.setState({ events }),
    ),
    keepOpen<readonly IncidentSummary[]>(
      (handlers) => api.robot.incidents.subscribe(undefined, handlers),
      (incidents) => useRobot.setState({ incidents }),
    ),
    keepOpen<SessionProgress>((handlers) => api.session.watch.subscribe(undefined, handlers), receiveProgress),
    keepOpen<SessionLive>((handlers) => {
      resetLive()
      return api.session.live.subscribe(undefined, handlers)
    }, receiveLive),
    keepOpen<DiskState>(
      (handlers) => api.station.watchDisk.subscribe(undefined, handlers),
      (disk) => useStation.setState({ diskFree: disk.freeBytes }),
    ),
  ]
  return () => ends.forEach((end) => end())
}
