import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium } from './chromium.ts'
import { openPage } from './open-page.ts'
import { rearm } from './rearm.ts'
import { overflows, picture } from './screens.ts'
import { serveStation, type ServedStation } from './served-station.ts'

const CLEAR = /Nobody and nothing is inside the dashed box/

/** A technician's day, from an empty station to the filled Table 1, in one window. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('from connect to Table 1 in a real browser', { timeout: 400_000 }, () => {
  let station: ServedStation
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const tab = (name: string) => page.getByRole('link', { name, exact: true }).click()
  const stateOfArm = (word: string | RegExp) => page.locator('header').getByText(word).first().waitFor()

  /**
   * Waits until the run is done. A machine that stalls for more than a second while pictures are taken does stop the
   * arm (its window went silent); then the run goes on as a person would make it.
   */
  const runToEnd = async () => {
    const done = button('Show dataset')
    for (let stops = 0; stops < 10; stops++) {
      const latched = page.getByRole('alertdialog')
      await done.or(latched).first().waitFor({ timeout: 120_000 })
      if (!(await latched.isVisible())) return
      await rearm(page)
      await latched.getByRole('button', { name: 'Move home and continue' }).click()
    }
    throw new Error('the run was stopped again and again')
  }

  beforeAll(async () => {
    station = await serveStation({ firstStart: true })
    browser = await launchChromium()
    page = await openPage(browser, station.url, complaints)
  })

  afterAll(async () => {
    await browser.close()
    await station.end()
  })

  // What lies over the screen when a step fails is mostly why.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      for (const over of await page.getByRole('dialog').or(page.getByRole('alertdialog')).all())
        console.error(`open over the screen: ${await over.innerText()}`)
    })
  })

  it('says once what is safety-rated here and what is not', async () => {
    const notice = page.getByRole('dialog')
    await notice.getByText('Nothing in this program is safety-rated').waitFor()
    await picture(page, '00-safety-notice')
    await notice.getByRole('button', { name: 'I have read this' }).click()
    await notice.waitFor({ state: 'detached' })
  })

  it('starts with no robot and no data, and says so', async () => {
    await stateOfArm('Not connected')
    await picture(page, '01-robot-empty')
    await tab('Datasets')
    await page.getByText('No datasets yet').waitFor()
    await picture(page, '02-datasets-empty')
    await tab('Train')
    await page.getByText('No runs yet').waitFor()
    await picture(page, '03-train-empty')
    await tab('Evaluate')
    await page.getByText('Not trained').first().waitFor()
    await picture(page, '04-evaluate-empty')
  })

  it('refuses a wrong address in words, before anything is touched', async () => {
    await tab('Robot')
    await page.getByLabel('Address of the Control unit').fill('127.0.0.1:9')
    await button('Connect').click()
    await page
      .getByRole('alert')
      .getByText(/127\.0\.0\.1/)
      .first()
      .waitFor()
    await picture(page, '05-robot-refused')
    await button('Close').click()
  })

  it('connects to the simulated Panda and arms it', async () => {
    await page.getByRole('radio', { name: 'Simulated Panda' }).click()
    await button('Start and connect').click()
    await stateOfArm('Ready')
    await page.getByLabel(CLEAR).check()
    await button('Arm the robot').click()
    await stateOfArm('Armed')
    await picture(page, '06-robot-armed')
  })

  it('collects on the arm in real time', async () => {
    await tab('Collect')
    await picture(page, '07-collect-ready')
    await page.getByRole('textbox', { name: 'Dataset', exact: true }).fill('on-the-arm')
    await page.getByRole('textbox', { name: 'Target' }).fill('80')
    await page.getByLabel('Episode length').fill('40')
    await page.getByLabel(CLEAR).check()
    await button('Start collecting').click()
    await page
      .getByText(/step\s*\d+/)
      .first()
      .waitFor()
    await picture(page, '08-collect-running')
    await runToEnd()
    await button('Show dataset').click()
    await page.getByRole('heading', { name: 'on-the-arm' }).waitFor()
  })

  it('STOP by key latches with its cause; a person re-arms', async () => {
    await tab('Collect')
    await page.getByRole('textbox', { name: 'Dataset', exact: true }).fill('stopped')
    await page.getByRole('textbox', { name: 'Target' }).fill('2000')
    await page.getByLabel(CLEAR).check()
    await button('Start collecting').click()
    await page
      .getByText(/step\s*\d+/)
      .first()
      .waitFor()
    await page.keyboard.press('Escape')
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('Stopped.').waitFor()
    expect(await button(/STOP/).isVisible()).toBe(true)
    await picture(page, '09-stopped')
    await rearm(page)
    await dialog.getByRole('button', { name: 'End run and keep data' }).click()
    await button('New run').click({ timeout: 60_000 })
  })

  it('keeps the seconds around the stop on record, and a report of it', async () => {
    await tab('Robot')
    await button(/^Incidents: [1-9]/).click()
    await page
      .getByRole('row', { name: /Stopped by a person/ })
      .first()
      .click()
    await page.getByRole('heading', { name: 'Stopped by a person' }).waitFor()
    await page.getByText('after the stop').waitFor()
    await picture(page, '09a-incident')
    for (const signals of ['Tool', 'Link', 'Computer'])
      await page.getByRole('radio', { name: signals, exact: true }).click()
    const [saved] = await Promise.all([page.waitForEvent('download'), button('Save report').click()])
    const report = readFileSync(await saved.path(), 'utf8')
    expect(report).toContain('operator-stop')
    expect(report).toMatch(/Kernel: .+/)
    expect(report).toMatch(/toolSpeed: 1\n/)
    await button('Back to the robot').click()
  })

  it('tightens a limit of the supervisor and shows the times of the link', async () => {
    await button('Limits').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: /People near/ }).click()
    await dialog.getByLabel('Speed of tool tip, elbow and wrist', { exact: true }).last().waitFor()
    await picture(page, '09b-limits')
    const speed = dialog.getByRole('textbox', { name: 'Speed of tool tip, elbow and wrist' })
    expect(await speed.inputValue()).toBe('250')
    await speed.fill('1500')
    await speed.press('Enter')
    await dialog
      .getByRole('alert')
      .getByText(/not loosened beyond/)
      .waitFor()
    await dialog.getByRole('radio', { name: /Nobody near/ }).click()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await button('Times').click()
    await dialog
      .getByText(/times, half up to/)
      .first()
      .waitFor()
    await picture(page, '09c-times')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await button('Troubles').click()
    await dialog.getByLabel('Find').fill('udp timeout')
    await dialog.getByText('UDP receive: Timeout').waitFor()
    await picture(page, '09d-troubles')
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  // What follows takes the whole machine, which must not be asked for a thousand cycles a second meanwhile.
  it('leaves the arm', async () => {
    await tab('Robot')
    await button('Disconnect').click()
    await stateOfArm('Not connected')
    await tab('Collect')
  })

  it('collects in simulation at full speed', async () => {
    await tab('Collect')
    await page.getByRole('radio', { name: 'In simulation' }).click()
    await page.getByRole('textbox', { name: 'Dataset', exact: true }).fill('in-simulation')
    await page.getByRole('textbox', { name: 'Target' }).fill('20,000')
    await page.getByLabel('Episode length').fill('1,000')
    await button('Start collecting').click()
    await button('Show dataset').click({ timeout: 120_000 })
    await page.getByRole('heading', { name: 'in-simulation' }).waitFor()
    await page.getByText('20,000').first().waitFor()
    await picture(page, '10-datasets')
  })

  it('leads with one key through what the data cover and the timeline, and back', async () => {
    const shown = (view: string) => page.getByRole('radio', { name: view, exact: true }).isChecked()
    await page.keyboard.press('c')
    await page.getByRole('table', { name: 'Coverage' }).waitFor()
    await picture(page, '10a-coverage')
    await page.keyboard.press('c')
    await page.getByRole('slider', { name: 'Transition' }).waitFor()
    await picture(page, '10b-timeline')
    await page.keyboard.press('c')
    await expect.poll(() => shown('Episodes')).toBe(true)
  })

  it('leaves an episode out with Del, and undoes it', async () => {
    await page.getByRole('grid', { name: 'Episodes of the dataset' }).locator('tr[data-index]').first().click()
    await page.keyboard.press('Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Exclude' }).click()
    const left = page.getByText(/^of [\d,]+ kept$/)
    await left.waitFor()
    await page.keyboard.press('Control+z')
    await left.waitFor({ state: 'detached' })
  })

  it('opens the worst episode and walks through it', async () => {
    await page.getByRole('grid', { name: 'Episodes of the dataset' }).locator('tr[data-index]').first().click()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /Episode \d+/ }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await picture(page, '11-episode')
  })

  it('trains one policy for each goal', async () => {
    await tab('Train')
    await page.getByRole('combobox', { name: /Dataset/ }).click()
    await page.getByRole('option', { name: /in-simulation/ }).click()
    await page.getByLabel('Updates', { exact: true }).fill('200')
    await button('Add 4 runs to the queue').click()
    const runs = page.getByRole('table', { name: 'Runs' })
    await expect.poll(() => runs.getByText('Done').count(), { timeout: 180_000 }).toBe(4)
    await picture(page, '12-train')
  })

  it('tries them and fills the cell of Table 1', async () => {
    await tab('Evaluate')
    await page.getByRole('gridcell', { name: 'TD3 on Rand data' }).click()
    await page.getByLabel('Tries for each goal').fill('1')
    await button('Try 4 episodes').click()
    const cell = page.getByRole('gridcell', { name: 'TD3 on Rand data' })
    await expect.poll(() => cell.textContent(), { timeout: 180_000 }).toMatch(/^(paper 0\.46)?\d\.\d\d/)
    await picture(page, '13-evaluate')
    const [download] = await Promise.all([page.waitForEvent('download'), button('CSV').click()])
    const csv = readFileSync(await download.path(), 'utf8')
    expect(csv.split('\n').filter((line) => line.includes('td3')).length).toBeGreaterThanOrEqual(4)
  })

  it('exports a policy and takes the file in again', async () => {
    await button('Policies').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('table', { name: 'Policies' }).getByText('trained here').first().waitFor()
    await dialog.getByRole('button', { name: /^Export/ }).click()
    await picture(page, '14-policy-export')
    const out = await dialog.getByLabel(/^New file/).inputValue()
    await dialog.getByRole('button', { name: /^Export/ }).click()
    await dialog.getByText(`Exported to ${out}.`).waitFor()
    const file = dialog.getByLabel(/^ONNX file/)
    await file.fill(`${out}.missing`)
    await dialog.getByRole('button', { name: 'Import policy' }).click()
    await dialog
      .getByRole('alert')
      .getByText(/Nothing was imported/)
      .waitFor()
    await file.fill(out)
    await dialog.getByRole('button', { name: 'Import policy' }).click()
    await dialog.getByText(/^Imported as/).waitFor()
    await picture(page, '15-policies')
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  it('shows the key table, and no screen complained or overflowed', async () => {
    for (const name of ['Robot', 'Collect', 'Datasets', 'Train', 'Evaluate']) {
      await tab(name)
      await page.waitForTimeout(300)
      for (const size of [
        { width: 1440, height: 900 },
        { width: 1024, height: 700 },
      ]) {
        await page.setViewportSize(size)
        expect(await overflows(page), `${name} at ${size.width}`).toEqual([])
      }
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await picture(page, '16-keys')
    expect(complaints).toEqual([])
  })
})
