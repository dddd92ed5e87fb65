import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { LARGE, openPage } from '../../journeys/open-page.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

/** The queue of trainings in the real window. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('the queue of trainings', { timeout: 240_000 }, () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const queue = (): Locator => page.getByRole('region', { name: 'New training and queue' })
  const run = (state: string): Locator =>
    page.getByRole('table', { name: 'Runs' }).getByRole('row').filter({ hasText: state })

  beforeAll(async () => {
    station = await serveStation()
    const cli = join(appRoot, 'src', 'main', 'cli.ts')
    const words = ['collect', '--world', 'panda', '--explorer', 'random', '--transitions', '2000', '--seed', '3']
    // With a second dataset the form offers to join them: it is at its highest.
    for (const name of ['explored', 'more']) {
      const file = join(station.home, 'datasets', `${name}.forager`)
      await promisify(execFile)(process.execPath, [cli, ...words, '--dataset', file])
    }
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await page.getByRole('combobox', { name: /^Task/ }).click()
    await page.getByRole('option', { name: /^Reach goal A/ }).click()
    await page.getByRole('textbox', { name: 'Updates' }).fill('50,000,000')
    await page.getByLabel('Seeds', { exact: true }).fill('3')
    await page.getByRole('button', { name: 'Add 3 runs to the queue' }).click()
    await run('Running').waitFor()
  }, 240_000)

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  it('tells its runs apart in a small window, and covers no field and no button', async () => {
    await page.setViewportSize({ width: 1024, height: 700 })
    const seeds = page.getByLabel('Seeds', { exact: true })
    await seeds.focus()
    const [field, add] = [await seeds.boundingBox(), await queue().getByRole('button', { name: /^Add/ }).boundingBox()]
    expect(field!.y + field!.height).toBeLessThanOrEqual(add!.y)
    const pane = await queue().boundingBox()
    const stop = await queue().getByRole('button', { name: 'Stop and keep' }).boundingBox()
    expect(stop!.y + stop!.height).toBeLessThanOrEqual(pane!.y + pane!.height)
    await page.getByRole('region', { name: 'Curves' }).getByText('seed 1', { exact: true }).waitFor()
    for (const seed of ['1', '2', '3']) {
      const own = page.getByRole('row').filter({ has: page.getByRole('checkbox', { name: `Draw TD3, seed ${seed}` }) })
      await own.getByRole('cell', { name: seed, exact: true }).first().waitFor()
    }
    expect(await overflows(page)).toEqual([])
    await page.locator('[class*=newRun]').evaluate((form) => form.scrollTo(0, 0))
    await picture(page, 'queue-1-seeds')
    await page.setViewportSize(LARGE)
  })

  it('lets one run that waits leave it', async () => {
    await queue().getByText('1 running, 2 waiting').waitFor()
    await run('Waiting').first().getByRole('button', { name: 'Remove from queue' }).click()
    await queue().getByText('1 running, 1 waiting').waitFor()
    expect(await run('Waiting').count()).toBe(1)
  })

  it('ends all seeds of a group at once, with what has been learned kept', async () => {
    await queue()
      .getByText(/^[1-9][\d,]* of 50,000,000$/)
      .waitFor()
    await queue().getByRole('button', { name: 'Stop and keep' }).click()
    await queue().getByText('Nothing to train').waitFor()
    expect(await run('Stopped').count()).toBe(1)
    expect(await page.getByRole('checkbox', { name: /^Draw TD3/ }).count()).toBe(1)
    await picture(page, 'queue-2-stopped')
    expect(await overflows(page)).toEqual([])
  })

  it('keeps a run that was begun before in the list when it leaves the queue', async () => {
    await page.getByLabel('Seeds', { exact: true }).fill('1')
    await page.getByRole('button', { name: 'Add to queue' }).click()
    await run('Running').waitFor()
    await run('Stopped').getByRole('button', { name: 'Resume' }).click()
    await run('Waiting').getByRole('button', { name: 'Remove from queue' }).click()
    await run('Stopped').getByRole('button', { name: 'Resume' }).waitFor()
    await run('Stopped').getByRole('button', { name: 'Remove from list' }).click()
    await run('Running').getByRole('button', { name: 'Stop and keep' }).click()
    await run('Stopped').getByRole('button', { name: 'Remove from list' }).click()
    await page.getByText('No runs yet').waitFor()
    expect(complaints).toEqual([])
  })
})
