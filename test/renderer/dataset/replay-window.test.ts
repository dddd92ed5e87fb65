import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { openPage } from '../../journeys/open-page.ts'
import { rearm } from '../../journeys/rearm.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

/** A recorded episode on the simulated arm that stands beside the station, by the window. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('replaying an episode', { timeout: 240_000 }, () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const dialog = () => page.getByRole('dialog')

  beforeAll(async () => {
    station = await serveStation()
    const file = join(station.home, 'datasets', 'short.forager')
    const run = ['--world', 'panda', '--explorer', 'ou', '--transitions', '120', '--steps-per-episode', '60']
    const words = [join(appRoot, 'src', 'main', 'cli.ts'), 'collect', ...run, '--dataset', file]
    await promisify(execFile)(process.execPath, words)
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  const openReplay = async () => {
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await page.getByRole('option', { name: /short/ }).click()
    await page.getByRole('radio', { name: 'In order' }).click()
    await page.locator('tr[data-index="0"]').dblclick()
    await button('Replay on the arm…').click()
    await dialog().getByRole('heading', { name: 'Replay episode 1 on the arm' }).waitFor()
  }

  /** Replays, pauses half way and goes on; false when a stop came between. */
  const replayWithPause = async (): Promise<boolean> => {
    const latched = page.getByRole('alertdialog')
    const comes = async (text: string): Promise<boolean> => {
      const found = dialog().getByText(text, { exact: true })
      await found.or(latched).first().waitFor({ timeout: 60_000 })
      return !(await latched.isVisible())
    }
    await dialog().getByRole('radio', { name: '25 %' }).click()
    await dialog().getByRole('checkbox').check()
    await dialog().getByRole('button', { name: 'Replay on the arm' }).click()
    if (!(await comes('Replaying'))) return false
    await button('Pause').or(latched).first().click()
    if (!(await comes('Paused'))) return false
    await picture(page, 'replay-2-paused')
    expect(await overflows(page)).toEqual([])
    // A stop that comes at this very moment stands over the button.
    await dialog().getByRole('button', { name: 'Go on' }).or(latched).first().click()
    return comes('Replayed to its end; the arm is at home.')
  }

  it('says that the arm must be connected first', async () => {
    await openReplay()
    await dialog().getByText('Connect the arm on the Robot screen first.').waitFor()
    expect(await dialog().getByRole('radio', { name: '100 %' }).isDisabled()).toBe(true)
    await dialog().getByRole('button', { name: 'Close' }).click()
  })

  it('moves the arm slowly first, shows it beside the recording, pauses, goes on and ends at home', async () => {
    await page.getByRole('link', { name: 'Robot', exact: true }).click()
    await page.getByRole('radio', { name: 'Simulated Panda' }).click()
    await button('Start and connect').click()
    await page.locator('header').getByText('Ready').first().waitFor()
    await openReplay()
    await picture(page, 'replay-1-ready')
    // A machine that stalls does stop the arm; then the replay is started again, as a person would.
    for (let stops = 0; !(await replayWithPause()); stops++) {
      expect(stops).toBeLessThan(10)
      await rearm(page)
      await page.getByRole('alertdialog').getByRole('button', { name: 'Close' }).click()
    }
    await picture(page, 'replay-3-done')
    await expect.poll(() => dialog().getByRole('radio', { name: '100 %' }).isDisabled()).toBe(false)
    expect(complaints).toEqual([])
  })
})
