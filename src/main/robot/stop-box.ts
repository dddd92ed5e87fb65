import { SerialPort } from 'serialport'
import { refusal } from '../../contract/problem.ts'
import type { StopBoxState } from '../../contract/robot.ts'
import { encodeStopBoxFrame, HostInput, StopBoxDecoder } from './stop-box-frame.ts'
import { StopBoxRules } from './stop-box-rules.ts'
import type { StopBoxTrip } from './stop-box-rules.ts'

const BAUD = 115200
const CHECK_EVERY = 10 // ms
const ANSWER_EVERY = 100 // ms

/**
 * The stop box on a serial port. Any doubt about it calls `onTrip`; it never releases anything by itself.
 * It is read in this process's event loop: a stall there is found one check later, and the heartbeat rule of the
 * control thread covers a longer one.
 */
export class StopBox {
  readonly path: string
  readonly #port: SerialPort
  readonly #rules = new StopBoxRules()
  readonly #decoder = new StopBoxDecoder()
  readonly #onTrip: (trip: StopBoxTrip) => void
  readonly #isArmed: () => boolean
  readonly #checkTimer: NodeJS.Timeout
  readonly #answerTimer: NodeJS.Timeout
  #sequence = 0
  #portError: string | null = null
  #closing = false
  #lastCheckAt = performance.now()

  private constructor(port: SerialPort, options: StopBoxOptions) {
    this.path = options.path
    this.#port = port
    this.#onTrip = options.onTrip
    this.#isArmed = options.isArmed
    port.on('data', (bytes: Buffer) => this.#read(bytes))
    port.on('error', (error) => this.#fail(error.message))
    port.on('close', () => this.#fail('it was unplugged or closed'))
    this.#checkTimer = setInterval(() => this.#check(), CHECK_EVERY)
    this.#answerTimer = setInterval(() => this.#answer(), ANSWER_EVERY)
  }

  /** Opens the port. Refuses with `stop-box-port` when it does not open. */
  static open(options: StopBoxOptions): Promise<StopBox> {
    return new Promise((resolve, reject) => {
      const port = new SerialPort({ path: options.path, baudRate: BAUD, autoOpen: false })
      port.open((error) => {
        if (error === null) resolve(new StopBox(port, options))
        else reject(portRefusal(options.path, error.message))
      })
    })
  }

  /** True when the box allows motion. */
  get released(): boolean {
    return this.#portError === null && this.#rules.released
  }

  state(): StopBoxState {
    const now = performance.now()
    if (this.#portError !== null) {
      const message = `The port of the stop box failed: ${this.#portError}. Plug the box in and choose it again.`
      return { state: 'lost', path: this.path, ageMs: this.#rules.age(now), message }
    }
    return { path: this.path, ageMs: this.#rules.age(now), ...this.#rules.status(now) }
  }

  close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#checkTimer)
    clearInterval(this.#answerTimer)
    if (!this.#port.isOpen) return Promise.resolve()
    return new Promise((resolve) => this.#port.close(() => resolve()))
  }

  #read(bytes: Uint8Array): void {
    const now = performance.now()
    const { frames, crcErrors } = this.#decoder.push(bytes)
    if (crcErrors > 0) this.#report(this.#rules.crcErrors(crcErrors, now))
    for (const frame of frames) this.#report(this.#rules.frame(frame, now))
  }

  #check(): void {
    const now = performance.now()
    const late = now - this.#lastCheckAt
    this.#lastCheckAt = now
    // After a stall of this event loop the frames of that time still wait to be read: judge at the next check.
    if (late < 3 * CHECK_EVERY) this.#report(this.#rules.tick(now))
  }

  /** The box lights "armed" and keeps its relay closed only while these frames arrive. */
  #answer(): void {
    if (!this.#port.isOpen) return
    const inputs = HostInput.listening | (this.#isArmed() ? HostInput.armed : 0)
    const uptime = Math.floor(performance.now() / 10) & 0xffff
    this.#port.write(encodeStopBoxFrame({ sequence: this.#sequence, inputs, uptime, flags: 0 }))
    this.#sequence = (this.#sequence + 1) & 0xff
  }

  #fail(why: string): void {
    if (this.#closing || this.#portError !== null) return
    this.#portError = why
    clearInterval(this.#checkTimer)
    clearInterval(this.#answerTimer)
    this.#onTrip(this.#rules.portLost(why))
  }

  #report(trip: StopBoxTrip | null): void {
    if (trip !== null) this.#onTrip(trip)
  }
}

export interface StopBoxOptions {
  /** Serial device, best by its /dev/serial/by-id name. */
  path: string
  /** Called at once for every reason to stop. */
  onTrip: (trip: StopBoxTrip) => void
  isArmed: () => boolean
}

function portRefusal(path: string, why: string): Error {
  const tip = /permission|EACCES/i.test(why)
    ? 'Add this user to the group dialout, log in again, then choose the port again.'
    : 'Look at the cable and the name of the port, for example under /dev/serial/by-id, then choose it again.'
  return refusal(
    'stop-box-port',
    `The stop box at ${path} does not open. No stop box is in use; nothing moves because of this.`,
    tip,
    why,
  )
}
