import type { Browser, Locator, Page } from 'playwright-core'
import { armModelOf } from '../../../src/main/platform/arm-model.ts'
import { startArmAndHand } from '../../../src/main/robot/arm-and-hand.ts'
import type { ArmAndHand } from '../../../src/main/robot/arm-and-hand.ts'
import { launchChromium } from '../../journeys/chromium.ts'
import { serveStation } from '../../journeys/served-station.ts'
import type { ServedStation } from '../../journeys/served-station.ts'

/** ms that a millisecond of motion waits for a station that is late: beside a browser it may be. */
const PATIENCE = 200

export interface Standing {
  /** From 6 on a Franka Research 3. */
  protocol?: number
  /** As of `sim-panda --fault`. */
  fault?: string
  /** m, of an object between the fingers. */
  objectWidth?: number
}

/** The Robot screen in a real Chromium, at a station of its own; arms with their Hands stand in this process. */
export class RobotWindow {
  readonly page: Page
  readonly complaints: string[] = []
  readonly #station: ServedStation
  readonly #browser: Browser
  #arm: ArmAndHand | null = null

  private constructor(station: ServedStation, browser: Browser, page: Page) {
    this.#station = station
    this.#browser = browser
    this.page = page
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  /** Without WebGL: what is tested needs none, and drawing by the processor would starve the arm. */
  static async open(): Promise<RobotWindow> {
    const [station, browser] = await Promise.all([serveStation(), launchChromium(['--disable-3d-apis'])])
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(station.url)
    return new RobotWindow(station, browser, page)
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** The row of a table whose cells read like this, without anything between them. */
  row(cells: RegExp): Locator {
    return this.page.getByRole('row').filter({ hasText: cells })
  }

  /** Puts an arm with its Hand there and connects to it by its address. */
  async connect({ protocol = 5, fault = '', objectWidth }: Standing = {}): Promise<ArmAndHand> {
    const options = {
      host: '127.0.0.1',
      port: 0,
      protocol,
      model: armModelOf(protocol),
      seed: 1,
      fault,
      patienceMs: PATIENCE,
    }
    this.#arm = await startArmAndHand(options, objectWidth)
    await this.page.getByRole('link', { name: 'Robot', exact: true }).click()
    await this.page.getByLabel('Address of the Control unit').fill(`127.0.0.1:${this.#arm.robot.port}`)
    await this.button('Connect').click()
    await this.page.locator('header').getByText('Ready').waitFor()
    return this.#arm
  }

  async disconnect(): Promise<void> {
    await this.page.getByRole('link', { name: 'Robot', exact: true }).click()
    await this.button('Disconnect').first().click()
    await this.page.locator('header').getByText('Not connected').waitFor()
    await this.#arm?.close()
    this.#arm = null
  }

  /** The process of the station stands still, as one that hangs; its sockets stay open. */
  freeze(): void {
    this.#station.child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#station.child.kill('SIGCONT')
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#station.end()
    await this.#arm?.close()
  }
}
