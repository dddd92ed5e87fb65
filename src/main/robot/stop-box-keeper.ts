import { ProblemError, problemOf } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { StopBoxState } from '../../contract/robot.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { NativeStopBox } from '../platform/native-stop-box.ts'
import type { BoxRelease } from './hand-guard.ts'
import type { StopBoxChoice, StopBoxSettings } from './stop-box-choice.ts'

const LOOK_EVERY = 33 // ms

const notUsed: StopBoxState = { state: 'not-used', path: '', needsGrip: false, ageMs: null, message: '' }

/** Why the box stopped the arm. */
export interface StopBoxTrip {
  code: string
  message: string
}

/**
 * The stop box that a person chose, if any: opened, kept over restarts, and missed when it is not there. A native thread
 * reads it and stops the arm by itself; what is here chooses the port and looks on.
 */
export class StopBoxKeeper {
  readonly #choice: StopBoxChoice
  readonly #onTrip: (trip: StopBoxTrip) => void
  readonly #onLook: () => void
  #box: NativeStopBox | null = null
  #settings: StopBoxSettings = { path: '', needsGrip: false }
  #armId: number | undefined
  #timer: NodeJS.Timeout | null = null
  #trips = 0
  /** State of a chosen box whose port does not open. */
  #fault: StopBoxState | null = null

  /** `onTrip` is told after the arm was stopped, for the record; `onLook` 30 times a second while a box is used. */
  constructor(choice: StopBoxChoice, onTrip: (trip: StopBoxTrip) => void, onLook: () => void) {
    this.#choice = choice
    this.#onTrip = onTrip
    this.#onLook = onLook
  }

  state(): StopBoxState {
    if (this.#box === null) return this.#fault ?? notUsed
    const { state, message, ageMs, portFailed } = this.#box.state()
    const failed = 'The port of the stop box failed: it was unplugged or closed. Plug the box in and choose it again.'
    return { ...this.#settings, state, ageMs: ageMs < 0 ? null : ageMs, message: portFailed ? failed : message }
  }

  /** Whether the box lets motions start, as it also does when none is used, and what it shows. */
  release(): BoxRelease {
    const released = this.#fault === null && (this.#box === null || this.#box.state().released)
    return { released, shown: this.state() }
  }

  /** Why the box forbids arming; null when it allows it or none is used. */
  problem(): Problem | null {
    const { released, shown } = this.release()
    if (released) return null
    return {
      code: 'stop-box-not-ready',
      message: `${shown.message} The arm is not armed.`,
      tip: 'Make the stop box ready, or choose that no stop box is used.',
    }
  }

  /** The arm that the box stops from now on; undefined for none. */
  guard(armId: number | undefined): void {
    this.#armId = armId
    this.#box?.guard(armId)
  }

  /**
   * Uses the box on that serial device from now on; an empty path means none. A box that does not open is refused, and
   * keeps the arm from being armed until a person decides otherwise.
   */
  choose(settings: StopBoxSettings): void {
    this.#choice.write(settings)
    this.#use(settings)
  }

  /** Opens the box of the last run. When that fails the state says so. */
  restore(): void {
    try {
      this.#use(this.#choice.read())
    } catch (error) {
      if (this.#fault === null) throw error
    }
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#box?.close()
    this.#box = null
  }

  #use(settings: StopBoxSettings): void {
    this.close()
    this.#fault = null
    this.#settings = settings
    if (settings.path === '') return
    try {
      this.#box = new native.StopBox({ ...settings, frameAge: armModel().supervisor.stopBoxAge })
    } catch (error) {
      const problem = problemOf(error)
      this.#fault = { ...settings, state: 'lost', ageMs: null, message: problem.message }
      throw new ProblemError(problem)
    }
    this.#trips = 0
    this.#box.guard(this.#armId)
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY)
  }

  #look(): void {
    if (this.#box === null) return
    this.#onLook()
    const { trips, tripCode, tripMessage } = this.#box.state()
    if (trips === this.#trips) return
    this.#trips = trips
    this.#onTrip({ code: tripCode, message: tripMessage })
  }
}
