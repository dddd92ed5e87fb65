import type { RobotAddress, RobotState, StopBoxState } from '../../../contract/robot.ts'
import type { ArmDriver } from '../../platform/native-arm.ts'
import { HostLoadWatch } from '../preflight/host-load.ts'
import { IncidentRecorder } from './incident-recorder.ts'
import { IncidentStore } from './incident-store.ts'
import { disconnectedState, robotState } from '../robot-state.ts'

const LOOK_EVERY = 33 // ms

const noBox: StopBoxState = { state: 'not-used', path: '', needsGrip: false, ageMs: null, message: '' }

/** Makes the incident records of an arm that no station owns: of runs from a terminal. */
export class IncidentWatch {
  readonly #driver: ArmDriver
  readonly #address: RobotAddress
  readonly #store: IncidentStore
  readonly #load = new HostLoadWatch()
  readonly #recorder: IncidentRecorder
  readonly #timer: NodeJS.Timeout
  #state: RobotState = disconnectedState(noBox)

  constructor(driver: ArmDriver, address: RobotAddress, home: string, onProblem: (message: string) => void) {
    this.#driver = driver
    this.#address = address
    this.#store = new IncidentStore(home)
    this.#recorder = new IncidentRecorder(this.#store, this.#load, onProblem)
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY)
  }

  /** Writes what is there of an open record. Before the arm is let go. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#look()
    this.#recorder.finish(this.#watched())
    this.#load.close()
    await this.#store.settled()
  }

  #look(): void {
    const before = this.#state
    const raw = this.#driver.state()
    this.#state = robotState(raw, { address: this.#address, simulated: false }, noBox)
    this.#recorder.follow(before, raw, this.#watched())
  }

  #watched(): Parameters<IncidentRecorder['finish']>[0] {
    return { driver: this.#driver, state: this.#state, user: 'A run from a terminal' }
  }
}
