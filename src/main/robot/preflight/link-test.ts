import type { RobotState } from '../../../contract/robot.ts'
import { native } from '../../platform/native.ts'

/** Desk, the robot's web page, listens here; also a closed port answers. The control interface itself is left alone. */
const DESK_PORT = 443
const COUNT = 50
const INTERVAL = 20 // ms

/** Round trip of the network to the Control unit; null where nothing answered. */
export interface LinkTest {
  meanMs: number | null
  worstMs: number | null
  answered: number
  asked: number
  /** Each answered one, ms. */
  timesMs: number[]
}

/** Measures the network to the arm once for each connection, and again when asked. */
export class LinkTester {
  readonly #onResult: () => void
  #result: LinkTest | null = null
  #testedFor = ''

  constructor(onResult: () => void) {
    this.#onResult = onResult
  }

  /** Null while it is measured, and before. */
  current(): LinkTest | null {
    return this.#result
  }

  /** Starts a test when the arm has just been connected. */
  follow({ link, address }: RobotState): void {
    const place = link === 'connected' && address !== null ? `${address.host}:${address.port}` : ''
    if (place === '') {
      this.#testedFor = ''
      return
    }
    if (place === this.#testedFor || address === null) return
    this.#testedFor = place
    void this.test(address.host)
  }

  async test(host: string): Promise<void> {
    this.#result = null
    const times = await native.connectTimes(host, DESK_PORT, COUNT, INTERVAL).catch(() => new Float64Array())
    const answered = Array.from(times).filter((time) => time >= 0)
    this.#result = {
      meanMs: answered.length === 0 ? null : answered.reduce((sum, time) => sum + time, 0) / answered.length,
      worstMs: answered.length === 0 ? null : Math.max(...answered),
      answered: answered.length,
      asked: COUNT,
      timesMs: answered,
    }
    this.#onResult()
  }
}
