import type { Browser, Page } from 'playwright-core'

/** The larger of the two sizes that the screens are made for. */
export const LARGE = { width: 1440, height: 900 }

/** A page at an address of a station; what goes wrong in it is added to `complaints`. */
export async function openPage(browser: Browser, url: string, complaints: string[]): Promise<Page> {
  const page = await browser.newPage({ viewport: LARGE })
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(url)
  return page
}
