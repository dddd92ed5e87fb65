import { create } from 'zustand'
import type { IncidentSummary } from '../../contract/incident.ts'
import type { Problem } from '../../contract/problem.ts'
import type { ArmLimits, PreflightItem, RobotEvent, RobotState } from '../../contract/robot.ts'
import { useNow } from './now.ts'

/** One instant of the last seconds, kept so that a stop can show what led to it. */
export interface RobotSample {
  /** ms since the epoch, when the window received it. */
  at: number
  q: readonly number[]
  dq: readonly number[]
  tauExternal: readonly number[]
  tooltip: readonly [number, number, number]
  tooltipSpeed: number
}

const HISTORY_MS = 6000

interface RobotStore {
  /** Newest state message; null before the first. */
  robot: RobotState | null
  /** When it came, ms since the epoch. */
  receivedAt: number
  preflight: readonly PreflightItem[]
  /** Newest first. */
  events: readonly RobotEvent[]
  limits: ArmLimits | null
  /** Newest first; null before they were read. */
  incidents: readonly IncidentSummary[] | null
  /** Why a lost link could not be made again; shown where arms are connected. */
  connectProblem: Problem | null
}

export const useRobot = create<RobotStore>()(() => ({
  robot: null,
  receivedAt: 0,
  preflight: [],
  events: [],
  limits: null,
  incidents: null,
  connectProblem: null,
}))

/** Outside the store: it changes 30 times a second and nobody re-renders for it. Oldest first. */
const history: RobotSample[] = []

export const robotHistory = (): readonly RobotSample[] => history

export function receiveRobot(robot: RobotState): void {
  const at = Date.now()
  if (robot.link === 'connected') {
    const { q, dq, tauExternal, tooltip, tooltipSpeed } = robot
    history.push({ at, q, dq, tauExternal, tooltip, tooltipSpeed })
    while (history.length > 0 && (history[0]?.at ?? at) < at - HISTORY_MS) history.shift()
  } else if (robot.link === 'disconnected') {
    history.length = 0
  }
  useRobot.setState({ robot, receivedAt: at })
}

/** What must be shown at once; everything else waits for the next of the four readings a second. */
function words(robot: RobotState | null): string {
  if (robot === null) return ''
  const { link, mode, activity, armed, simulated, stop, stopBox, errors, supervisor, gripper } = robot
  const hand = gripper && [gripper.link, gripper.activity, gripper.homed, gripper.grasped, gripper.message]
  return [link, mode, activity, armed, simulated, stop?.at, stopBox.state, errors, supervisor.watching, hand].join()
}

/** Store contents for screens of numbers: replaced at 4 Hz, and at once when a state word changes. */
export function useRobotReading(): RobotStore {
  useNow()
  useRobot((state) => words(state.robot))
  useRobot((state) => state.connectProblem)
  useRobot((state) => state.preflight)
  useRobot((state) => state.limits)
  return useRobot.getState()
}
