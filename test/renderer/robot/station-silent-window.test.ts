import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../journeys/chromium.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { RobotWindow } from './robot-window.ts'

/** A station whose process stands still while its sockets stay open. */
describe.skipIf(chromiumPath === undefined)('a silent station', { timeout: 90_000 }, () => {
  let window: RobotWindow
  const column = () => window.page.getByRole('region', { name: 'Connection and checklist' })

  beforeEach(async () => {
    window = await RobotWindow.open()
  })
  afterEach(async () => {
    window.thaw()
    await window.close()
    expect(window.complaints).toEqual([])
  })

  it('leaves nothing green, and is believed again when it answers', async () => {
    const { page } = window
    await window.connect()
    await column().getByText('Connected', { exact: true }).waitFor()
    await column().getByText('Ready', { exact: true }).first().waitFor()
    await picture(page, 'robot-ready')
    expect(await overflows(page)).toEqual([])
    window.freeze()
    await column().getByText('No station').waitFor()
    await column().getByText('The station is not reached.').waitFor()
    await column().getByText('was Ready').first().waitFor()
    expect(await column().getByText('Connected', { exact: true }).count()).toBe(0)
    expect(await column().getByText('Ready', { exact: true }).count()).toBe(0)
    await page.getByText(/The station has not answered for/).waitFor()
    await picture(page, 'station-silent')
    expect(await overflows(page)).toEqual([])
    window.thaw()
    await column().getByText('Ready', { exact: true }).first().waitFor()
    await page.getByText(/The station has not answered for/).waitFor({ state: 'hidden' })
  })

  it('gets no order that it would follow when it wakes up', async () => {
    const { page } = window
    await window.connect()
    await column().getByRole('checkbox').check()
    await window.button('Arm the robot').click()
    await window.button('Disarm the robot').waitFor()
    window.freeze()
    await column().getByText('No station').waitFor()
    expect(await window.button('Move home').isDisabled()).toBe(true)
    await window.button('Disarm the robot').click()
    await column().getByRole('alert').getByText('The station does not answer, so this was not done.').waitFor()
    await page.setViewportSize({ width: 1024, height: 700 })
    expect(await column().getByRole('alert').isVisible()).toBe(true)
  })
})
