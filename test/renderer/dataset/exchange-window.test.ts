import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { openPage } from '../../journeys/open-page.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

const TRANSITIONS = 1500

/** Out to another tool's file and back, in the real window; the files are looked at on disk. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('exporting and importing', { timeout: 240_000 }, () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  let episodes = 0
  const complaints: string[] = []
  const dialog = (): Locator => page.getByRole('dialog')
  const inDialog = (name: string | RegExp): Locator => dialog().getByRole('button', { name })
  const target = (): Locator => dialog().getByLabel(/^New (file|folder) on/)

  beforeAll(async () => {
    station = await serveStation()
    const file = join(station.home, 'datasets', 'source.forager')
    const run = ['--world', 'panda', '--explorer', 'random', '--transitions', String(TRANSITIONS), '--seed', '3']
    const words = [join(appRoot, 'src', 'main', 'cli.ts'), 'collect', ...run, '--dataset', file, '--json']
    const { stdout } = await promisify(execFile)(process.execPath, words)
    episodes = (JSON.parse(stdout) as { episodes: number }).episodes
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await page.getByRole('heading', { name: 'source', exact: true }).waitFor()
  }, 120_000)

  // What the dialog says when a step fails is mostly why.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      for (const over of await page.getByRole('dialog').all()) console.error(`open: ${await over.innerText()}`)
    })
  })

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  it('says before it writes what a format cannot hold, where it goes and how much it is', async () => {
    await page.getByRole('button', { name: 'Export…' }).click()
    await dialog()
      .getByText(`${episodes} episodes, ${TRANSITIONS.toLocaleString('en')} transitions`)
      .waitFor()
    expect(await dialog().getByRole('radiogroup', { name: 'Format', exact: true }).getByRole('radio').count()).toBe(8)
    await dialog().getByText('A reward: the dataset has none').waitFor()
    await dialog()
      .getByText(/^About .* to write, .* free there\.$/)
      .waitFor()
    expect(await target().inputValue()).toBe(join(station.home, 'exports', 'source.hdf5'))
    await dialog().getByRole('radio', { name: /^CSV/ }).click()
    await expect.poll(() => target().inputValue()).toBe(join(station.home, 'exports', 'source.csv'))
    await dialog().getByText('The run sheet: who recorded the data').waitFor()
    await picture(page, 'exchange-1-export')
    expect(await overflows(page)).toEqual([])
  })

  it('refuses a path that is taken before it writes anything', async () => {
    const taken = join(station.home, 'datasets', 'source.forager')
    const before = statSync(taken).size
    await target().fill(taken)
    await expect.poll(() => inDialog(/^Export as CSV/).isDisabled()).toBe(true)
    expect(await inDialog(/^Export as CSV/).getAttribute('title')).toContain(taken)
    expect(statSync(taken).size).toBe(before)
  })

  it('writes the file, counts it again, and offers a free name for the next one', async () => {
    const out = join(station.home, 'exports', 'source.csv')
    await target().fill(out)
    await expect.poll(() => inDialog(/^Export as CSV/).isEnabled()).toBe(true)
    await inDialog(/^Export as CSV/).click()
    await dialog().getByText('Exported source as CSV').waitFor()
    await dialog()
      .getByText(`${episodes} episodes, ${TRANSITIONS.toLocaleString('en')} transitions`)
      .nth(1)
      .waitFor()
    const rows = readFileSync(out, 'utf8').trimEnd().split(/\r?\n/)
    const steps = rows.filter((row) => !row.startsWith('#')).length - 1
    // A row for each step, and for the last state of each episode where the table keeps it.
    expect([TRANSITIONS, TRANSITIONS + episodes]).toContain(steps)
    await picture(page, 'exchange-2-exported')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('looks at a file first, says what it believes, and refuses what is not there', async () => {
    await page.getByRole('button', { name: 'Import…' }).click()
    expect(await inDialog('Look at it').isDisabled()).toBe(true)
    await dialog()
      .getByLabel(/^File or folder/)
      .fill(join(station.home, 'nothing.csv'))
    await inDialog('Look at it').click()
    await dialog()
      .getByRole('alert')
      .getByText(/There is nothing at .*nothing\.csv/)
      .waitFor()
    await picture(page, 'exchange-3-refused')
    await dialog()
      .getByLabel(/^File or folder/)
      .fill(join(station.home, 'exports', 'source.csv'))
    await inDialog('Look at it').click()
    await dialog().getByText('Assumed, because the file does not say it').waitFor()
    const fact = (label: string) => dialog().getByRole('row', { name: new RegExp(`^${label}`) })
    expect(await fact('Episodes').innerText()).toContain(String(episodes))
    expect(await fact('Transitions').innerText()).toContain(TRANSITIONS.toLocaleString('en'))
    expect(await fact('World').innerText()).toContain('panda')
    await picture(page, 'exchange-4-import')
    expect(await overflows(page)).toEqual([])
  })

  it('does not take a name twice, makes a dataset under another, and checks it', async () => {
    const name = dialog().getByLabel('Name of the new dataset')
    expect(await name.inputValue()).toBe('source')
    await inDialog('Import as source').click()
    await dialog()
      .getByText(/exists|already|taken/i)
      .first()
      .waitFor()
    await name.fill('came-back')
    await inDialog('Import as came-back').click()
    await dialog().getByText('Imported source.csv as came-back.').waitFor()
    expect(existsSync(join(station.home, 'datasets', 'came-back.forager'))).toBe(true)
    await inDialog('Close').click()
    await page.getByRole('option', { name: /^came-back/ }).click()
    await page.getByRole('heading', { name: 'came-back', exact: true }).waitFor()
    await page.getByText(/^Check: good/).waitFor()
    const figure = page.getByText('Transitions', { exact: true }).locator('xpath=..')
    expect(await figure.first().innerText()).toContain(TRANSITIONS.toLocaleString('en'))
    expect(complaints).toEqual([])
  })
})
