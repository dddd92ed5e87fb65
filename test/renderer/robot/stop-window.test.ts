import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../journeys/chromium.ts'
import { rearm } from '../../journeys/rearm.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { RobotWindow } from './robot-window.ts'

/** The dialog of a latched stop, for each kind of cause, over a run on an arm of its own. */
describe.skipIf(chromiumPath === undefined)('the dialog of a stop', { timeout: 90_000 }, () => {
  let window: RobotWindow
  let runs = 0
  const dialog = () => window.page.getByRole('alertdialog')
  const command = (name: string | RegExp) => dialog().getByRole('button', { name })
  const stopped = (title: string) =>
    dialog()
      .getByRole('heading', { name: `Stopped.${title}` })
      .waitFor()

  beforeEach(async () => {
    window = await RobotWindow.open()
  })
  afterEach(async () => {
    await window.close()
    expect(window.complaints).toEqual([])
  })

  async function collect(): Promise<void> {
    const { page } = window
    await page.getByRole('link', { name: 'Collect', exact: true }).click()
    await page.getByLabel('Dataset', { exact: true }).fill(`stops-${++runs}`)
    await page.getByRole('checkbox').last().check()
    await window.button('Start collecting').click()
  }

  async function collectMoving(): Promise<void> {
    await collect()
    await window.page.locator('header').getByText('Moving').waitFor()
  }

  async function goOn(): Promise<void> {
    await command('End run and keep data').click()
    await command('End run and keep data').waitFor({ state: 'hidden' })
    await rearm(window.page)
    await command('Close').click()
    await dialog().waitFor({ state: 'hidden' })
    await window.disconnect()
  }

  it('of a reflex opens its incident by key, which leads back to it', async () => {
    const { page } = window
    await window.connect({ fault: 'reflex@6' })
    await collect()
    await stopped('The tool felt a collision.')
    await dialog().getByText('Stopped by its own reflex').waitFor()
    // Its steps name what can be pressed here.
    await dialog()
      .getByText(/then re-arm\./)
      .waitFor()
    expect(await dialog().innerText()).not.toMatch(/recover/i)
    await expect.poll(() => command('Show incident').isEnabled()).toBe(true)
    await picture(page, 'stop-reflex')
    expect(await overflows(page)).toEqual([])
    await page.keyboard.press('i')
    await page.getByRole('heading', { name: 'The tool felt a collision' }).waitFor()
    await page.getByText('The arm is stopped and held.').waitFor()
    expect(await dialog().isVisible()).toBe(false)
    const newest = page.getByRole('row').filter({ hasText: 'Newest' })
    expect(await newest.getAttribute('aria-selected')).toBe('true')
    await picture(page, 'stop-incident')
    await page.keyboard.press('Enter')
    await stopped('The tool felt a collision.')
    // Leaving the incident by any way brings the stop back.
    await command('Show incident').click()
    await dialog().waitFor({ state: 'hidden' })
    await window.button('Back to the robot').click()
    await stopped('The tool felt a collision.')
    await goOn()
  })

  it('of the activation device names it', async () => {
    await window.connect({ fault: 'user-stop@4' })
    await collect()
    await stopped('The external activation device is pressed.')
    // It is let go after two seconds; no robot can be armed again before.
    await dialog().getByText('Hardware stop pressed').waitFor({ state: 'hidden' })
    await goOn()
  })

  it('of a limit gives its number against what is allowed', async () => {
    await window.connect({ fault: 'torque@4' })
    await collect()
    await stopped('Something pushes joint 4.')
    await window.row(/^Supervisor rule17$/).waitFor()
    await window.row(/^Measured\d+\.\d Nm, limit 8\.0 Nm$/).waitFor()
    await rearm(window.page)
    // The button that was held is gone: a stray Enter must not press its successor, and Tab goes on from the dialog.
    expect(await dialog().evaluate((element) => element === document.activeElement)).toBe(true)
    await command('End run and keep data').click()
    await dialog().waitFor({ state: 'hidden' })
    await window.disconnect()
  })

  it('is left without re-arming by who disconnects the arm', async () => {
    await window.connect({ fault: 'torque@4' })
    await collect()
    await stopped('Something pushes joint 4.')
    expect(await command('Disconnect').count()).toBe(0)
    await command('End run and keep data').click()
    await command('Disconnect').click()
    await dialog().waitFor({ state: 'hidden' })
    await window.page.locator('header').getByText('Not connected').waitFor()
  })

  it('of a link that is lost makes it again', async () => {
    await window.connect({ fault: 'silence@4' })
    await collect()
    await stopped('The robot went silent.')
    await dialog()
      .getByText(/Unknown, last news/)
      .waitFor()
    await dialog().getByText('No news from the arm. Connect it again first.').waitFor()
    expect(await command(/Re-arm/).isDisabled()).toBe(true)
    await picture(window.page, 'stop-link')
    await command('End run and keep data').click()
    await command('End run and keep data').waitFor({ state: 'hidden' })
    await command('Connect again').click()
    await dialog().waitFor({ state: 'hidden' })
    await window.page.locator('header').getByText('updated').waitFor()
    await window.disconnect()
  })

  it('of a link that cannot be made again says why where arms are connected', async () => {
    const arm = await window.connect({ fault: 'silence@4' })
    await collect()
    await stopped('The robot went silent.')
    await command('End run and keep data').click()
    await command('End run and keep data').waitFor({ state: 'hidden' })
    await arm.close()
    await command('Connect again').click()
    await dialog().waitFor({ state: 'hidden' })
    await window.page.getByRole('region', { name: 'Connection and checklist' }).getByRole('alert').waitFor()
    await window.page.locator('header').getByText('Not connected').waitFor()
  })

  it('of a window that fell silent says so when it is back', async () => {
    await window.connect()
    await collectMoving()
    // As a computer that hangs: nothing of the page runs.
    await window.page.evaluate(() => {
      for (const until = performance.now() + 3000; performance.now() < until;);
    })
    await stopped("The operator's window went silent.")
    await goOn()
  })

  it('of a person says where STOP was pressed', async () => {
    await window.connect()
    await collectMoving()
    await window.page.keyboard.press('Escape')
    await stopped('By a person.')
    await dialog()
      .getByText(/Esc key/)
      .waitFor()
    await goOn()
  })
})
