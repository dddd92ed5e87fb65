import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { RobotAddress, RobotState } from '../../contract/robot.ts'
import { armModel } from '../platform/arm-model.ts'
import type { ArmDriver, NativeArmState } from '../platform/native.ts'
import { native } from '../platform/native.ts'
import { Watched } from '../platform/watched.ts'
import { connectProblem } from './connect-problem.ts'
import { EventLog } from './event-log.ts'
import { disconnectedState, robotState } from './robot-state.ts'
import type { LaunchSimulator, SimulatorProcess } from './simulated-robot.ts'
import type { StopBoxChoice, StopBoxSettings } from './stop-box-choice.ts'
import { StopBoxKeeper } from './stop-box-keeper.ts'
import type { StopBoxTrip } from './stop-box-keeper.ts'

const POLL_EVERY = 33 // ms: 30 times a second
const CONNECT_WITHIN = 2000 // ms
const ALONE_AFTER = 2000 // ms without a heartbeat
const HEARTBEAT_FRESH = 1000 // ms: the window sends one every 100 ms

interface Link {
  driver: ArmDriver
  address: RobotAddress
  /** The process behind the link when it is our own simulated arm. */
  simulator: SimulatorProcess | null
}

/** The arm in the hands of one run. */
export interface ArmHold {
  /** Number under which a worker attaches to the arm. */
  driverId: number
  release(): void
}

/**
 * The one owner of the one arm. It reads the arm 30 times a second for those who watch, and passes a person's orders on.
 * Everything that protects the arm runs in the control thread; what is here may only ask for less motion, never for
 * more than the control thread allows.
 */
export class Robot {
  readonly state: Watched<RobotState>
  readonly #log = new EventLog()
  readonly #launchSimulator: LaunchSimulator
  readonly #stopBox: StopBoxKeeper
  readonly #stopListeners = new Set<(code: string) => void>()
  #link: Link | null = null
  #connecting: symbol | null = null
  #timer: NodeJS.Timeout | null = null
  #homing = false
  #hold: ArmHold | null = null
  #holder: string | null = null
  #heartbeatAt = -Infinity

  constructor(options: { launchSimulator: LaunchSimulator; stopBoxChoice: StopBoxChoice }) {
    this.#launchSimulator = options.launchSimulator
    this.#stopBox = new StopBoxKeeper(options.stopBoxChoice, (trip) => this.#boxTripped(trip))
    this.state = new Watched(disconnectedState(this.#stopBox.state()))
  }

  get events(): EventLog['events'] {
    return this.#log.events
  }

  // ---- link -------------------------------------------------------------------------------------------------------

  /** Connects to an arm. An older link that is lost is given up first; one that works is refused with `already-connected`. */
  async connect(address: RobotAddress): Promise<void> {
    await this.#connect(() => Promise.resolve({ address, simulator: null }))
  }

  /** Starts a simulated arm in its own process and connects to it. */
  async connectSimulated(): Promise<void> {
    await this.#connect(async () => {
      const simulator = await this.#launchSimulator()
      return { address: { host: '127.0.0.1', port: simulator.port }, simulator }
    })
  }

  async #connect(peerOf: () => Promise<Omit<Link, 'driver'>>): Promise<void> {
    const { link } = this.state.current()
    if (this.#connecting !== null)
      throw refusal('already-connecting', 'A connection is being made already.', 'Wait for it, or disconnect.')
    if (link === 'connected') throw refusal('already-connected', 'An arm is connected already.', 'Disconnect it first.')
    const mine = Symbol()
    this.#connecting = mine
    let simulator: SimulatorProcess | null = null
    try {
      if (this.#link !== null) await this.#drop()
      this.#setIdle('connecting', null)
      const peer = await peerOf()
      simulator = peer.simulator
      if (this.#connecting === mine) this.#setIdle('connecting', peer.address)
      const driver = await openDriver(peer.address)
      // Disconnected, or closed, while the connection was being made.
      if (this.#connecting !== mine) {
        await driver.close()
        throw refusal('connect-cancelled', 'The connection was cancelled. The arm does not move.', 'Connect again.')
      }
      this.#take({ driver, ...peer })
      simulator = null
    } finally {
      await simulator?.close()
      if (this.#connecting === mine) this.#connecting = null
      if (this.#link === null) this.#setIdle('disconnected', null)
    }
  }

  #take(link: Link): void {
    this.#link = link
    this.#homing = false
    this.#stopBox.guard(link.driver.id)
    this.#timer = setInterval(() => this.#poll(), POLL_EVERY)
    this.#log.add(link.simulator ? 'Connected to the simulated arm' : `Connected to ${link.address.host}`)
    link.simulator?.onExit(() => {
      if (this.#link === link) this.#log.add('The simulated arm ended')
    })
    this.#poll()
  }

  /** Brings the arm to rest and lets it go. Refused while a run uses it. */
  async disconnect(): Promise<void> {
    if (this.#holder !== null) throw this.#heldBy(this.#holder)
    this.#connecting = null
    await this.#drop()
    this.#setIdle('disconnected', null)
  }

  async #drop(): Promise<void> {
    const link = this.#link
    if (link === null) return
    this.#link = null
    this.#homing = false
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#stopBox.guard(undefined)
    try {
      await link.driver.close()
    } finally {
      await link.simulator?.close()
      this.#log.add('Disconnected')
    }
  }

  #setIdle(link: 'disconnected' | 'connecting', address: RobotAddress | null): void {
    this.state.set({ ...disconnectedState(this.#stopBox.state()), link, address })
  }

  // ---- watching ---------------------------------------------------------------------------------------------------

  #poll(): void {
    const link = this.#link
    if (link === null) return
    if (this.#homing) this.#followHoming(link.driver)
    const before = this.state.current()
    const peer = { address: link.address, simulated: link.simulator !== null }
    const after = robotState(link.driver.state(), peer, this.#stopBox.state())
    this.#log.compare(before, after)
    this.state.set(after)
    if (after.armed && after.activity === 'none' && this.#holder === null) this.#disarmWhenAlone()
  }

  /** An armed arm that stands still needs no stop when its window is gone, but nobody may find it armed later. */
  #disarmWhenAlone(): void {
    if (performance.now() - this.#heartbeatAt <= ALONE_AFTER) return
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
    this.#link?.driver.stop('operator-stop', `STOP was pressed: ${source}.`)
    this.#tellStop('operator-stop')
  }

  /** Calls `listener` after each stop that this process asked for, so that runs end in an orderly way. */
  onStop(listener: (code: string) => void): () => void {
    this.#stopListeners.add(listener)
    return () => {
      this.#stopListeners.delete(listener)
    }
  }

  #tellStop(code: string): void {
    this.#homing = false
    this.#poll()
    for (const listener of [...this.#stopListeners]) listener(code)
  }

  /** The operator's side is alive. Only an armed arm needs it: then silence stops the arm. */
  heartbeat(): void {
    this.#heartbeatAt = performance.now()
    if (this.state.current().armed) this.#link?.driver.heartbeat()
  }

  /** Refuses with `operator-silent` unless a window has shown itself alive within the last second. */
  requireHeartbeat(): void {
    if (performance.now() - this.#heartbeatAt <= HEARTBEAT_FRESH) return
    throw refusal(
      'operator-silent',
      'No window watches the arm. The arm does not move.',
      'Keep the window of Forager open and try again.',
    )
  }

  /** A person has said that the workspace is clear. Moves nothing. */
  arm(): void {
    const driver = this.#readyDriver()
    this.requireHeartbeat()
    this.#requireNoStop(driver.state())
    driver.arm()
    driver.heartbeat()
    this.#poll()
  }

  disarm(): void {
    const driver = this.#link?.driver
    if (driver === undefined) return
    driver.disarm()
    driver.releaseHeartbeat()
    this.#poll()
  }

  /** Clears a latched stop after a person acted, and arms. Moves nothing. */
  rearm(): void {
    const driver = this.#readyDriver()
    this.requireHeartbeat()
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
    if (this.#holder !== null) throw this.#heldBy(this.#holder)
    this.requireHeartbeat()
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

  /** Lets the robot clear its own error after a reflex. Moves nothing; arming stays a separate act. */
  async recover(): Promise<void> {
    const driver = this.#connectedDriver()
    if (this.#holder !== null) throw this.#heldBy(this.#holder)
    await driver.recover()
    this.#poll()
  }

  // ---- runs -------------------------------------------------------------------------------------------------------

  /**
   * Gives the arm to one run that a person started from a window, after saying that the workspace is clear, and arms it.
   * Moves nothing. `owner` as in "A collection run uses the arm". The statement counts for this run only: `release`
   * disarms. Refuses with `robot-busy` when another run has the arm, or with what is missing.
   */
  takeForRun(owner: string): ArmHold {
    const driver = this.#readyDriver()
    if (this.#holder !== null) throw this.#heldBy(this.#holder)
    if (driver.state().armed) {
      this.requireHeartbeat()
      driver.heartbeat()
    } else {
      this.arm()
    }
    const hold = { driverId: driver.id, release: () => this.#release(hold) }
    this.#hold = hold
    this.#holder = owner
    return hold
  }

  /** What keeps the arm from a run now, apart from a person's statement; null when nothing does. */
  runProblem(): Problem | null {
    try {
      this.#requireNoStop(this.#readyDriver().state())
      return null
    } catch (error) {
      return problemOf(error)
    }
  }

  #release(hold: ArmHold): void {
    if (this.#hold !== hold) return
    this.#hold = null
    this.#holder = null
    this.disarm()
  }

  #heldBy(owner: string): ProblemError {
    return refusal('robot-busy', `${owner} uses the arm.`, 'End that run first, or wait for it.')
  }

  #connectedDriver(): ArmDriver {
    const driver = this.#link?.driver
    if (driver === undefined || this.state.current().link !== 'connected') {
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

  #requireNoStop(state: NativeArmState): void {
    if (state.stop === null || !state.stop.latched) return
    throw refusal(
      'stop-latched',
      'The arm is stopped and held. Arming is refused.',
      'Read the cause of the stop, then re-arm.',
    )
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

  /** The box has stopped the arm already. */
  #boxTripped({ code, message }: StopBoxTrip): void {
    this.#log.add(message)
    this.#tellStop(code)
  }

  // ---- end --------------------------------------------------------------------------------------------------------

  /** Brings the arm to rest, lets it go and ends the simulated arm. */
  async close(): Promise<void> {
    this.#connecting = null
    this.#hold = null
    this.#holder = null
    await this.#drop()
    this.#stopBox.close()
    this.#setIdle('disconnected', null)
  }
}

async function openDriver(address: RobotAddress): Promise<ArmDriver> {
  try {
    return await native.connectArm({ ...address, model: armModel(), timeoutMs: CONNECT_WITHIN })
  } catch (error) {
    throw connectProblem(error, address)
  }
}
