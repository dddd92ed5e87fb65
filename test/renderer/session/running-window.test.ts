import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../journeys/chromium.ts'
import { rearm } from '../../journeys/rearm.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { RobotWindow } from '../robot/robot-window.ts'

const SMALL = { width: 1024, height: 700 }
const LARGE = { width: 1440, height: 900 }

/** The screen of a run on an arm of its own, at the small size. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('the screen of a run', { timeout: 240_000 }, () => {
  let window: RobotWindow
  const pane = () => window.page.getByRole('region', { name: 'Health and episodes' })
  const dialog = () => window.page.getByRole('alertdialog')

  beforeAll(async () => {
    window = await RobotWindow.open()
    await window.connect()
  })
  afterAll(async () => {
    await window.close()
    expect(window.complaints).toEqual([])
  })

  async function collect(name: string, target: number): Promise<void> {
    const { page } = window
    await page.getByRole('link', { name: 'Collect', exact: true }).click()
    await page.getByLabel('Dataset', { exact: true }).fill(name)
    await page.getByRole('textbox', { name: 'Target' }).fill(String(target))
    await page.getByLabel('Episode length').fill('40')
    await page.getByRole('checkbox').last().check()
    await window.button('Start collecting').click()
  }

  /** Px by which parts of the pane print over the next one; the parts may lie below its lower edge, where it scrolls to. */
  async function overprint(): Promise<number> {
    const health = await pane().getByRole('table').boundingBox()
    const episodes = await pane().getByRole('heading', { name: 'Episodes' }).boundingBox()
    return health!.y + health!.height - episodes!.y
  }

  /** Everything that the pane has can be scrolled to. */
  async function reach(): Promise<void> {
    const last = pane().getByRole('listitem').last()
    await last.scrollIntoViewIfNeeded()
    const [outer, inner] = await Promise.all([pane().boundingBox(), last.boundingBox()])
    expect(inner!.y).toBeGreaterThanOrEqual(outer!.y)
    expect(inner!.y + inner!.height).toBeLessThanOrEqual(outer!.y + outer!.height)
  }

  it('keeps its parts apart at the small size while it stops, and says why nothing can be pressed', async () => {
    const { page } = window
    await page.setViewportSize(SMALL)
    await collect('stopped', 2000)
    await pane().getByRole('listitem').first().waitFor({ timeout: 60_000 })
    expect(await overprint()).toBeLessThan(0)
    await reach()
    await picture(page, 'run-1-running')
    await page.setViewportSize(SMALL)
    await page.locator('header').getByText('Moving').waitFor()
    await page.keyboard.press('Escape')
    await dialog().getByText('Stopped.').waitFor()
    await page.getByText('The arm is held. The dialog leads on.').waitFor()
    await page.setViewportSize(LARGE)
    await rearm(page)
    await dialog().getByRole('button', { name: 'End run and keep data' }).click()
    await window.button('New run').waitFor({ timeout: 60_000 })
  })

  it('shows cause, check, health and episodes of a run that ended early, and no longer what to do', async () => {
    const { page } = window
    await page.setViewportSize(SMALL)
    await pane().getByText('Check: good.').waitFor()
    await pane()
      .getByRole('alert')
      .locator('b', { hasText: /^[^.]*\.$/ })
      .waitFor()
    expect(await pane().getByText('Do this').count()).toBe(0)
    expect(await overprint()).toBeLessThan(0)
    await picture(page, 'run-2-ended')
    await page.setViewportSize(SMALL)
    await reach()
    expect(await overflows(page)).toEqual([])
    await window.button('New run').click()
  })
})
