import type { Problem } from '../../contract/problem.ts'
import type { StopBoxState } from '../../contract/robot.ts'
import type { NativeStopCause } from '../platform/native-arm.ts'

/** Whether the stop box lets anything start, and what it shows. */
export interface BoxRelease {
  released: boolean
  shown: StopBoxState
}

/**
 * Why the Hand takes no command now; null when it takes it. `opens`: the command can only widen the gap. A box that was
 * not made ready yet leaves that to a person, who may have something between the fingers; a pressed one stops everything.
 */
export function handProblem(stop: NativeStopCause | null, box: BoxRelease, opens: boolean): Problem | null {
  if (stop?.latched)
    return {
      code: 'stop-latched',
      message: `The arm is stopped and held: ${stop.title}. The Hand takes no command, and the fingers do not move.`,
      tip: 'Read the cause of the stop and make the stop box ready if one is used; then re-arm, and give the command again.',
    }
  if (box.released || (opens && box.shown.state !== 'pressed')) return null
  return {
    code: 'stop-box-not-ready',
    message: `${box.shown.message} The fingers do not move.`,
    tip: 'Make the stop box ready, or choose that no stop box is used; then give the command again.',
  }
}

/** Tells each latched stop of the arm once, whoever asked for it: the control thread knows nothing of the Hand. */
export class LatchWatch {
  #latchedNs: number | null = null

  /** True when `stop` is latched and was not told yet. */
  isNew(stop: NativeStopCause | null): boolean {
    const latchedNs = stop?.latched ? stop.atNs : null
    const isNew = latchedNs !== null && latchedNs !== this.#latchedNs
    this.#latchedNs = latchedNs
    return isNew
  }
}
