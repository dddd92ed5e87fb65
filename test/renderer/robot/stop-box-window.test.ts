import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StopBoxDouble } from '../../doubles/stop-box.ts'
import { chromiumPath } from '../../journeys/chromium.ts'
import { rearm } from '../../journeys/rearm.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { RobotWindow } from './robot-window.ts'

/** Bits of a frame's inputs, as native/arm/stop_box_frame.h has them. */
const BOTH_CHANNELS = 3
const GRIP = 4
const RESET = 8

/** The stop box in the window, at an arm over real sockets. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('the stop box', { timeout: 60_000 }, () => {
  let window: RobotWindow
  let box: StopBoxDouble
  const dialog = () => window.page.getByRole('dialog').or(window.page.getByRole('alertdialog'))
  const command = (name: string) => dialog().getByRole('button', { name, exact: true })
  const port = () => dialog().getByLabel(/^Serial port/)
  const row = (text: RegExp) => window.row(text).first().waitFor()

  /** Sets the inputs; resolves when the station has answered twice since, as it does every 100 ms. */
  async function set(inputs: number): Promise<void> {
    box.inputs(inputs)
    const before = box.hostFrames.length
    await expect.poll(() => box.hostFrames.length).toBeGreaterThan(before + 1)
  }

  /** The reset button of the box is pressed until the station has seen it. */
  async function reset(inputs: number): Promise<void> {
    await set(inputs)
    await set(inputs | RESET)
    await row(/^Stop box.*Closed/)
    await set(inputs)
  }

  beforeAll(async () => {
    window = await RobotWindow.open()
    box = await StopBoxDouble.start()
  })
  afterAll(async () => {
    await window?.close()
    box?.stop()
  })

  it('on a port that is none is refused in the dialog, and nothing arms until one is there or given up', async () => {
    await window.connect()
    await window.button('Set stop box').click()
    await dialog().getByText('no stop box is chosen').waitFor()
    await port().fill('/dev/no-such-port')
    await command('Use this port').click()
    await dialog()
      .getByText(/no-such-port/)
      .last()
      .waitFor()
    await picture(window.page, 'stop-box-1-refused')
    expect(await overflows(window.page)).toEqual([])
    await command('Close').click()
    await row(/^Stop box.*No news/)
    await window.page.getByRole('checkbox').last().check()
    expect(await window.button('Arm the robot').isDisabled()).toBe(true)
    await window.button('Set stop box').click()
    await command('Use no stop box').click()
    await row(/^Stop box.*Not used/)
    await expect.poll(() => window.button('Arm the robot').isEnabled()).toBe(true)
  })

  it('waits until it was reset once, then is closed', async () => {
    await window.button('Set stop box').click()
    await port().fill(box.path)
    await command('Use this port').click()
    await dialog().waitFor({ state: 'hidden' })
    await row(/^Stop box.*Waiting/)
    await window.button('Set stop box').click()
    await dialog().getByText('Waiting', { exact: true }).waitFor()
    await picture(window.page, 'stop-box-2-waiting')
    await reset(BOTH_CHANNELS)
    await dialog().getByText('Closed', { exact: true }).waitFor()
    await command('Close').click()
  })

  it('that is pressed stops the armed arm and is named as the cause, and nothing arms while it is pressed', async () => {
    const { page } = window
    await window.button('Arm the robot').click()
    await page.locator('header').getByText('Armed').waitFor()
    await set(0)
    await dialog()
      .getByText(/stop box/i)
      .first()
      .waitFor()
    await dialog().getByText('Release the stop box first.').waitFor()
    await picture(page, 'stop-box-3-pressed')
    expect(await overflows(page)).toEqual([])
    await set(BOTH_CHANNELS)
    await dialog().getByText('The stop box is closed. Press reset on the box.').waitFor()
    await reset(BOTH_CHANNELS)
    await rearm(page)
    await command('Close').click()
    await dialog().waitFor({ state: 'hidden' })
  })

  it('is not changed under an armed arm; disarmed, it may want the enabling grip to be held', async () => {
    await window.button('Set stop box').click()
    await dialog().getByRole('checkbox').check()
    await command('Use this port').click()
    await dialog()
      .getByText(/Disarm/)
      .waitFor()
    await command('Close').click()
    await window.button('Disarm the robot').click()
    await window.page.locator('header').getByText('Ready').waitFor()
    await window.button('Set stop box').click()
    await dialog().getByRole('checkbox').check()
    await command('Use this port').click()
    await dialog().waitFor({ state: 'hidden' })
    // Without the grip no reset helps.
    await set(BOTH_CHANNELS | RESET)
    await row(/^Stop box.*(Waiting|Pressed)/)
    await reset(BOTH_CHANNELS | GRIP)
  })

  it('that is unplugged is missed, and named as the cause', async () => {
    box.do('unplug')
    await dialog()
      .getByRole('heading', { name: /No news from the stop box/ })
      .waitFor()
    await row(/^Stop box.*No news/)
    await picture(window.page, 'stop-box-4-unplugged')
    expect(await overflows(window.page)).toEqual([])
  })

  it('that does not come back is given up without leaving the stop, which then can be cleared', async () => {
    await command('Set stop box').click()
    await command('Use no stop box').click()
    await rearm(window.page)
    await command('Close').click()
    await dialog().waitFor({ state: 'hidden' })
    await row(/^Stop box.*Not used/)
    await window.page.locator('header').getByText('Armed').waitFor()
    expect(window.complaints).toEqual([])
  })
})
