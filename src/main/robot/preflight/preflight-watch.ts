import type { ArmLimits, PreflightItem } from '../../../contract/robot.ts'
import type { SupervisorLimits } from '../../platform/native-arm-model.ts'
import { Watched } from '../../platform/watched.ts'
import type { Feed } from '../../platform/watched.ts'
import { readHostFacts } from './host-facts.ts'
import { LinkTester } from './link-test.ts'
import type { LinkTest } from './link-test.ts'
import { preflight } from './preflight.ts'
import { restForce } from './rest-force.ts'
import type { Robot } from '../robot.ts'

const EVERY = 1000 // ms

export interface PreflightSources {
  robot: Robot
  /** Of the arm in use. */
  limits: Feed<ArmLimits>
  supervisor: Feed<SupervisorLimits>
  /** Of the disk with the datasets; null when it cannot be read. */
  freeBytes: () => number | null
}

/** The checklist "Before motion", kept up to date: once a second, and at once when a state word changes. */
export class PreflightWatch implements Feed<PreflightItem[]> {
  readonly #sources: PreflightSources
  readonly #items: Watched<PreflightItem[]>
  readonly #timer: NodeJS.Timeout
  readonly #offs: (() => void)[]
  readonly #linkTester = new LinkTester(() => this.#refresh(true))
  #host = readHostFacts()
  #restForce: number | null = null

  constructor(sources: PreflightSources) {
    const { robot, limits } = sources
    this.#sources = sources
    this.#items = new Watched(this.#read())
    this.#offs = [
      robot.state.onChange(() => {
        this.#linkTester.follow(robot.state.current())
        this.#refresh(false)
      }),
      limits.onChange(() => this.#refresh(true)),
    ]
    this.#timer = setInterval(() => {
      this.#host = readHostFacts()
      this.#restForce = robot.driver === null ? null : restForce(robot.driver)
      this.#refresh(true)
    }, EVERY)
  }

  current(): PreflightItem[] {
    return this.#items.current()
  }

  onChange(listener: () => void): () => void {
    return this.#items.onChange(listener)
  }

  /** The newest measurement of the network; null while it is measured, and without an arm. */
  linkTest(): LinkTest | null {
    return this.#linkTester.current()
  }

  /** Measures the network to the connected arm again. */
  async testLink(): Promise<void> {
    const { address } = this.#sources.robot.state.current()
    if (address !== null) await this.#linkTester.test(address.host)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const off of this.#offs) off()
  }

  /** Values change with every packet; they are passed on once a second, words at once. */
  #refresh(values: boolean): void {
    const before = this.#items.current()
    const after = this.#read()
    const wordChanged = after.some((item, at) => item.word !== before[at]?.word || item.state !== before[at].state)
    if (wordChanged || (values && JSON.stringify(after) !== JSON.stringify(before))) this.#items.set(after)
  }

  #read(): PreflightItem[] {
    const { robot, limits, supervisor, freeBytes } = this.#sources
    return preflight({
      state: robot.state.current(),
      limits: limits.current(),
      supervisor: supervisor.current(),
      host: this.#host,
      linkTest: this.#linkTester.current(),
      restForce: this.#restForce,
      freeBytes: freeBytes(),
    })
  }
}
