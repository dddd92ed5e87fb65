import { ProblemError, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { StopBoxState } from '../../contract/robot.ts'
import type { StopBoxChoice } from './stop-box-choice.ts'
import { StopBox } from './stop-box.ts'
import type { StopBoxOptions } from './stop-box.ts'

const notUsed: StopBoxState = { state: 'not-used', path: '', ageMs: null, message: '' }

/** The stop box that a person chose, if any: opened, kept over restarts, and missed when it is not there. */
export class StopBoxKeeper {
  readonly #choice: StopBoxChoice
  readonly #options: Omit<StopBoxOptions, 'path'>
  #box: StopBox | null = null
  /** State of a chosen box whose port does not open. */
  #fault: StopBoxState | null = null

  constructor(choice: StopBoxChoice, options: Omit<StopBoxOptions, 'path'>) {
    this.#choice = choice
    this.#options = options
  }

  state(): StopBoxState {
    return this.#box?.state() ?? this.#fault ?? notUsed
  }

  /** Why the box forbids arming; null when it allows it or none is used. */
  problem(): Problem | null {
    if (this.#fault === null && (this.#box === null || this.#box.released)) return null
    return {
      code: 'stop-box-not-ready',
      message: `${this.state().message} The arm is not armed.`,
      tip: 'Make the stop box ready, or choose that no stop box is used.',
    }
  }

  /**
   * Uses the box on that serial device from now on; an empty path means none. A box that does not open is refused, and
   * keeps the arm from being armed until a person decides otherwise.
   */
  async choose(path: string): Promise<void> {
    this.#choice.write(path)
    await this.#use(path)
  }

  /** Opens the box of the last run. When that fails the state says so. */
  async restore(): Promise<void> {
    await this.#use(this.#choice.read()).catch((error: unknown) => {
      if (this.#fault === null) throw error
    })
  }

  async close(): Promise<void> {
    const box = this.#box
    this.#box = null
    await box?.close()
  }

  async #use(path: string): Promise<void> {
    await this.close()
    this.#fault = null
    if (path === '') return
    // Until it is open the box counts as missing: nobody arms in between.
    this.#fault = { state: 'lost', path, ageMs: null, message: `The stop box at ${path} is not open.` }
    try {
      this.#box = await StopBox.open({ path, ...this.#options })
      this.#fault = null
    } catch (error) {
      if (!(error instanceof ProblemError)) throw refusal('stop-box-port', String(error), 'Choose the stop box again.')
      this.#fault = { state: 'lost', path, ageMs: null, message: error.problem.message }
      throw error
    }
  }
}
