import { create } from 'zustand'
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
  /** Latched stops since the window opened, oldest first. */
  seen: readonly { code: string; at: number }[]
}

export const useStop = create<StopStore>()(() => ({ cause: null, phase: 'stopped', samples: [], seen: [] }))

export const closeStop = (): void => useStop.setState({ cause: null, samples: [] })
export const setStopPhase = (phase: StopPhase): void => useStop.setState({ phase })

/** The time of a stop is converted between two clocks and jitters by a millisecond. */
const SAME_WITHIN_MS = 500

const isSame = (a: StopCause, b: StopCause): boolean => a.code === b.code && Math.abs(a.at - b.at) < SAME_WITHIN_MS

function follow(stop: StopCause | null): void {
  const { cause, phase, seen } = useStop.getState()
  if (stop === null || !stop.latched) {
    // Cleared from elsewhere, or the arm was disconnected: there is nothing left to do here.
    if (cause !== null && phase === 'stopped') closeStop()
    return
  }
  if (cause === null || !isSame(cause, stop)) {
    const samples = robotHistory().filter(({ at }) => at > Date.now() - BEFORE_MS)
    useStop.setState({ cause: stop, phase: 'stopped', samples, seen: [...seen, { code: stop.code, at: stop.at }] })
  } else if (cause.stopTime !== stop.stopTime || cause.message !== stop.message) {
    useStop.setState({ cause: { ...stop, at: cause.at } })
  }
}

/** Watches the state for latched stops. Returns the way to end it. */
export function startStopWatch(): () => void {
  follow(useRobot.getState().robot?.stop ?? null)
  return useRobot.subscribe(({ robot }) => follow(robot?.stop ?? null))
}
