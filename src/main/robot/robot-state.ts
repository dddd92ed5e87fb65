import type { RobotAddress, RobotMode, RobotState, StopBoxState, Vector3 } from '../../contract/robot.ts'
import { JOINTS } from '../../contract/robot.ts'
import type { NativeArmState, RuleCounts } from '../platform/native-arm.ts'
import { stopCause } from './stop-cause.ts'

/** State news comes every millisecond; after this much silence the values are history and the link is lost. */
export const LOST_AFTER_MS = 250

/** robot_mode as the state packet numbers it. */
const modes: RobotMode[] = ['other', 'idle', 'move', 'guiding', 'reflex', 'user-stopped', 'recovering']

const zeros = (): number[] => Array<number>(JOINTS).fill(0)

export function disconnectedState(stopBox: StopBoxState): RobotState {
  return {
    link: 'disconnected',
    address: null,
    simulated: false,
    protocol: null,
    ageMs: null,
    mode: 'unknown',
    activity: 'none',
    armed: false,
    q: zeros(),
    dq: zeros(),
    tauExternal: zeros(),
    tooltip: [0, 0, 0],
    tooltipSpeed: 0,
    toolMass: 0,
    errors: [],
    packets: { received: 0, lost: 0, received10s: 0, lost10s: 0, successRate: null },
    roundTripMs: null,
    supervisor: { watching: false, steps: 0, slowedSteps: 0, clippedSteps: 0, lateTicks: 0, rules: [] },
    heartbeatAgeMs: null,
    stopBox,
    stop: null,
  }
}

/** True when the newest state is missing or too old to say what the arm does now. */
export function isStale(native: NativeArmState): boolean {
  return !native.connected || native.ageMs < 0 || native.ageMs > LOST_AFTER_MS
}

/** What the control thread reports, as the window sees it. A stale mode is unknown; joints stay as last seen. */
export function robotState(
  native: NativeArmState,
  peer: { address: RobotAddress; simulated: boolean },
  stopBox: StopBoxState,
): RobotState {
  const stale = isStale(native)
  return {
    link: stale ? 'lost' : 'connected',
    address: peer.address,
    simulated: peer.simulated,
    protocol: native.protocol,
    ageMs: known(native.ageMs),
    mode: stale ? 'unknown' : (modes[native.mode] ?? 'unknown'),
    activity: native.activity,
    armed: native.armed,
    q: Array.from(native.q),
    dq: Array.from(native.dq),
    tauExternal: Array.from(native.tauExternal),
    tooltip: [...native.tooltip] as Vector3,
    tooltipSpeed: native.tooltipSpeed,
    toolMass: native.toolMass,
    errors: native.errors,
    packets: {
      received: native.received,
      lost: native.lost,
      received10s: native.received10s,
      lost10s: native.lost10s,
      successRate: known(native.successRate),
    },
    roundTripMs: native.roundTripMeanMs < 0 ? null : { mean: native.roundTripMeanMs, worst: native.roundTripWorstMs },
    supervisor: {
      watching: !stale,
      steps: native.steps,
      slowedSteps: native.slowedSteps,
      clippedSteps: native.clippedSteps,
      lateTicks: native.lateTicks,
      rules: countedRules(native.rules),
    },
    heartbeatAgeMs: known(native.heartbeatAgeMs),
    stopBox,
    stop: native.stop === null ? null : stopCause(native.stop),
  }
}

function countedRules({ warned, acted }: RuleCounts): RobotState['supervisor']['rules'] {
  return warned
    .map((count, row) => ({ row, warned: count, acted: acted[row] ?? 0 }))
    .filter((each) => each.warned > 0 || each.acted > 0)
}

/** The addon writes -1 where a number does not exist yet. */
function known(value: number): number | null {
  return value < 0 ? null : value
}
