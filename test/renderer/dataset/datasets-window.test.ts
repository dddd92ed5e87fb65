import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

/** Collected before the window opens, by the command line of the same program. */
async function collect(home: string): Promise<void> {
  const file = join(home, 'datasets', 'browse-me.forager')
  const run = [
    'collect',
    '--world',
    'panda',
    '--explorer',
    'random',
    '--transitions',
    '6000',
    '--seed',
    '3',
    '--dataset',
    file,
  ]
  await promisify(execFile)(process.execPath, [join(appRoot, 'src', 'main', 'cli.ts'), ...run])
}

/** The Datasets and Episode screens in the real window, at a real station with data that it collected. */
describe.skipIf(chromiumPath === undefined)('browsing a dataset', () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  const rows = (): Locator => page.locator('tr[data-index]')
  const selected = (): Locator => page.locator('tr[data-index][aria-selected=true]')
  const column = async (n: number): Promise<number[]> =>
    (await rows().locator(`td:nth-child(${n})`).allTextContents()).map((cell) => Number(cell.replace(/,/g, '')))
  const slider = (): Locator => page.getByRole('slider', { name: 'Time' })
  const step = async (): Promise<number> => Number(await slider().getAttribute('aria-valuenow'))

  beforeAll(async () => {
    station = await serveStation()
    await collect(station.home)
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(station.url)
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await page.getByRole('option', { name: /browse-me/ }).click()
    await page.getByText('Check: good.').waitFor()
    await rows().nth(5).waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  it('lists the worst episodes first, then in order', async () => {
    const concern = await column(9)
    expect(concern[0]).toBeGreaterThan(concern.at(-1)!)
    expect(concern).toEqual([...concern].sort((a, b) => b - a))
    await page.getByRole('radio', { name: 'In order' }).click()
    await expect.poll(async () => (await column(1))[0]).toBe(1)
    const numbers = await column(1)
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  })

  it('sorts by any column, by mouse and by keys, and finds by words', async () => {
    await page.getByRole('radio', { name: 'Motion', exact: true }).click()
    await page.getByText(/^Measuring/).waitFor({ state: 'detached' })
    const head = page.getByRole('columnheader', { name: /^Jerk/ })
    await head.getByRole('button').click()
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending')
    const jerks = async () =>
      (await rows().locator('td:nth-child(5)').allTextContents()).map((cell) => parseFloat(cell.replace(/,/g, '')))
    await expect.poll(async () => isFalling(await jerks())).toBe(true)
    await page.keyboard.press('Enter')
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending')
    await expect.poll(async () => isFalling((await jerks()).toReversed())).toBe(true)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.getByRole('columnheader', { name: /^Tracking/ }).getAttribute('aria-sort'))
      .toBe('descending')
    const find = page.getByRole('searchbox', { name: /Find an episode/ })
    await find.fill('12')
    await expect.poll(() => rows().count()).toBe(1)
    expect(await column(1)).toEqual([12])
    await find.fill('')
    await page.getByRole('radio', { name: 'Supervisor', exact: true }).click()
    await page.getByRole('radio', { name: 'In order' }).click()
    await expect.poll(async () => (await column(1))[0]).toBe(1)
  })

  it('moves through the list by keys, draws only what is seen, and opens with Enter', async () => {
    await rows().first().click()
    await page.keyboard.press('End')
    await expect.poll(async () => Number(await selected().getAttribute('data-index'))).toBeGreaterThan(40)
    const last = Number(await selected().getAttribute('data-index'))
    expect(await rows().count()).toBeLessThan(last)
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => selected().getAttribute('data-index')).toBe('2')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Episode 3', exact: true }).waitFor()
  })

  it('moves one cursor by keys, marks and the time line', async () => {
    await slider().waitFor()
    const steps = Number(await slider().getAttribute('aria-valuemax'))
    expect(await step()).toBe(0)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await step()).toBe(2)
    await page.keyboard.press('Shift+ArrowRight')
    expect(await step()).toBe(22)
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect(await step()).toBe(1)
    for (let mark = 0; mark < 200 && (await step()) < steps; mark++) await page.keyboard.press('.')
    expect(await step()).toBe(steps)
    await page.getByText('The episode ended here.').waitFor()
    await page.keyboard.press(',')
    expect(await step()).toBeLessThan(steps)
  })

  it('plays to the end and stops there', async () => {
    await slider().press('Home')
    for (let press = 0; press < 3; press++) await page.keyboard.press('+')
    await page.keyboard.press('k')
    const steps = Number(await slider().getAttribute('aria-valuemax'))
    await expect.poll(step, { timeout: 20_000 }).toBe(steps)
    await page.getByRole('button', { name: /^Play/ }).waitFor()
  })

  it('exports the visible range as CSV', async () => {
    const steps = Number(await slider().getAttribute('aria-valuemax'))
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+e')])
    expect(download.suggestedFilename()).toBe('browse-me-episode-3.csv')
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(1 + steps + 1)
    expect(lines[0]).toMatch(/^step,time_s,q1_rad,/)
    expect(lines[1]!.split(',')).toHaveLength(lines[0]!.split(',').length)
  })

  it('zooms every plot by a drag, exports what is seen by a right click, and shows all again', async () => {
    const plot = page.getByRole('img', { name: /of every joint over time/ })
    const box = (await plot.boundingBox())!
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.4, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 5 })
    await page.mouse.up()
    await page.getByRole('button', { name: 'Show all' }).waitFor()
    await plot.click({ button: 'right' })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /Export the visible range as CSV/ }).click(),
    ])
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n')
    const steps = Number(await slider().getAttribute('aria-valuemax'))
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.length).toBeLessThan(0.4 * steps)
    expect(Number(lines[1]!.split(',')[0])).toBeGreaterThan(0)
    await plot.dblclick()
    await page.getByRole('button', { name: 'Show all' }).waitFor({ state: 'detached' })
  })

  it('goes to the next episode and back to the list where it was', async () => {
    await page.keyboard.press(']')
    await page.getByRole('heading', { name: 'Episode 4', exact: true }).waitFor()
    await page.keyboard.press('[')
    await page.getByRole('heading', { name: 'Episode 3', exact: true }).waitFor()
    await page.getByRole('link', { name: 'browse-me' }).click()
    await expect.poll(() => selected().getAttribute('data-index')).toBe('2')
    expect(await page.getByRole('radio', { name: 'In order' }).getAttribute('aria-checked')).toBe('true')
  })

  it('says and changes at the small size what was chosen at the large one', async () => {
    await page.getByRole('radio', { name: /^Safety limit/ }).click()
    await expect.poll(() => rows().getByText('Safety limit').count()).toBe(await rows().count())
    await page.setViewportSize({ width: 1024, height: 700 })
    const which = page.getByRole('combobox', { name: /^Which episodes Safety limit/ })
    await which.click()
    await page.getByRole('option', { name: /^All/ }).click()
    await page.getByRole('combobox', { name: /^Which episodes All/ }).waitFor()
    await rows().first().click()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Export CSV/ }).waitFor()
    await page.keyboard.press('-')
    await page.getByRole('combobox', { name: 'Playback speed 0.5×' }).click()
    await page.getByRole('option', { name: '8×' }).click()
    await page.getByRole('combobox', { name: 'Playback speed 8×' }).waitFor()
    expect(await overflows(page)).toEqual([])
    await picture(page, 'browse-1-episode')
    await page.getByRole('link', { name: 'browse-me' }).click()
    await rows().nth(3).waitFor()
    await picture(page, 'browse-2-list')
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  it('shows all transitions in a row, and opens the episode at the cursor', async () => {
    await page.keyboard.press('c')
    await page.keyboard.press('c')
    const line = page.getByRole('slider', { name: 'Transition' })
    await line.waitFor()
    await picture(page, 'browse-3-timeline')
    expect(await line.getAttribute('aria-valuemax')).toBe('6000')
    await line.hover()
    for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -100)
    await expect.poll(() => page.getByRole('button', { name: 'Show all' }).isEnabled()).toBe(true)
    const box = (await line.boundingBox())!
    await page.mouse.click(box.x + box.width / 2, box.y + 100)
    await expect.poll(async () => Number(await line.getAttribute('aria-valuenow'))).toBeGreaterThan(1000)
    const shown = (await page.getByRole('button', { name: /^Open episode/ }).textContent())!
    const episode = /Open episode ([\d,]+)/.exec(shown)![1]!
    await line.press('Enter')
    await page.getByRole('heading', { name: `Episode ${episode}`, exact: true }).waitFor()
    await page.getByRole('link', { name: 'browse-me' }).click()
    await line.waitFor()
    await page.keyboard.press('c')
    await rows().nth(3).waitFor()
  })

  it('draws nothing while nothing moves', async () => {
    await page.evaluate(() => {
      const prototype = WebGL2RenderingContext.prototype
      Object.assign(globalThis, { drawn: 0 })
      const original = prototype.clear
      prototype.clear = function (mask) {
        Object.assign(globalThis, { drawn: (globalThis as unknown as { drawn: number }).drawn + 1 })
        original.call(this, mask)
      }
    })
    const drawn = (): Promise<number> => page.evaluate(() => (globalThis as unknown as { drawn: number }).drawn)
    const drawnInSixtyFrames = async (): Promise<number> => {
      const before = await drawn()
      await page.evaluate(async () => {
        for (let frame = 0; frame < 60; frame++) await new Promise(requestAnimationFrame)
      })
      return (await drawn()) - before
    }
    // What was moving comes to rest first.
    await expect.poll(drawnInSixtyFrames).toBe(0)
    const before = await drawn()
    await page.getByRole('button', { name: 'Theme' }).click()
    await expect.poll(drawn).toBeGreaterThan(before)
  })

  it('defines a reward after the data, shows what it makes of them, and trains on it', async () => {
    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await page.getByRole('combobox', { name: /^Task/ }).click()
    await page.getByRole('option', { name: 'A reward of your own' }).click()
    const reward = page.getByRole('textbox', { name: 'Reward of a step' })
    await reward.fill('-abs(tip.z - 0.4')
    await page.getByText(/cannot be read at character 17: /).waitFor()
    await reward.fill('-abs(tip.z - 0.4)')
    await page.getByText(/ to .* a step$/).waitFor()
    await page.getByRole('button', { name: /^Preview/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/of 6,000 steps/).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save as task file' }).click(),
    ])
    expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toEqual({
      kind: 'expression',
      expression: '-abs(tip.z - 0.4)',
    })
    await dialog.getByRole('button', { name: 'Use this reward' }).click()
    await page.getByLabel('Updates', { exact: true }).fill('20')
    await page.getByRole('button', { name: 'Add to queue' }).click()
    const runs = page.getByRole('table', { name: 'Runs' })
    await runs.getByText('Done').waitFor({ timeout: 60_000 })
    await runs.getByText('-abs(tip.z - 0.4)').waitFor()
    // The return of a simulated episode under this reward: below zero, and a number.
    await expect.poll(() => runs.getByText(/^−[\d.,]+\s*return$/).count()).toBeGreaterThan(0)
  })
})

const isFalling = (values: readonly number[]): boolean =>
  values.length > 2 && values.every((value, i) => i === 0 || value <= values[i - 1]!)
