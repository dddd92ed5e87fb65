import { create } from 'zustand'
import type { IncidentSummary } from '../../contract/incident.ts'
import type { StopCause } from '../../contract/robot.ts'
import type { StopPhase } from '../parts/latched-stop-dialog.tsx'
import { robotHistory, useRobot, type RobotSample } from '../state/robot-store.ts'

const BEFORE_MS = 2000

interface StopStore {
  /** The latched stop that the dialog is about; kept after re-arming until the person goes on. */
  cause: StopCause | null
  phase: StopPhase
  /** The last 2 s before it, as this window received them. */
  samples: readonly RobotSample[]
  /** The person looks at its incident; the dialog comes back when that screen is left. */
  aside: boolean
  /** Latched stops since the window opened, oldest first. */
  seen: readonly Occurrence[]
}

export const useStop = create<StopStore>()(() => ({
  cause: null,
  phase: 'stopped',
  samples: [],
  aside: false,
  seen: [],
}))

export const closeStop = (): void => useStop.setState({ cause: null, samples: [], aside: false })
export const setStopAside = (aside: boolean): void => useStop.setState({ aside })
export const setStopPhase = (phase: StopPhase): void => useStop.setState({ phase })

/** The time of a stop is converted between two clocks and jitters by a millisecond. */
const SAME_WITHIN_MS = 500

interface Occurrence {
  code: string
  at: number
}

const isSame = (a: Occurrence, b: Occurrence): boolean => a.code === b.code && Math.abs(a.at - b.at) < SAME_WITHIN_MS

/** The record of that stop; undefined until it is on disk. */
export function incidentOf(
  cause: StopCause,
  incidents: readonly IncidentSummary[] | null,
): IncidentSummary | undefined {
  return incidents?.find((incident) => isSame(incident, cause))
}

function follow(stop: StopCause | null): void {
  const { cause, phase, seen } = useStop.getState()
  if (stop === null || !stop.latched) {
    // Cleared from elsewhere, or the arm was disconnected: there is nothing left to do here.
    if (cause !== null && phase === 'stopped') closeStop()
    return
  }
  if (cause === null || !isSame(cause, stop)) {
    const samples = robotHistory().filter(({ at }) => at > Date.now() - BEFORE_MS)
    const all = [...seen, { code: stop.code, at: stop.at }]
    useStop.setState({ cause: stop, phase: 'stopped', samples, aside: false, seen: all })
  } else if (cause.stopTime !== stop.stopTime || cause.message !== stop.message) {
    useStop.setState({ cause: { ...stop, at: cause.at } })
  }
}

/** Watches the state for latched stops. Returns the way to end it. */
export function startStopWatch(): () => void {
  follow(useRobot.getState().robot?.stop ?? null)
  return useRobot.subscribe(({ robot }) => follow(robot?.stop ?? null))
}
