import type { StopBoxFrame } from './stop-box-frame.ts'
import { StopBoxInput } from './stop-box-frame.ts'

/** Milliseconds. Frames come every 10 to 20 ms, so 100 ms is at least five missing ones. */
export const stopBoxLimits = {
  frameAge: 100,
  disagreement: 50,
  crcErrors: 3,
  crcWindow: 1000,
} as const

export interface StopBoxTrip {
  code: string
  message: string
}

/**
 * Judges what the stop box says; knows nothing of ports, timers or arms, so that every rule can be tried with plain
 * numbers. Starts stopped: only frames with both channels closed and a fresh press of reset release it. Times in ms of
 * one monotonic clock.
 */
export class StopBoxRules {
  #lastFrameAt: number | null = null
  #lastSequence: number | null = null
  #disagreeSince: number | null = null
  #crcErrorsAt: number[] = []
  #resetWasPressed = true
  #bothOpenNeeded = false
  #closed = false
  #released = false

  /** True when the box allows motion. */
  get released(): boolean {
    return this.#released
  }

  /** What the window says of the box: state word and plain words for why it does not allow motion. */
  status(now: number): { state: 'waiting' | 'closed' | 'pressed' | 'lost'; message: string } {
    const age = this.age(now)
    if (age === null) return { state: 'waiting', message: 'Waiting for the first frame of the stop box.' }
    if (age > stopBoxLimits.frameAge)
      return { state: 'lost', message: 'No news from the stop box. Look at its cable and its power.' }
    if (this.#bothOpenNeeded || this.#disagreeSince !== null) {
      return {
        state: 'pressed',
        message: 'The two channels differ. Press the stop box and release it; if this stays, a wire is broken.',
      }
    }
    if (!this.#closed)
      return { state: 'pressed', message: 'The stop box is pressed. Release its button, then press reset on the box.' }
    if (!this.#released) return { state: 'waiting', message: 'The stop box is closed. Press reset on the box.' }
    return { state: 'closed', message: '' }
  }

  /** Age of the newest new frame, ms; null before the first. */
  age(now: number): number | null {
    return this.#lastFrameAt === null ? null : now - this.#lastFrameAt
  }

  /** Takes one valid frame. Returns the trip it causes, or null. */
  frame(frame: StopBoxFrame, now: number): StopBoxTrip | null {
    const last = this.#lastSequence
    const step = last === null ? 1 : (frame.sequence - last) & 0xff
    // A repeated frame is not news: the age goes on, and 100 ms of it is a stuck sequence.
    if (step === 0) return null
    this.#lastSequence = frame.sequence
    if (step > 128)
      return this.#trip('stop-box-sequence', 'The frames of the stop box jumped back: it was restarted or disturbed.')
    this.#lastFrameAt = now
    return this.#inputs(frame.inputs, now)
  }

  /** Counts candidates with a wrong check value. */
  crcErrors(count: number, now: number): StopBoxTrip | null {
    for (let i = 0; i < count; i++) this.#crcErrorsAt.push(now)
    this.#crcErrorsAt = this.#crcErrorsAt.filter((at) => now - at < stopBoxLimits.crcWindow)
    if (this.#crcErrorsAt.length < stopBoxLimits.crcErrors) return null
    this.#crcErrorsAt = []
    return this.#trip('stop-box-noise', 'Three frames of the stop box were damaged within 1 s.')
  }

  /** To be called every few milliseconds: finds silence and channels that stay different. */
  tick(now: number): StopBoxTrip | null {
    if (this.#disagreeSince !== null && now - this.#disagreeSince > stopBoxLimits.disagreement) {
      this.#disagreeSince = null
      this.#bothOpenNeeded = true
      return this.#trip(
        'stop-box-disagree',
        'The two channels of the stop box say different things for more than 50 ms. A wire or a contact is broken.',
      )
    }
    const age = this.age(now)
    if (this.#released && age !== null && age > stopBoxLimits.frameAge) {
      return this.#trip('stop-box-lost', 'No valid frame from the stop box for 100 ms.')
    }
    return null
  }

  /** The port failed or was closed. */
  portLost(why: string): StopBoxTrip {
    return this.#trip('stop-box-lost', `The port of the stop box failed: ${why}.`)
  }

  #inputs(inputs: number, now: number): StopBoxTrip | null {
    const closedA = (inputs & StopBoxInput.channelA) !== 0
    const closedB = (inputs & StopBoxInput.channelB) !== 0
    const reset = (inputs & StopBoxInput.reset) !== 0
    const resetEdge = reset && !this.#resetWasPressed
    this.#resetWasPressed = reset
    this.#closed = closedA && closedB
    if (closedA === closedB) this.#disagreeSince = null
    else this.#disagreeSince ??= this.#bothOpenNeeded ? null : now
    if (!closedA && !closedB) this.#bothOpenNeeded = false
    if (!this.#closed) return this.#released ? this.#trip('stop-box-pressed', 'The stop box is pressed.') : null
    if (resetEdge && !this.#bothOpenNeeded) this.#released = true
    return null
  }

  #trip(code: string, message: string): StopBoxTrip {
    this.#released = false
    // A reset button that is held down must be let go and pressed again.
    this.#resetWasPressed = true
    return { code, message }
  }
}
