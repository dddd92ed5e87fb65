import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { openPage } from '../../journeys/open-page.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

async function forager(...words: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [join(appRoot, 'src', 'main', 'cli.ts'), ...words])
}

/** Collected before the window opens, by the command line of the same program. */
async function collect(home: string, name: string, seed: number): Promise<void> {
  const file = join(home, 'datasets', `${name}.forager`)
  const run = ['--world', 'panda', '--explorer', 'random', '--transitions', '2000', '--seed', String(seed)]
  await forager('collect', ...run, '--dataset', file)
}

/** What a person decides about datasets, by mouse and keys in the real window at a real station. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('curating datasets', { timeout: 240_000 }, () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const rows = (): Locator => page.locator('tr[data-index]')
  const row = (index: number): Locator => page.locator(`tr[data-index="${index}"]`)
  const selected = (): Locator => page.locator('tr[data-index][aria-selected=true]')
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name })
  const dialog = (): Locator => page.getByRole('dialog')
  /** Said in the head while episodes are left out. */
  const ofAll = (all: number): Locator => page.getByText(`of ${all} kept`)
  const datasets = (): string[] => readdirSync(join(station.home, 'datasets')).filter((name) => !name.startsWith('.'))

  beforeAll(async () => {
    station = await serveStation()
    await collect(station.home, 'one', 1)
    await collect(station.home, 'two', 2)
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await page.getByRole('option', { name: /one/ }).click()
    await page.getByRole('radio', { name: 'In order' }).click()
    await rows().nth(8).waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  // What lies over the screen when a step fails is mostly why.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      for (const over of await page.getByRole('dialog').all()) console.error(`open: ${await over.innerText()}`)
    })
  })

  it('selects one, several by Ctrl, and a range by Shift and by keys', async () => {
    await row(1).click()
    expect(await selected().count()).toBe(1)
    await row(3).click({ modifiers: ['Control'] })
    await expect.poll(() => selected().count()).toBe(2)
    await row(6).click({ modifiers: ['Shift'] })
    await expect.poll(() => selected().count()).toBe(4)
    await page.getByText('4 selected').waitFor()
    await row(0).click()
    await expect.poll(() => selected().count()).toBe(1)
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('3 selected').waitFor()
  })

  it('excludes them with Del after one question; Ctrl Z brings them back, Ctrl Y leaves them out again', async () => {
    const chip = await page.getByRole('radio', { name: /^All/ }).innerText()
    const all = Number(chip.replace(/\D/g, ''))
    await page.keyboard.press('Delete')
    await dialog().getByRole('heading', { name: 'Exclude 3 episodes?' }).waitFor()
    await picture(page, 'curation-1-exclude')
    await dialog().getByRole('button', { name: 'Exclude' }).click()
    await ofAll(all).waitFor()
    expect(await ofAll(all).locator('xpath=..').innerText()).toContain(String(all - 3))
    // The run reached its target, whatever is left out of it.
    await page.getByRole('option', { name: /^one.*Ready\s*\d+ left out$/ }).waitFor()
    await page.keyboard.press('Control+z')
    await ofAll(all).waitFor({ state: 'detached' })
    await page.keyboard.press('Control+y')
    await ofAll(all).waitFor()
    await row(0).click()
    await page.getByText('Episode 1, excluded').waitFor()
    const line = await row(0)
      .locator('td')
      .first()
      .evaluate((cell) => getComputedStyle(cell).textDecorationLine)
    expect(line).toBe('line-through')
    await picture(page, 'curation-2-excluded')
    expect(await overflows(page)).toEqual([])
  })

  it('lists what is excluded and restores it', async () => {
    await page.getByRole('radio', { name: /Excluded 3/ }).click()
    await expect.poll(() => rows().count()).toBe(3)
    await row(0).click()
    await button('Restore').click()
    await expect.poll(() => rows().count()).toBe(2)
    await page.getByRole('radio', { name: /^All/ }).click()
    await rows().nth(5).waitFor()
  })

  it('tags and notes an episode and the dataset', async () => {
    await row(5).click()
    await button(/^Tags/).first().click()
    await dialog().getByLabel('New tag of episode 6').fill('shaky')
    await dialog().getByLabel('New tag of episode 6').press('Enter')
    await dialog().getByRole('button', { name: 'Take the tag shaky off episode 6' }).waitFor()
    await dialog().getByLabel('Note on episode 6').fill('The cable pulled.')
    await dialog().getByRole('button', { name: 'Save note' }).click()
    await dialog().getByRole('button', { name: 'Save note' }).waitFor({ state: 'detached' })
    await picture(page, 'curation-3-tags')
    await dialog().getByRole('button', { name: 'Close' }).click()
    await page.getByText('Episode 6: shaky · The cable pulled.').waitFor()
    await page.getByLabel('New tag of the dataset').fill('good')
    await page.getByLabel('New tag of the dataset').press('Enter')
    await button('Take the tag good off the dataset').waitFor()
    // Ctrl Z inside a text field is the field's own.
    await page.getByLabel('New tag of the dataset').press('Control+z')
    await page.waitForTimeout(500)
    expect(await button('Take the tag good off the dataset').count()).toBe(1)
  })

  it('trims an episode on its time line, and keeps the whole again', async () => {
    await row(5).click()
    await button(/Open/).first().click()
    await page.getByRole('heading', { name: 'Episode 6', exact: true }).waitFor()
    await button('Trim').click()
    const first = page.getByRole('slider', { name: 'First step that is kept' })
    const last = page.getByRole('slider', { name: 'Last step that is kept' })
    const steps = Number(await last.getAttribute('aria-valuenow'))
    for (let press = 0; press < 4; press++) await first.press('ArrowRight')
    await last.press('ArrowLeft')
    expect(Number(await first.getAttribute('aria-valuenow'))).toBe(5)
    const box = (await last.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x - 200, box.y + box.height / 2, { steps: 4 })
    await page.mouse.up()
    const end = Number(await last.getAttribute('aria-valuenow'))
    expect(end).toBeLessThan(steps - 1)
    await picture(page, 'curation-4-trim')
    await button('Keep these steps').click()
    await page.getByText(`Steps 5 to ${end} kept`).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText(`Steps 5 to ${end} kept`).waitFor({ state: 'detached' })
    await page.keyboard.press('Control+y')
    await page.getByText(`Steps 5 to ${end} kept`).waitFor()
    await picture(page, 'curation-5-trimmed')
    expect(await overflows(page)).toEqual([])
    await page.getByRole('link', { name: 'one' }).click()
    await page.getByText(`steps 5 to ${end} kept`).waitFor()
    await picture(page, 'curation-6-list')
  })

  it('combines two datasets by rules, counted before it is saved, and offers the view to Train', async () => {
    await button('Combine').click()
    await dialog().getByLabel('Name').fill('both')
    await dialog().getByRole('checkbox', { name: /two/ }).check()
    await dialog().getByLabel('Shortest').fill('20')
    await dialog()
      .getByText(/two: \d+ of \d+ episodes/)
      .waitFor()
    await picture(page, 'curation-7-view')
    await dialog().getByRole('button', { name: 'Save the view' }).click()
    await button(/both/).click()
    await dialog().getByText('At least 20 steps.').waitFor()
    await picture(page, 'curation-8-saved-view')
    await dialog().getByRole('button', { name: 'Train on this' }).click()
    await page
      .getByRole('combobox', { name: /Dataset/ })
      .getByText('both')
      .waitFor()
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    expect(datasets()).toContain('both.forager-view')
  })

  it('changes a view as its next version, counted first; the former stays as it was', async () => {
    const file = (name: string): string => readFileSync(join(station.home, 'datasets', `${name}.forager-view`), 'utf8')
    const before = file('both')
    await button(/^both/).click()
    await dialog().getByRole('button', { name: 'Change…' }).click()
    await dialog().getByRole('heading', { name: 'New version of both' }).waitFor()
    expect(await dialog().getByLabel('Name').inputValue()).toBe('both-v2')
    expect(await dialog().getByLabel('Shortest').inputValue()).toBe('20')
    expect(await dialog().getByRole('checkbox', { name: /two/ }).isChecked()).toBe(true)
    await dialog().getByRole('checkbox', { name: /two/ }).uncheck()
    await dialog().getByLabel('Shortest').fill('30')
    await dialog()
      .getByText(/^one: \d+ of \d+ episodes$/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Save the view' }).click()
    await button(/^both-v2/).waitFor()
    expect(JSON.parse(file('both-v2'))).toMatchObject({ sources: [{ name: 'one' }], rules: { minSteps: 30 } })
    expect(file('both')).toBe(before)
    // The tests below are about the first one.
    await button(/^both-v2/).click()
    await dialog().getByRole('button', { name: 'Put into the trash' }).click()
    await button(/^both-v2/).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Trash…', exact: true }).click()
    await dialog().getByRole('button', { name: 'Erase…' }).click()
    await dialog().getByRole('button', { name: 'Erase', exact: true }).click()
    await dialog().getByText('The trash is empty.').waitFor()
    await dialog().getByRole('button', { name: 'Close' }).click()
  })

  it('puts a dataset into the trash, says so where it is missed, and brings it back', async () => {
    await page.getByRole('option', { name: /two/ }).click()
    await page.getByRole('heading', { name: 'two' }).waitFor()
    await button('Put into the trash').click()
    await dialog().getByRole('button', { name: 'Put into the trash' }).click()
    await page.getByRole('option', { name: /two/ }).waitFor({ state: 'detached' })
    expect(datasets()).not.toContain('two.forager')
    await button(/both/).getByText('Not usable').waitFor()
    await page.getByRole('button', { name: 'Trash…', exact: true }).click()
    await dialog().getByText('30 days left').waitFor()
    await picture(page, 'curation-9-trash')
    await dialog().getByRole('button', { name: 'Restore' }).click()
    await dialog().getByText('The trash is empty.').waitFor()
    await dialog().getByRole('button', { name: 'Close' }).click()
    await page.getByRole('option', { name: /two/ }).waitFor()
    expect(existsSync(join(station.home, 'datasets', 'two.forager'))).toBe(true)
    await button(/both/).getByText('View').waitFor()
  })

  it('erases only after a second press', async () => {
    await page.getByRole('option', { name: /two/ }).click()
    await button('Put into the trash').click()
    await dialog().getByRole('button', { name: 'Put into the trash' }).click()
    await page.getByRole('option', { name: /two/ }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Trash…', exact: true }).click()
    await dialog().getByRole('button', { name: 'Erase…' }).click()
    await dialog().getByText('Erase it for good?').waitFor()
    await dialog().getByRole('button', { name: 'Erase', exact: true }).click()
    await dialog().getByText('The trash is empty.').waitFor()
    await dialog().getByRole('button', { name: 'Close' }).click()
  })

  it('complained about nothing', () => {
    expect(complaints).toEqual([])
  })
})
