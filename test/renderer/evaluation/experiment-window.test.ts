import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { openPage } from '../../journeys/open-page.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'
import { runCli, startCli } from '../../main/verbs/run-cli.ts'

/** A grid of Random and GEP by TD3: 2 collections, 8 trainings and 8 evaluations. */
const SMALL = ['--scale', '0.001', '--seeds', '1', '--explorer', 'random', '--explorer', 'gep', '--learner', 'td3']

/** An experiment in the real window while a worker is at it, killed and gone on. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('an experiment', { timeout: 240_000 }, () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  let folder: string
  const complaints: string[] = []
  const cell = (explorer: string): Locator =>
    page.getByRole('gridcell', { name: new RegExp(`^TD3 on ${explorer} data`) })
  const fact = (row: RegExp): Locator => page.getByRole('row').filter({ hasText: row })

  beforeAll(async () => {
    station = await serveStation()
    // A name that a shell would take for two words.
    folder = join(station.home, 'experiments', 'small one')
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
  })

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  it('fills its grid in while a worker is at it, and says so when nobody is', async () => {
    const worker = startCli('experiment', 'table1', '--out', folder, ...SMALL)
    await page.getByRole('link', { name: 'Evaluate', exact: true }).click()
    await expect
      .poll(async () => {
        await page.getByRole('combobox', { name: /^Results/ }).click()
        const found = await page.getByRole('option', { name: /^small/ }).count()
        if (found === 0) await page.keyboard.press('Escape')
        return found
      })
      .toBe(1)
    await page.getByRole('option', { name: /^small/ }).click()
    await fact(/^State\d+ jobs? running|^Stateone job running/).waitFor()
    await fact(/^Jobs done[1-9]/).waitFor()
    worker.child.kill('SIGKILL')
    await worker.done
    await fact(/^StateNot running/).waitFor()
    const command = `npm run -s forager -- experiment resume '${folder}'`
    await page.getByText(command, { exact: true }).waitFor()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command)
    await picture(page, 'experiment-1-not-running')
    expect(await overflows(page)).toEqual([])
  })

  it('shows every value when it has been gone on with, and how a cell came to its own', async () => {
    const resumed = runCli('experiment', 'resume', folder)
    await fact(/^StateDone/).waitFor({ timeout: 200_000 })
    expect((await resumed).code).toBe(0)
    await fact(/^Jobs done18 of 18/).waitFor()
    await expect.poll(() => cell('Random linear').getAttribute('aria-label')).toMatch(/Done, 0\.\d\d$/)
    await cell('Random linear').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByRole('img', { name: 'TD3 on GEP data over the updates' }).waitFor()
    const runs = page.getByRole('table', { name: 'Runs of the cell' }).getByRole('row')
    await expect.poll(() => runs.count()).toBe(1 + 4)
    await cell('Random linear').click()
    await page.getByRole('img', { name: 'TD3 on Random linear data over the updates' }).waitFor()
    await page.getByText(folder, { exact: true }).waitFor()
    await picture(page, 'experiment-2-done')
    expect(await overflows(page)).toEqual([])
  })

  it('hands over the table and the figure that stand in its folder', async () => {
    for (const [button, name] of [
      ['CSV', 'results.csv'],
      ['Figure', 'table1.svg'],
    ] as const) {
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button, exact: true }).click(),
      ])
      expect(saved.suggestedFilename()).toBe(`small one-${name}`)
      expect(readFileSync(await saved.path(), 'utf8')).toBe(readFileSync(join(folder, name), 'utf8'))
    }
    expect(complaints).toEqual([])
  })
})
