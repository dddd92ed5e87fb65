import { refusal } from '../../contract/problem.ts'
import type { RobotAddress } from '../../contract/robot.ts'
import { armModel, researchLimits } from '../platform/arm-model.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import { native } from '../platform/native.ts'
import { connectProblem } from './connect-problem.ts'
import type { LaunchSimulator, SimulatorProcess } from './simulated-robot.ts'

const CONNECT_WITHIN = 2000 // ms

/** An arm that answers. */
export interface Link {
  driver: ArmDriver
  address: RobotAddress
  /** The process behind the link when it is our own simulated arm. */
  simulator: SimulatorProcess | null
}

/** What the owner of the link does as it comes and goes. */
export interface LinkListener {
  /** A connection is being made; the address is null until it is known. */
  opening(address: RobotAddress | null): void
  opened(link: Link): void
  /** The link is given up; its driver still answers. */
  closing(link: Link): void
  closed(): void
  /** No connection is made and none stands. */
  idle(): void
}

/** Makes and ends the one connection to the one arm. */
export class RobotLink {
  readonly #launchSimulator: LaunchSimulator
  readonly #listener: LinkListener
  #link: Link | null = null
  #connecting: symbol | null = null

  constructor(launchSimulator: LaunchSimulator, listener: LinkListener) {
    this.#launchSimulator = launchSimulator
    this.#listener = listener
  }

  current(): Link | null {
    return this.#link
  }

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

  /** An older link is given up first. */
  async #connect(peerOf: () => Promise<Omit<Link, 'driver'>>): Promise<void> {
    if (this.#connecting !== null)
      throw refusal('already-connecting', 'A connection is being made already.', 'Wait for it, or disconnect.')
    const mine = Symbol()
    this.#connecting = mine
    let simulator: SimulatorProcess | null = null
    try {
      await this.#drop()
      this.#listener.opening(null)
      const peer = await peerOf()
      simulator = peer.simulator
      if (this.#connecting === mine) this.#listener.opening(peer.address)
      const driver = await openDriver(peer.address)
      // Disconnected, or closed, while the connection was being made.
      if (this.#connecting !== mine) {
        await driver.close()
        throw refusal('connect-cancelled', 'The connection was cancelled. The arm does not move.', 'Connect again.')
      }
      this.#link = { driver, ...peer }
      simulator = null
      this.#listener.opened(this.#link)
    } finally {
      await simulator?.close()
      if (this.#connecting === mine) this.#connecting = null
      if (this.#link === null) this.#listener.idle()
    }
  }

  /** Brings the arm to rest, lets it go and ends the simulated arm; a connection that is being made is cancelled. */
  async close(): Promise<void> {
    this.#connecting = null
    await this.#drop()
    this.#listener.idle()
  }

  async #drop(): Promise<void> {
    const link = this.#link
    if (link === null) return
    this.#link = null
    this.#listener.closing(link)
    try {
      await link.driver.close()
    } finally {
      await link.simulator?.close()
      this.#listener.closed()
    }
  }
}

async function openDriver(address: RobotAddress): Promise<ArmDriver> {
  try {
    return await native.connectArm({
      ...address,
      model: armModel(),
      research: researchLimits(),
      timeoutMs: CONNECT_WITHIN,
    })
  } catch (error) {
    throw connectProblem(error, address)
  }
}
