import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { chromiumPath, launchChromium } from '../../journeys/chromium.ts'
import { openPage } from '../../journeys/open-page.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { serveStation, type ServedStation } from '../../journeys/served-station.ts'

/** Tasks of one's own in the real window: written, clicked, trained for and tried. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('a task of one’s own', { timeout: 240_000 }, () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const dialog = (): Locator => page.getByRole('dialog')
  const inDialog = (name: string): Locator => dialog().getByRole('button', { name })
  const written = (): Locator => dialog().getByLabel('Reward of a step')
  const choose = async (field: RegExp, option: RegExp): Promise<void> => {
    await page.getByRole('combobox', { name: field }).click()
    await page.getByRole('option', { name: option }).click()
  }
  /** x, y and z of the fields in a place, mm. */
  const point = (place: Page | Locator, labels: readonly string[]): Promise<string[]> =>
    Promise.all(labels.map((label) => place.getByLabel(label, { exact: true }).inputValue()))
  const onForm = ['x, mm', 'y, mm', 'z, mm']

  beforeAll(async () => {
    station = await serveStation()
    const file = join(station.home, 'datasets', 'explored.forager')
    const run = ['--world', 'panda', '--explorer', 'random', '--transitions', '2000', '--seed', '3']
    const cli = join(appRoot, 'src', 'main', 'cli.ts')
    await promisify(execFile)(process.execPath, [cli, 'collect', ...run, '--dataset', file])
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await choose(/^Dataset/, /explored/)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await station?.end()
  })

  it('points at what is wrong with a reward, and lets nobody use it', async () => {
    await choose(/^Task/, /A reward of your own/)
    await page.getByRole('button', { name: 'Preview…' }).click()
    expect(await inDialog('Use this reward').isDisabled()).toBe(true)
    await written().fill('-abs(tip.z - 0.4')
    await dialog()
      .getByRole('alert')
      .getByText(/cannot be read at character 17/)
      .waitFor()
    expect(await inDialog('Use this reward').isDisabled()).toBe(true)
    await written().fill('log(tip.z - 100)')
    await dialog()
      .getByText(/^No finite number in .* steps$/)
      .waitFor()
    expect(await inDialog('Use this reward').isDisabled()).toBe(true)
    await picture(page, 'task-1-wrong')
  })

  it('shows what a reward makes of the dataset: its spread, the returns, and the way along an episode', async () => {
    await written().fill('')
    await dialog()
      .getByRole('button', { name: /^tip\.z / })
      .click()
    expect(await written().inputValue()).toBe('tip.z')
    await dialog()
      .getByText(/2,000 of 2,000 steps$/)
      .waitFor()
    // What is shown fades until it belongs to what is written.
    await dialog().locator('[aria-busy=false]').waitFor()
    const range = await dialog()
      .getByRole('img', { name: /^Rewards from/ })
      .getAttribute('aria-label')
    const [low, high] = /from (\S+) to (\S+)$/
      .exec(range ?? '')!
      .slice(1)
      .map(Number)
    // Heights of the tool tip in the allowed box, m.
    expect(low).toBeGreaterThan(-0.1)
    expect(high).toBeLessThan(1)
    expect(low).toBeLessThan(high!)
    await dialog()
      .getByLabel(/^Episode; empty/)
      .fill('2')
    await dialog().getByText('Along episode 2').waitFor()
    await dialog().getByRole('img', { name: 'Reward along episode 2' }).waitFor()
    await picture(page, 'task-2-reward')
    expect(await overflows(page)).toEqual([])
    const [saved] = await Promise.all([page.waitForEvent('download'), inDialog('Save as task file').click()])
    expect(JSON.parse(readFileSync(await saved.path(), 'utf8'))).toEqual({ kind: 'expression', expression: 'tip.z' })
  })

  it('takes the reward only when it is used', async () => {
    const field = page.getByRole('textbox', { name: 'Reward of a step' })
    await inDialog('Cancel').click()
    expect(await field.inputValue()).toBe('')
    await page.getByRole('button', { name: 'Preview…' }).click()
    await written().fill('-abs(tip.z - 0.4)')
    await expect.poll(() => inDialog('Use this reward').isEnabled()).toBe(true)
    await inDialog('Use this reward').click()
    expect(await field.inputValue()).toBe('-abs(tip.z - 0.4)')
  })

  it('takes a point that is clicked where the tool tip has been, or typed, and says how near the data come', async () => {
    await choose(/^Task/, /Reach another point/)
    const before = await point(page, onForm)
    await page.getByRole('button', { name: 'Choose in 3-D…' }).click()
    const scene = dialog()
      .getByRole('img', { name: /Where the tool tip has been/ })
      .or(dialog().locator('canvas'))
    await scene.first().waitFor()
    const near = dialog().getByText(/^The data come within \d+ mm of it\.$/)
    await near.waitFor()
    // Around the home pose the cloud is dense; a click takes the nearest of its points on screen.
    const clicks = [0.5, 0.47, 0.53].flatMap((x) => [0.42, 0.36, 0.48].map((y) => [x, y] as const))
    // The canvas has another size until it is drawn first, and a slow machine takes a while to draw what can be clicked.
    let tried = 0
    await expect
      .poll(async () => {
        const [x, y] = clicks[tried++ % clicks.length]!
        const box = (await dialog().locator('canvas').first().boundingBox())!
        await page.mouse.click(box.x + x * box.width, box.y + y * box.height)
        return point(dialog(), ['x', 'y', 'z'])
      })
      .not.toEqual(before)
    expect(await near.innerText()).toMatch(/within [01] mm/)
    await picture(page, 'task-3-point')
    await inDialog('Cancel').click()
    expect(await point(page, onForm)).toEqual(before)
    await page.getByRole('button', { name: 'Choose in 3-D…' }).click()
    await dialog().getByLabel('x', { exact: true }).fill('')
    expect(await inDialog('Use this point').isDisabled()).toBe(true)
    await dialog().getByLabel('x', { exact: true }).fill('450')
    await inDialog('Use this point').click()
    expect(await point(page, onForm)).toEqual(['450', before[1], before[2]])
  })

  it('trains for a reward and tries the policy in it, with its returns', async () => {
    await choose(/^Task/, /A reward of your own/)
    await page.getByRole('textbox', { name: 'Updates' }).fill('200')
    const add = page.getByRole('button', { name: 'Add to queue' })
    await expect.poll(() => add.isEnabled()).toBe(true)
    await add.click()
    await page.getByRole('table', { name: 'Runs' }).getByText('Done').waitFor({ timeout: 120_000 })
    await page.getByRole('link', { name: 'Evaluate', exact: true }).click()
    await choose(/^Results/, /Other tasks/)
    const row = page.getByRole('row', { name: /Earn -abs\(tip\.z - 0\.4\)/ })
    await row.getByText('Not tried').waitFor()
    await page.getByLabel('Tries for each goal').fill('2')
    await page.getByRole('button', { name: 'Try 2 episodes' }).click()
    await row.getByText('2 tries').waitFor({ timeout: 120_000 })
    const tries = page.getByRole('table', { name: 'Tries' }).getByRole('row')
    await expect.poll(() => tries.count()).toBe(3)
    const earned = (await tries.nth(1).getByRole('cell').nth(1).innerText()).replace('−', '-')
    // Minus a distance in metres, summed over at most 1,000 steps.
    expect(Number(earned)).toBeLessThan(0)
    expect(Number(earned)).toBeGreaterThan(-1000)
    await picture(page, 'task-4-tried')
    expect(await overflows(page)).toEqual([])
  })

  it('tries a policy for a point of one’s own, shows how it came there, and gives all tries as CSV', async () => {
    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await choose(/^Task/, /Reach another point/)
    await page.getByLabel('x, mm', { exact: true }).fill('450')
    await page.getByRole('textbox', { name: 'Updates' }).fill('200')
    await page.getByRole('button', { name: 'Add to queue' }).click()
    await page.getByRole('table', { name: 'Runs' }).getByText('Done').nth(1).waitFor({ timeout: 120_000 })
    await page.getByRole('link', { name: 'Evaluate', exact: true }).click()
    const row = page.getByRole('row', { name: /Reach 450/ })
    await row.click()
    await page.getByRole('heading', { name: 'Distance to the goal' }).waitFor()
    await page.getByLabel('Tries for each goal').fill('2')
    await page.getByRole('button', { name: 'Try 2 episodes' }).click()
    await row.getByText('2 tries').waitFor({ timeout: 120_000 })
    await page.getByRole('img', { name: 'Distance to the goal over 2 tries' }).waitFor()
    await page.getByRole('img', { name: /^The goals in the allowed box/ }).waitFor()
    await picture(page, 'task-5-point-tried')
    expect(await overflows(page)).toEqual([])
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV', exact: true }).click(),
    ])
    const lines = readFileSync(await saved.path(), 'utf8')
      .trimEnd()
      .split('\r\n')
    expect(lines).toHaveLength(1 + 2 + 2)
    expect(complaints).toEqual([])
  })
})
