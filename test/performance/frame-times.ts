/**
 * Frame times of the window on large datasets, in a real Chromium: `node test/performance/frame-times.ts [EPISODES]`.
 * Prints one JSON object. Run by hand on a quiet machine; nothing here passes or fails.
 *
 * Chromium draws without its 60 Hz limit, so that the time between two frames is what a frame costs.
 */
import { cpus, loadavg } from 'node:os'
import type { Page } from 'playwright-core'
import { launchChromium } from '../journeys/chromium.ts'
import { serveStation } from '../journeys/served-station.ts'
import { writeLargeDataset } from './large-datasets.ts'

const MEASURE_MS = 4000
const FRAME_MS = 1000 / 60

interface FrameTimes {
  frames: number
  median_ms: number
  p95_ms: number
  p99_ms: number
  longest_ms: number
  /** Share of frames that fit into 60 a second. */
  within_60hz: number
  /** What the page's own thread computes for a frame, whatever else the machine does. */
  cpu_ms_per_frame: number
}

/** What is done once a frame: the table scrolls by so many px, or the wheel turns over the timeline. */
type Move = { scrollBy?: number; wheelX?: number; wheelY?: number; turnEvery?: number }

/** Times between frames while something moves. */
async function frameTimes(page: Page, move: Move): Promise<FrameTimes> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  /** CPU time of the page's thread, s. */
  const thread = async (): Promise<number> =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
  const before = await thread()
  const times = await page.evaluate(
    ({ scrollBy, wheelX = 0, wheelY = 0, turnEvery = Infinity, ms }) =>
      new Promise<number[]>((resolve) => {
        const list = document.querySelector('[role=grid]')
        const slider = document.querySelector('[role=slider]')
        const deltas: number[] = []
        const startedAt = performance.now()
        let [before, frame] = [startedAt, 0]
        const tick = (): void => {
          const now = performance.now()
          if (frame > 0) deltas.push(now - before)
          before = now
          frame += 1
          const way = Math.floor(frame / turnEvery) % 2 === 0 ? 1 : -1
          if (scrollBy !== undefined && list) list.scrollTop += scrollBy
          if (wheelX !== 0 || wheelY !== 0) {
            const turn = { deltaX: way * wheelX, deltaY: way * wheelY, bubbles: true, cancelable: true }
            slider?.dispatchEvent(new WheelEvent('wheel', turn))
          }
          if (now - startedAt > ms) resolve(deltas)
          else requestAnimationFrame(tick)
        }
        requestAnimationFrame(tick)
      }),
    { ...move, ms: MEASURE_MS },
  )
  const cpu = (await thread()) - before
  await session.detach()
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
  return {
    frames: sorted.length,
    median_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    longest_ms: sorted.at(-1) ?? NaN,
    within_60hz: sorted.filter((time) => time <= FRAME_MS).length / sorted.length,
    cpu_ms_per_frame: (1000 * cpu) / sorted.length,
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

const episodes = Number(process.argv[2] ?? 100_000)
const say = (text: string): boolean => process.stderr.write(`${text}\n`)
const station = await serveStation()
try {
  say(`writing ${episodes} episodes of 10 steps, and a million transitions in 1,000 episodes`)
  writeLargeDataset(station.home, 'many-episodes', episodes, 10)
  writeLargeDataset(station.home, 'a-million', 1000, 1000)
  const browser = await launchChromium(['--disable-frame-rate-limit', '--disable-gpu-vsync'])
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(120_000)
  await page.goto(station.url)
  await page.getByRole('link', { name: 'Datasets', exact: true }).click()
  const rows = page.locator('tr[data-index]')
  const open = async (name: string): Promise<number> => {
    await page.getByRole('option', { name: new RegExp(name) }).waitFor()
    return timed(async () => {
      await page.getByRole('option', { name: new RegExp(name) }).click()
      await page.getByRole('heading', { name }).waitFor()
      await rows.nth(5).waitFor()
    })
  }
  const quiet = (): Promise<void> => page.getByText(/^Measuring/).waitFor({ state: 'detached' })
  say('opening')
  const open_1m_ms = await open('a-million')
  await quiet()
  const open_100k_rows_ms = await open('many-episodes')
  await quiet()
  say('sorting and scrolling the table')
  await page.getByRole('radio', { name: 'Motion', exact: true }).click()
  const first = await rows.first().textContent()
  const sort_100k_ms = await timed(async () => {
    await page.getByRole('button', { name: 'Jerk' }).click()
    await page.waitForFunction((was) => document.querySelector('tr[data-index]')?.textContent !== was, first)
  })
  const table = await frameTimes(page, { scrollBy: 90 })
  say('playing an episode')
  await open('a-million')
  await rows.first().click()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Play/ }).waitFor()
  await page.keyboard.press('k')
  const episode = await frameTimes(page, {})
  await page.keyboard.press('k')
  say('the timeline')
  await page.getByRole('link', { name: 'a-million' }).click()
  await page.getByRole('radio', { name: 'Timeline', exact: true }).click()
  const slider = page.getByRole('slider', { name: 'Transition' })
  const timeline_open_ms = await timed(() => slider.waitFor())
  const timeline_zoom = await frameTimes(page, { wheelY: -1, turnEvery: 40 })
  await page.getByRole('button', { name: 'Show all' }).click()
  await slider.hover()
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -100)
  const timeline_scroll = await frameTimes(page, { wheelX: 20 })
  await page.getByRole('radio', { name: '1000×' }).click()
  await page.keyboard.press('k')
  const timeline_play = await frameTimes(page, {})
  await browser.close()
  const machine = { cores: cpus().length, model: cpus()[0]?.model, load: loadavg()[0] }
  const opened = { open_1m_ms, open_100k_rows_ms, sort_100k_ms, timeline_open_ms }
  const frames = { table, episode, timeline_zoom, timeline_scroll, timeline_play }
  process.stdout.write(`${JSON.stringify({ machine, episodes, ...opened, frames }, null, 1)}\n`)
} finally {
  await station.end()
}
