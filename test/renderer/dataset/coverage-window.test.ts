import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { openPage } from '../../journeys/open-page.ts'
import { overflows } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

const cli = (...words: string[]) =>
  promisify(execFile)(process.execPath, [join(appRoot, 'src', 'main', 'cli.ts'), ...words])

/** Collected before the window opens, by the command line of the same program. */
async function collect(file: string, world: string, explorer: string, transitions: number): Promise<void> {
  const run = ['--world', world, '--explorer', explorer, '--transitions', String(transitions), '--seed', '3']
  await cli('collect', ...run, '--dataset', file)
}

interface Told {
  coverage: { workspace: { fraction: number }; entropy: number; observations: { name: string; entropy: number }[] }
}

/** The Coverage view of the Datasets screen in the real window, beside what `info` tells of the same files. */
describe.skipIf(chromiumPath === undefined)('what a dataset covers', () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  let told: { datasets: [Told, Told] }
  const complaints: string[] = []
  const figures = (): Locator => page.getByRole('table', { name: 'Coverage' })
  const row = (label: string): Locator => figures().getByRole('row', { name: new RegExp(`^${label}`) })
  const cells = (label: string): Promise<string[]> => row(label).getByRole('cell').allTextContents()
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
  const dataset = async (name: string): Promise<void> => {
    const list = page.getByRole('listbox', { name: 'Datasets' })
    await list.getByRole('option', { name: new RegExp(`^${name}`) }).click()
    await page.getByRole('heading', { name, exact: true }).waitFor()
  }

  beforeAll(async () => {
    station = await serveStation()
    const file = (name: string): string => join(station.home, 'datasets', `${name}.forager`)
    await collect(file('linear'), 'panda', 'random', 6000)
    await collect(file('uniform'), 'panda', 'uniform', 4000)
    await collect(file('hopper'), 'Hopper-v1', 'random', 500)
    told = JSON.parse((await cli('info', file('linear'), file('uniform'), '--json')).stdout) as typeof told
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await dataset('linear')
    await page.locator('tr[data-index]').first().waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  it('opens with its key and shows the figures that info tells', async () => {
    await page.keyboard.press('c')
    await row('Workspace reached').waitFor()
    const [linear] = told.datasets
    expect(await cells('Workspace reached')).toEqual([percent(linear.coverage.workspace.fraction)])
    // The head of the dataset tells the same share.
    const head = page
      .getByRole('region', { name: 'Dataset linear' })
      .getByTitle(/cells of 50 mm within reach$/)
      .first()
    expect(await head.textContent()).toBe(`Coverage${percent(linear.coverage.workspace.fraction)}`)
    expect(await cells('Entropy of the states')).toEqual([percent(linear.coverage.entropy)])
    expect(await cells('Transitions')).toEqual(['6,000'])
    for (const { name, entropy } of linear.coverage.observations) {
      const shown = await page
        .getByRole('img', { name: new RegExp(`^${name}: entropy`) })
        .first()
        .getAttribute('aria-label')
      expect(shown).toBe(`${name}: entropy ${(entropy * 100).toFixed(0)} % of even`)
    }
    expect(await page.getByRole('region', { name: 'Angles' }).getByRole('img').count()).toBe(7)
    await page.getByRole('img', { name: /^Workspace reached in the end: linear/ }).waitFor()
  })

  it('puts another dataset of the same world beside it, with differences, drawn over it', async () => {
    await page.getByRole('combobox', { name: /Compare with/ }).click()
    const options = page.getByRole('listbox', { name: 'Compare with' }).getByRole('option')
    expect(await options.allTextContents()).toEqual(['No other dataset', 'uniform4,000'])
    await options.nth(1).click()
    await figures().getByRole('columnheader', { name: 'uniform' }).waitFor()
    const shares = told.datasets.map(({ coverage }) => coverage.workspace.fraction)
    const [a, b, difference] = await cells('Workspace reached')
    expect([a, b]).toEqual(shares.map(percent))
    expect(Number(difference!.replace('−', '-'))).toBeCloseTo(100 * (shares[1]! - shares[0]!), 1)
    expect((await cells('Entropy of the states')).slice(0, 2)).toEqual(
      told.datasets.map(({ coverage }) => percent(coverage.entropy)),
    )
    const first = page.getByRole('img', { name: /^q1: entropy/ })
    expect(await first.locator('path').count()).toBe(2)
  })

  it('remembers the view and the comparison, and the key goes on to the timeline and back to the episodes', async () => {
    await dataset('hopper')
    await page.locator('tr[data-index]').first().waitFor()
    await dataset('linear')
    await figures().getByRole('columnheader', { name: 'uniform' }).waitFor()
    const isShown = (view: string) => page.getByRole('radio', { name: view, exact: true }).isChecked()
    await page.keyboard.press('c')
    await expect.poll(() => isShown('Timeline')).toBe(true)
    expect(await figures().count()).toBe(0)
    await page.keyboard.press('c')
    await page.locator('tr[data-index]').first().waitFor()
    expect(await isShown('Episodes')).toBe(true)
  })

  it('shows a world without a tool tip without what only an arm has', async () => {
    await dataset('hopper')
    await page.getByRole('radio', { name: 'Coverage' }).click()
    await row('Entropy of the states').waitFor()
    expect(await row('Workspace reached').count()).toBe(0)
    expect(await row('Ended: terminal').count()).toBe(1)
    expect(await page.getByRole('combobox', { name: /Compare with/ }).isDisabled()).toBe(true)
  })

  it('fits both sizes, its figures scroll by keys, and nothing complained', async () => {
    await dataset('linear')
    await page.keyboard.press('c')
    await row('Workspace reached').waitFor()
    for (const size of [
      { width: 1440, height: 900 },
      { width: 1024, height: 700 },
    ]) {
      await page.setViewportSize(size)
      expect(await overflows(page)).toEqual([])
    }
    const scrolled = page.getByRole('group', { name: 'Coverage figures' })
    await scrolled.focus()
    await page.keyboard.press('End')
    await expect.poll(() => scrolled.evaluate((element) => element.scrollTop)).toBeGreaterThan(0)
    expect(complaints).toEqual([])
  })
})
