import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { rearm } from '../../journeys/rearm.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

/** STOP in the real window, at a real station with its simulated arm. */
describe.skipIf(chromiumPath === undefined)('STOP', () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  const dialog = (): Locator => page.getByRole('alertdialog')
  const stopButton = (): Locator => page.getByRole('button', { name: 'STOP, software stop' })
  const cell = (): Locator => page.locator('header a[href="#/robot"]').last()

  beforeAll(async () => {
    station = await serveStation()
    // Without WebGL: STOP must not depend on it, and drawing by the processor would starve what is measured here.
    browser = await launchChromium(['--disable-3d-apis'])
    page = await browser.newPage({ viewport: { width: 1024, height: 700 } })
    await page.goto(station.url)
    await page.getByRole('radio', { name: 'Simulated Panda' }).click()
    await page.getByRole('button', { name: 'Start and connect' }).click()
    await cell().getByText('Ready').waitFor()
  })

  afterAll(async () => {
    await browser.close()
    await station.end()
  })

  beforeEach(async () => {
    await page.getByRole('link', { name: 'Robot', exact: true }).click()
    if (await dialog().isVisible()) await rearmAndClose()
    else {
      await page.getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Arm the robot' }).click()
    }
    await cell().getByText('Armed').waitFor()
  })

  async function rearmAndClose(): Promise<void> {
    await rearm(page)
    await dialog().getByRole('button', { name: 'Close' }).click()
    await dialog().waitFor({ state: 'hidden' })
  }

  /** What a press in the middle of STOP would hit. */
  const hitsStop = (): Promise<boolean> =>
    stopButton().evaluate((button) => {
      const { left, top, width, height } = button.getBoundingClientRect()
      const hit = document.elementFromPoint(left + width / 2, top + height / 2)
      return hit !== null && button.contains(hit)
    })

  it('is taken by Space before a focused button sees it', async () => {
    await page.getByRole('button', { name: 'Disarm the robot' }).focus()
    await page.keyboard.press('Space')
    await dialog().getByText('Stopped.').waitFor()
    await cell().getByText('Stopped, held').waitFor()
  })

  it('is left alone by Space in a text field, and taken by Esc there', async () => {
    await page.getByRole('link', { name: 'Collect', exact: true }).click()
    const operator = page.getByLabel('Operator')
    await operator.fill('M.')
    await operator.press('Space')
    await operator.press('O')
    expect(await operator.inputValue()).toBe('M. O')
    expect(await dialog().isVisible()).toBe(false)
    await cell().getByText('Armed').waitFor()
    await operator.press('Escape')
    await dialog().getByText('Stopped.').waitFor()
  })

  it('stays in reach over the dialog, under an open list of keys, on every screen', async () => {
    const places = []
    for (const name of ['Robot', 'Collect', 'Datasets', 'Train', 'Evaluate']) {
      await page.getByRole('link', { name, exact: true }).click()
      expect(await hitsStop(), name).toBe(true)
      places.push(JSON.stringify(await stopButton().boundingBox()))
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await hitsStop()).toBe(true)
    await stopButton().click()
    await dialog().getByText('Stopped.').waitFor()
    expect(await hitsStop()).toBe(true)
    places.push(JSON.stringify(await stopButton().boundingBox()))
    expect(new Set(places).size).toBe(1)
  })

  it('needs the tick, a whole second of holding, and ends with an armed arm that stands', async () => {
    await page.keyboard.press('Escape')
    await dialog().waitFor()
    const hold = dialog().getByRole('button', { name: /Re-arm/ })
    expect(await hold.isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await dialog().isVisible()).toBe(true)
    await dialog().getByRole('checkbox').check()
    await hold.click()
    expect(await dialog().getByText('Re-armed.').isVisible()).toBe(false)
    await rearmAndClose()
    await cell().getByText('Armed').waitFor()
  })
})

/** A window whose station is gone. */
describe.skipIf(chromiumPath === undefined)('a lost station', () => {
  it('is told honestly, and STOP points to the hardware stop', async () => {
    const station = await serveStation()
    const browser = await launchChromium(['--disable-3d-apis'])
    try {
      const page = await browser.newPage({ viewport: { width: 1024, height: 700 } })
      await page.goto(station.url)
      await page.getByText('Not connected').first().waitFor()
      await station.end()
      await page.getByText(/The station has not answered for/).waitFor()
      await page.locator('header').getByText('the station does not answer').waitFor()
      await page.getByRole('button', { name: 'STOP, software stop' }).click()
      await page.getByText('STOP did not reach the station.').waitFor()
      await page.getByText(/Press the hardware stop now/).waitFor()
    } finally {
      await browser.close()
    }
  })
})
