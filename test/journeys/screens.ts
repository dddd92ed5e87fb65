import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { appRoot } from '../../src/main/platform/app-root.ts'

const FOLDER = join(appRoot, 'test', 'screens')
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]
const THEMES = ['dark', 'light'] as const
/** Four pictures of each screen take a minute of a journey: they are for a person who asks for them. */
const ASKED_FOR = process.env.FORAGER_SCREENS === 'all'

/**
 * Pictures of what is on screen, for a person to look at: test/screens/NAME.png as it is on screen; with
 * FORAGER_SCREENS=all NAME-THEME-WIDTH.png in both sizes and themes.
 */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  if (!ASKED_FOR) return void (await page.screenshot({ path: join(FOLDER, `${name}.png`) }))
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const theme of THEMES) {
      await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme)
      // Plots and the 3-D view redraw on the next frames.
      await page.waitForTimeout(400)
      await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${size.width}.png`) })
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
}

/** What a screen must never do: scroll as a whole, or let something stick out of its pane. */
export async function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth || root.scrollHeight > root.clientHeight) found.push('the page scrolls')
    for (const button of document.querySelectorAll('button')) {
      const box = button.getBoundingClientRect()
      if (box.width > 0 && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1)) {
        const scrolled = button.closest('[class*=body], [class*=list]')
        if (scrolled === null) found.push(`button outside the window: ${button.textContent}`)
      }
    }
    return found
  })
}
