import type { PreflightItem } from '../../../contract/robot.ts'
import { armLimits, armModel } from '../../platform/arm-model.ts'
import { Watched } from '../../platform/watched.ts'
import type { Feed } from '../../platform/watched.ts'
import { readHostFacts } from './host-facts.ts'
import { LinkTester } from './link-test.ts'
import type { LinkTest } from './link-test.ts'
import { preflight } from './preflight.ts'
import { restForce } from './rest-force.ts'
import type { Robot } from '../robot.ts'

const EVERY = 1000 // ms

/** The checklist "Before motion", kept up to date: once a second, and at once when a state word changes. */
export class PreflightWatch implements Feed<PreflightItem[]> {
  readonly #robot: Robot
  readonly #freeBytes: () => number | null
  readonly #items: Watched<PreflightItem[]>
  readonly #timer: NodeJS.Timeout
  readonly #off: () => void
  readonly #linkTester = new LinkTester(() => this.#refresh(true))
  #host = readHostFacts()
  #restForce: number | null = null

  constructor(robot: Robot, freeBytes: () => number | null) {
    this.#robot = robot
    this.#freeBytes = freeBytes
    this.#items = new Watched(this.#read())
    this.#off = robot.state.onChange(() => {
      this.#linkTester.follow(robot.state.current())
      this.#refresh(false)
    })
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
    const { address } = this.#robot.state.current()
    if (address !== null) await this.#linkTester.test(address.host)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#off()
  }

  /** Values change with every packet; they are passed on once a second, words at once. */
  #refresh(values: boolean): void {
    const before = this.#items.current()
    const after = this.#read()
    const wordChanged = after.some((item, at) => item.word !== before[at]?.word || item.state !== before[at].state)
    if (wordChanged || (values && JSON.stringify(after) !== JSON.stringify(before))) this.#items.set(after)
  }

  #read(): PreflightItem[] {
    return preflight({
      state: this.#robot.state.current(),
      limits: armLimits(),
      supervisor: armModel().supervisor,
      host: this.#host,
      linkTest: this.#linkTester.current(),
      restForce: this.#restForce,
      freeBytes: this.#freeBytes(),
    })
  }
}
