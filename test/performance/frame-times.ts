/**
 * Frame times of the window on large datasets, in a real Chromium at 1440 x 900: `node test/performance/frame-times.ts
 * [EPISODES]`. Prints one JSON object, what matters first. Run by hand on a quiet machine; nothing here passes or fails.
 *
 * Chromium draws without its 60 Hz limit, so that the time between two frames is what a frame costs. Beside that wall
 * time stands the CPU time of a frame from a trace: of the page itself, and of Chromium's drawing, which a machine without
 * a graphics card does on the same cores.
 */
import { cpus, loadavg } from 'node:os'
import type { Page } from 'playwright-core'
import { launchChromium } from '../journeys/chromium.ts'
import { serveStation } from '../journeys/served-station.ts'
import type { FrameCost } from './frame-trace.ts'
import { traceFrames } from './frame-trace.ts'
import { writeLargeDataset } from './large-datasets.ts'

const MEASURE_MS = 4000
const TRACE_MS = 2500
const FRAME_MS = 1000 / 60
/** A dataset of a million transitions is open within this time, ms. */
const OPEN_LIMIT_MS = 1000

interface FrameTimes {
  frames: number
  /** Wall time between two frames, ms. */
  median_ms: number
  p95_ms: number
  p99_ms: number
  longest_ms: number
  /** Share of frames that fit into 60 a second. */
  within_60hz: number
  cpu: FrameCost
}

/** What is done once a frame: the table scrolls by so many px, or the wheel turns over the timeline. */
type Move = { scrollBy?: number; wheelX?: number; wheelY?: number; turnEvery?: number }

/** Moves on the page for `ms`; resolves to the times between its frames, ms. */
function moveFor(page: Page, move: Move, ms: number): Promise<number[]> {
  return page.evaluate(
    ({ scrollBy, wheelX = 0, wheelY = 0, turnEvery = Infinity, ms: duration }) =>
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
          if (scrollBy !== undefined && list) list.scrollTop += way * scrollBy
          if (wheelX !== 0 || wheelY !== 0) {
            const turn = { deltaX: way * wheelX, deltaY: way * wheelY, bubbles: true, cancelable: true }
            slider?.dispatchEvent(new WheelEvent('wheel', turn))
          }
          if (now - startedAt > duration) resolve(deltas)
          else requestAnimationFrame(tick)
        }
        requestAnimationFrame(tick)
      }),
    { ...move, ms },
  )
}

/** Times of the frames while something moves: first by the clock, then once more under a trace, which costs by itself. */
async function frameTimes(page: Page, move: Move): Promise<FrameTimes> {
  const times = (await moveFor(page, move, MEASURE_MS)).toSorted((a, b) => a - b)
  const session = await page.context().browser()!.newBrowserCDPSession()
  const [cpu] = await Promise.all([traceFrames(session, TRACE_MS), moveFor(page, move, TRACE_MS + 500)])
  await session.detach()
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN
  return {
    frames: times.length,
    median_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    longest_ms: times.at(-1) ?? NaN,
    within_60hz: times.filter((time) => time <= FRAME_MS).length / times.length,
    cpu,
  }
}

/** 95 % of the frames by the clock, against a frame at 60 Hz, and what they are made of. */
function inShort({ p95_ms, within_60hz, cpu }: FrameTimes) {
  const { page_p95_ms, raster_ms, gpu_ms } = cpu
  return { p95_ms, limit_ms: FRAME_MS, within_60hz, page_p95_ms, drawing_mean_ms: raster_ms + gpu_ms }
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
  const open_1m_first_ms = await open('a-million')
  await quiet()
  say('scrolling its episodes')
  await page.locator('[role=grid]').hover()
  const scroll_1m = await frameTimes(page, { scrollBy: 90, turnEvery: 280 })
  const open_100k_rows_ms = await open('many-episodes')
  await quiet()
  say('sorting and scrolling the table')
  await page.getByRole('radio', { name: 'Motion', exact: true }).click()
  const first = await rows.first().textContent()
  const sort_100k_ms = await timed(async () => {
    await page.getByRole('button', { name: 'Jerk' }).click()
    await page.waitForFunction((was) => document.querySelector('tr[data-index]')?.textContent !== was, first)
  })
  const scroll_100k = await frameTimes(page, { scrollBy: 90 })
  say('playing an episode')
  const open_1m_again_ms = await open('a-million')
  await rows.first().click()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Play/ }).waitFor()
  await page.keyboard.press('k')
  const play_1m = await frameTimes(page, {})
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
  const opened = { open_1m_first_ms, open_1m_again_ms, open_100k_rows_ms, sort_100k_ms, timeline_open_ms }
  const frames = { scroll_1m, play_1m, scroll_100k, timeline_zoom, timeline_scroll, timeline_play }
  const verdict = {
    open_1m: { ms: Math.max(open_1m_first_ms, open_1m_again_ms), limit_ms: OPEN_LIMIT_MS },
    ...Object.fromEntries(Object.entries(frames).map(([name, times]) => [name, inShort(times)])),
  }
  const rounded = (_key: string, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(3)) : value)
  process.stdout.write(`${JSON.stringify({ verdict, machine, episodes, ...opened, frames }, rounded, 1)}\n`)
} finally {
  await station.end()
}
