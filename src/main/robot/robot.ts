import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { RobotAddress, RobotState } from '../../contract/robot.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import { Watched } from '../platform/watched.ts'
import { recover, watchRecovery } from './error-recovery.ts'
import { EventLog } from './event-log.ts'
import { Gripper } from './gripper.ts'
import { handProblem, LatchWatch } from './hand-guard.ts'
import type { IncidentRecorder, WatchedArm } from './incident/incident-recorder.ts'
import type { LimitSettings } from './limit-settings.ts'
import { requireNoStop } from './no-stop.ts'
import { OperatorPresence } from './operator-presence.ts'
import { RobotLink } from './robot-link.ts'
import type { Link } from './robot-link.ts'
import { disconnectedState, robotState } from './robot-state.ts'
import { RunHolds } from './run-holds.ts'
import type { ArmHold } from './run-holds.ts'
import type { LaunchSimulator } from './simulated-robot.ts'
import type { StopBoxChoice, StopBoxSettings } from './stop-box-choice.ts'
import { StopBoxKeeper } from './stop-box-keeper.ts'
import type { StopBoxTrip } from './stop-box-keeper.ts'

const POLL_EVERY = 33 // ms: 30 times a second

export interface RobotOptions {
  launchSimulator: LaunchSimulator
  stopBoxChoice: StopBoxChoice
  /** Limits of the supervisor that a person chose, applied to each arm that is connected. */
  limits: LimitSettings
  /** Makes the recorder of incidents; it tells its own failures to the log. */
  incidents: (onProblem: (message: string) => void) => IncidentRecorder
}

/**
 * The one owner of the one arm. It reads the arm 30 times a second for those who watch, and passes a person's orders on.
 * Everything that protects the arm runs in the control thread; what is here may only ask for less motion, never for
 * more than the control thread allows.
 */
export class Robot {
  readonly state: Watched<RobotState>
  /** The Hand, which works beside the arm and never delays it. What stops the arm stops it too. */
  readonly gripper = new Gripper((opens) =>
    handProblem(this.driver?.state().stop ?? null, this.#stopBox.release(), opens),
  )
  readonly #latches = new LatchWatch()
  readonly #log = new EventLog()
  readonly #link: RobotLink
  readonly #stopBox: StopBoxKeeper
  readonly #incidents: IncidentRecorder
  readonly #limits: LimitSettings
  readonly #stopListeners = new Set<(code: string) => void>()
  readonly #holds = new RunHolds()
  /** Whether a window watches the arm. */
  readonly operator = new OperatorPresence()
  #timer: NodeJS.Timeout | null = null
  #homing = false
  #takenBack = 0

  constructor({ launchSimulator, stopBoxChoice, limits, incidents }: RobotOptions) {
    this.#stopBox = new StopBoxKeeper(
      stopBoxChoice,
      (trip) => this.#boxTripped(trip),
      // With an arm its own state brings the box along; without one nothing else would.
      () => this.#link.current() === null && this.#showStopBox(),
    )
    this.state = new Watched(disconnectedState(this.#stopBox.state()))
    this.#limits = limits
    this.#incidents = incidents((message) => this.#log.add(message))
    this.#link = new RobotLink(launchSimulator, {
      opening: (address) => this.#setIdle('connecting', address),
      opened: (link) => this.#take(link),
      closing: (link) => this.#letGo(link),
      closed: () => this.#log.add('Disconnected'),
      idle: () => this.#setIdle('disconnected', null),
    })
  }

  get events(): EventLog['events'] {
    return this.#log.events
  }

  /** Adds a line to the log. */
  note(text: string): void {
    this.#log.add(text)
  }

  /** The driver of the connected arm, for those who only read; null when none is connected. */
  get driver(): ArmDriver | null {
    return this.#link.current()?.driver ?? null
  }

  // ---- link -------------------------------------------------------------------------------------------------------

  /** Connects to an arm. An older link that is lost is given up first; one that works is refused with `already-connected`. */
  async connect(address: RobotAddress): Promise<void> {
    this.#requireNoArm()
    await this.#link.connect(address)
  }

  /** Starts a simulated arm in its own process and connects to it. */
  async connectSimulated(): Promise<void> {
    this.#requireNoArm()
    await this.#link.connectSimulated()
  }

  /** Looks for the Hand of the connected arm once more. Refuses with `robot-not-connected`. */
  async connectGripper(): Promise<void> {
    this.#connectedDriver()
    const { address } = this.state.current()
    if (address !== null) await this.gripper.connect(address)
  }

  #requireNoArm(): void {
    if (this.state.current().link !== 'connected') return
    throw refusal('already-connected', 'An arm is connected already.', 'Disconnect it first.')
  }

  #take(link: Link): void {
    this.#homing = false
    this.#limits.applyTo(link.driver)
    void this.gripper.connect(link.address)
    this.#stopBox.guard(link.driver.id)
    this.#timer = setInterval(() => this.#poll(), POLL_EVERY)
    this.#log.add(link.simulator ? 'Connected to the simulated arm' : `Connected to ${link.address.host}`)
    link.simulator?.onExit(() => {
      if (this.#link.current() === link) this.#log.add('The simulated arm ended')
    })
    this.#poll()
  }

  /** Brings the arm to rest and lets it go. Refused while a run uses it. */
  async disconnect(): Promise<void> {
    this.#holds.requireFree()
    await this.#link.close()
  }

  #letGo(link: Link): void {
    this.#incidents.finish(this.#watched(link.driver, this.state.current()))
    this.#homing = false
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#stopBox.guard(undefined)
    void this.gripper.close()
  }

  #setIdle(link: 'disconnected' | 'connecting', address: RobotAddress | null): void {
    this.state.set({ ...disconnectedState(this.#stopBox.state()), link, address })
  }

  // ---- watching ---------------------------------------------------------------------------------------------------

  #poll(): void {
    const link = this.#link.current()
    if (link === null) return
    if (this.#homing) this.#followHoming(link.driver)
    const before = this.state.current()
    const peer = { address: link.address, simulated: link.simulator !== null }
    const raw = link.driver.state()
    if (this.#latches.isNew(raw.stop)) this.gripper.stop()
    const after = { ...robotState(raw, peer, this.#stopBox.state()), gripper: this.gripper.state() }
    this.#log.compare(before, after)
    this.state.set(after)
    this.#incidents.follow(before, raw, this.#watched(link.driver, after))
    if (after.armed && after.activity === 'none' && this.#holds.owner === null) this.#disarmWhenAlone()
  }

  #watched(driver: ArmDriver, state: RobotState): WatchedArm {
    return { driver, state, user: this.#holds.owner }
  }

  /** An armed arm that stands still needs no stop when its window is gone, but nobody may find it armed later. */
  #disarmWhenAlone(): void {
    if (!this.operator.isAlone) return
    this.#log.add('No window watches the arm')
    this.disarm()
  }

  /** Lets the driver finish the motion at the home pose; a stop on the way is reported through the state. */
  #followHoming(driver: ArmDriver): void {
    try {
      if (driver.waitHome(0) === 'home') this.#homing = false
    } catch (error) {
      this.#homing = false
      this.#log.add(problemOf(error).message)
    }
  }

  // ---- orders of a person -----------------------------------------------------------------------------------------

  /**
   * Software stop. Reaches the control thread before anything else happens here, never throws and never waits.
   * `source` says where it came from, for the record.
   */
  stop(source: string): void {
    this.driver?.stop('operator-stop', `STOP was pressed: ${source}.`)
    this.gripper.stop()
    this.#tellStop('operator-stop')
  }

  /** Calls `listener` after each stop that this process asked for, so that runs end in an orderly way. */
  onStop(listener: (code: string) => void): () => void {
    this.#stopListeners.add(listener)
    return () => {
      this.#stopListeners.delete(listener)
    }
  }

  /** How often a STOP, the stop box or a disarm has taken back the word that the arm may move. */
  get takenBack(): number {
    return this.#takenBack
  }

  #tellStop(code: string): void {
    this.#takenBack++
    this.#homing = false
    this.#poll()
    for (const listener of [...this.#stopListeners]) listener(code)
  }

  /** The operator's side is alive. Only an armed arm needs it: then silence stops the arm. */
  heartbeat(): void {
    this.operator.beat()
    if (this.state.current().armed) this.driver?.heartbeat()
  }

  /** A person has said that the workspace is clear. Moves nothing. */
  arm(): void {
    const driver = this.#readyDriver()
    this.operator.require()
    requireNoStop(driver.state())
    driver.arm()
    driver.heartbeat()
    this.#poll()
  }

  disarm(): void {
    this.#takenBack++
    const { driver } = this
    if (driver === null) return
    driver.disarm()
    driver.releaseHeartbeat()
    this.#poll()
  }

  /** Clears a latched stop after a person acted, and arms. Moves nothing. */
  rearm(): void {
    const driver = this.#readyDriver()
    this.operator.require()
    if (driver.state().activity === 'stopping') {
      throw refusal(
        'arm-moving',
        'The arm still brakes. The stop stays.',
        'Wait until the arm stands still, then re-arm.',
      )
    }
    driver.rearm()
    driver.heartbeat()
    this.#poll()
  }

  /** Starts the slow return to the home pose; the state shows how it goes. */
  moveHome(): void {
    const driver = this.#readyDriver()
    this.#holds.requireFree()
    this.operator.require()
    const { activity } = driver.state()
    if (activity !== 'none' && activity !== 'held') {
      throw refusal('arm-moving', 'The arm moves already. Nothing new was started.', 'Wait until the arm stands still.')
    }
    driver.heartbeat()
    driver.beginHome()
    this.#homing = true
    this.#log.add('Moving home')
    this.#poll()
  }

  /**
   * Lets the robot clear its own error, and watches for half a second whether it comes back. Moves nothing; arming and
   * starting stay separate acts. Refuses with `recovery-came-back`.
   */
  async recover(): Promise<void> {
    const driver = this.#connectedDriver()
    this.#holds.requireFree()
    await recover(driver)
    this.#log.add('The robot has recovered. Nothing moves until you arm and start')
    this.#poll()
  }

  /**
   * Recovers and arms for the run that holds the arm, as a person's re-arm does, and watches whether the error stays
   * away. Moves nothing. Whoever calls this has a person's word for going on.
   */
  async recoverForRun(): Promise<void> {
    const driver = this.#readyDriver()
    this.rearm()
    try {
      await watchRecovery(driver)
    } catch (error) {
      this.disarm()
      throw error
    }
  }

  // ---- runs -------------------------------------------------------------------------------------------------------

  /**
   * Gives the arm to one run that a person started from a window, after saying that the workspace is clear, and arms it.
   * Moves nothing. `owner` as in "A collection run uses the arm". The statement counts for this run only: `release`
   * disarms. Refuses with `robot-busy` when another run has the arm, or with what is missing.
   */
  takeForRun(owner: string): ArmHold {
    const driver = this.#readyDriver()
    this.#holds.requireFree()
    if (driver.state().armed) {
      this.operator.require()
      driver.heartbeat()
    } else {
      this.arm()
    }
    return this.#holds.give(owner, driver.id, () => this.disarm())
  }

  /** What keeps the arm from a run now, apart from a person's statement; null when nothing does. */
  runProblem(): Problem | null {
    try {
      requireNoStop(this.#readyDriver().state())
      return null
    } catch (error) {
      return problemOf(error)
    }
  }

  #connectedDriver(): ArmDriver {
    const { driver } = this
    if (driver === null || this.state.current().link !== 'connected') {
      throw refusal(
        'robot-not-connected',
        'No arm is connected, so nothing moves.',
        'Connect the arm on the Robot screen.',
      )
    }
    return driver
  }

  #readyDriver(): ArmDriver {
    const driver = this.#connectedDriver()
    const problem = this.#stopBox.problem()
    if (problem !== null) throw new ProblemError(problem)
    return driver
  }

  // ---- stop box ---------------------------------------------------------------------------------------------------

  /** Uses the stop box on that serial device; an empty path means that no stop box is used. Refused while armed. */
  setStopBox(settings: StopBoxSettings): void {
    if (this.state.current().armed) {
      throw refusal(
        'robot-armed',
        'The arm is armed. The stop box stays as it is.',
        'Disarm first, then choose the stop box.',
      )
    }
    try {
      this.#stopBox.choose(settings)
      this.#log.add(settings.path === '' ? 'No stop box in use' : `Stop box at ${settings.path}`)
    } finally {
      this.#showStopBox()
    }
  }

  /** Opens the stop box of the last run. When that fails the state says so and arming is refused. */
  restoreStopBox(): void {
    this.#stopBox.restore()
    this.#showStopBox()
  }

  #showStopBox(): void {
    this.state.set({ ...this.state.current(), stopBox: this.#stopBox.state() })
  }

  /** The box has stopped the arm already, but not the Hand. */
  #boxTripped({ code, message }: StopBoxTrip): void {
    this.gripper.stop()
    this.#log.add(message)
    this.#tellStop(code)
  }

  // ---- end --------------------------------------------------------------------------------------------------------

  /** Brings the arm to rest, lets it go and ends the simulated arm. */
  async close(): Promise<void> {
    this.#holds.clear()
    await this.#link.close()
    this.#stopBox.close()
    this.#setIdle('disconnected', null)
  }
}
