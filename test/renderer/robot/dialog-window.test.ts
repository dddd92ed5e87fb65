import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../journeys/chromium.ts'
import { RobotWindow } from './robot-window.ts'

describe.skipIf(chromiumPath === undefined)('a plain dialog', { timeout: 60_000 }, () => {
  let window: RobotWindow
  const focused = () => window.page.evaluate(() => document.activeElement?.textContent)

  beforeAll(async () => {
    window = await RobotWindow.open()
  })
  afterAll(() => window?.close())

  it.each(['Hand', 'Limits', 'Times', 'Troubles', 'Set stop box'])(
    'gives the focus back to the button that opened it: %s',
    async (name) => {
      const { page } = window
      await window.button(name).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await expect.poll(focused).toBe(name)
    },
  )
})
