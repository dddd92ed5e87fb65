import { StepFlag } from '../../../contract/dataset.ts'
import { LEVEL_FACTOR } from '../../../contract/timeline.ts'
import type { TimelineChannel } from '../../../contract/timeline.ts'
import { TEXT_FONT } from '../../plot/plot-marks.ts'
import { tokenColour } from '../../plot/theme-colours.ts'
import { niceStep, stepDecimals } from '../../plot/value-range.ts'
import { formatNumber } from '../../parts/format.ts'
import { endMark } from '../dataset-words.ts'
import { episodeIndexAt, levelFor } from './timeline-model.ts'
import type { OpenTimeline, Window } from './timeline-model.ts'
import type { TimelineTiles } from './timeline-tiles.ts'

/** Where things are, CSS px. */
export type Layout = { width: number; height: number; left: number; axis: number; marks: number }

/** Rows of flags above the lanes, the gravest first: where one is, a column is marked. */
const FLAG_ROWS = [
  { bits: StepFlag.held | StepFlag.decayed | StepFlag.gap, colour: 'bad' },
  { bits: StepFlag.slowed, colour: 'warn' },
  { bits: StepFlag.clipped | StepFlag.badAction, colour: 'd3' },
] as const
const FLAG_HEIGHT = 5

/** Least and largest value of one column, per channel; reused. */
export class ColumnRanges {
  readonly low: Float32Array
  readonly high: Float32Array
  flags = 0

  constructor(channels: number) {
    this.low = new Float32Array(channels)
    this.high = new Float32Array(channels)
  }

  /** Gathers transitions [from, to) of a level; false where nothing is known of them yet. */
  gather(tiles: TimelineTiles, level: number, from: number, to: number): boolean {
    const bucket = LEVEL_FACTOR ** level
    this.low.fill(Infinity)
    this.high.fill(-Infinity)
    this.flags = 0
    let known = false
    const last = Math.max(Math.floor(from / bucket), Math.ceil(to / bucket) - 1)
    for (let b = Math.floor(from / bucket); b <= last; b++) {
      const found = tiles.nearest(level, b)
      if (!found) continue
      known = true
      const { tile, at } = found
      const channels = this.low.length
      for (let c = 0; c < channels; c++) {
        const i = 2 * (at * channels + c)
        this.low[c] = Math.min(this.low[c] ?? 0, tile.ranges[i] ?? Infinity)
        this.high[c] = Math.max(this.high[c] ?? 0, tile.ranges[i + 1] ?? -Infinity)
      }
      this.flags |= tile.flags[at] ?? 0
    }
    return known
  }
}

export type Scene = {
  timeline: OpenTimeline
  tiles: TimelineTiles
  window: Window
  cursor: number
  /** Selection of a drag, transitions; null without one. */
  drag: readonly [number, number] | null
}

/** Draws everything of one frame. */
export function drawTimeline(
  context: CanvasRenderingContext2D,
  layout: Layout,
  scene: Scene,
  ranges: ColumnRanges,
): void {
  const { width, height } = layout
  context.clearRect(0, 0, width, height)
  drawEpisodes(context, layout, scene)
  drawGrid(context, layout, scene)
  drawLanes(context, layout, scene, ranges)
  drawNames(context, layout, scene)
  drawCursor(context, layout, scene)
}

const plotWidth = ({ width, left }: Layout): number => Math.max(1, width - left)

export const toX = (layout: Layout, { from, span }: Window, transition: number): number =>
  layout.left + ((transition - from) / span) * plotWidth(layout)

export const toTransition = (layout: Layout, { from, span }: Window, x: number): number =>
  from + ((x - layout.left) / plotWidth(layout)) * span

function lanesOf({ height, axis, marks }: Layout, count: number): { top: number; each: number } {
  const top = marks + FLAG_ROWS.length * FLAG_HEIGHT + 4
  return { top, each: (height - axis - top) / Math.max(1, count) }
}

function drawLanes(context: CanvasRenderingContext2D, layout: Layout, scene: Scene, ranges: ColumnRanges): void {
  const { timeline, tiles, window } = scene
  const { channels } = timeline
  const { top, each } = lanesOf(layout, channels.length)
  const columns = Math.floor(plotWidth(layout))
  const perPixel = window.span / columns
  const level = levelFor(perPixel, LEVEL_FACTOR, timeline.levels)
  const scales = channels.map(({ min, max }, lane) => {
    const reach = laneReach({ min, max })
    const low = min < 0 ? -reach : 0
    return { base: top + (lane + 1) * each - 2, scale: (each - 4) / Math.max(reach - low, 1e-9), low }
  })
  const end = Math.min(timeline.transitions, window.from + window.span)
  const flags = new Uint32Array(columns)
  // Whole pixels and no paths: thousands of smooth edges a frame would take longer than the frame.
  context.fillStyle = tokenColour('accent')
  for (let column = 0; column < columns; column++) {
    const from = window.from + column * perPixel
    if (from >= end || !ranges.gather(tiles, level, from, Math.min(end, from + perPixel))) continue
    flags[column] = ranges.flags
    for (let c = 0; c < channels.length; c++) {
      const { base, scale, low } = scales[c]!
      const [least, most] = [ranges.low[c]!, ranges.high[c]!]
      if (!(least <= most)) continue
      const y = Math.round(base - (most - low) * scale)
      context.fillRect(layout.left + column, y, 1, Math.max(1, Math.round((most - least) * scale)))
    }
  }
  FLAG_ROWS.forEach(({ bits, colour }, row) => {
    context.fillStyle = tokenColour(colour)
    flags.forEach((any, column) => {
      if ((any & bits) !== 0)
        context.fillRect(layout.left + column, layout.marks + row * FLAG_HEIGHT, 1, FLAG_HEIGHT - 1)
    })
  })
}

/** Most episode marks in one frame; with more there is one in every column anyway. */
const MOST_MARKS = 4000

/** Where episodes begin while there is room for it, and how those ended that did not run their full length. */
function drawEpisodes(context: CanvasRenderingContext2D, layout: Layout, { timeline, window }: Scene): void {
  const first = episodeIndexAt(timeline, window.from)
  const last = episodeIndexAt(timeline, window.from + window.span)
  const room = plotWidth(layout) / Math.max(1, last - first)
  const stride = Math.max(1, Math.ceil((last - first) / MOST_MARKS))
  const colours = { warn: tokenColour('warn'), bad: tokenColour('bad'), line: tokenColour('line') }
  for (let i = first; i <= last; i += stride) {
    const start = toX(layout, window, timeline.starts[i] ?? 0)
    if (room > 4 && start >= layout.left) {
      context.fillStyle = colours.line
      context.fillRect(Math.round(start), layout.marks, 1, layout.height - layout.axis - layout.marks)
    }
    const mark = endMark(timeline.ends[i] ?? 'step-limit')
    const end = toX(layout, window, timeline.starts[i + 1] ?? timeline.transitions)
    if (mark === undefined || end < layout.left || end > layout.width) continue
    context.fillStyle = mark === 'bad' ? colours.bad : colours.warn
    context.fillRect(Math.round(end) - 1, 2, 2, layout.marks - 4)
  }
  if (room > 56) drawNumbers(context, layout, timeline, window, first, last)
}

function drawNumbers(
  context: CanvasRenderingContext2D,
  layout: Layout,
  timeline: OpenTimeline,
  window: Window,
  first: number,
  last: number,
): void {
  context.font = TEXT_FONT
  context.textAlign = 'left'
  context.fillStyle = tokenColour('t2')
  for (let i = first; i <= last; i++) {
    const x = Math.max(layout.left, toX(layout, window, timeline.starts[i] ?? 0))
    context.fillText(formatNumber(timeline.episodes[i]), x + 4, 11)
  }
}

function drawGrid(context: CanvasRenderingContext2D, layout: Layout, { timeline, window }: Scene): void {
  const { top, each } = lanesOf(layout, timeline.channels.length)
  context.fillStyle = tokenColour('grid')
  timeline.channels.forEach((_, lane) => {
    context.fillRect(layout.left, Math.round(top + (lane + 1) * each) - 1, plotWidth(layout), 1)
  })
  const step = Math.max(1, niceStep(window.span, Math.max(2, plotWidth(layout) / 130)))
  context.font = TEXT_FONT
  context.fillStyle = tokenColour('t2')
  for (let at = Math.ceil(window.from / step) * step; at <= window.from + window.span; at += step) {
    const x = toX(layout, window, at)
    const text = formatNumber(at, stepDecimals(step))
    context.textAlign = x > layout.width - 40 ? 'right' : x < layout.left + 30 ? 'left' : 'center'
    context.fillText(text, x, layout.height - 6)
  }
}

function drawNames(context: CanvasRenderingContext2D, layout: Layout, { timeline }: Scene): void {
  const { top, each } = lanesOf(layout, timeline.channels.length)
  context.font = TEXT_FONT
  context.textAlign = 'left'
  context.fillStyle = tokenColour('t2')
  context.fillText('ended early', 16, layout.marks - 4)
  context.fillText('step flags', 16, layout.marks + (FLAG_ROWS.length * FLAG_HEIGHT) / 2 + 4)
  context.fillText('transition', 16, layout.height - 6)
  timeline.channels.forEach((channel, lane) => {
    const middle = top + (lane + 0.5) * each
    context.fillStyle = tokenColour('t1')
    context.fillText(laneName(channel.name), 16, middle - 2)
    context.fillStyle = tokenColour('t2')
    context.fillText(reachText(channel), 16, middle + 12)
  })
}

/** Units of the data as the window prints them, and by what their values are multiplied. */
const SHOWN_UNITS: Readonly<Record<string, readonly [scale: number, unit: string]>> = {
  'rad/s': [180 / Math.PI, '°/s'],
  'm/s': [1000, 'mm/s'],
}

/** What the height of a lane means: "± 28.6 °/s", "to 840 mm/s". */
export function reachText({ min, max, unit }: Pick<TimelineChannel, 'min' | 'max' | 'unit'>): string {
  const [scale, shown] = SHOWN_UNITS[unit] ?? [1, unit]
  const reach = laneReach({ min, max }) * scale
  return `${min < 0 ? '±' : 'to'} ${formatNumber(reach, reach < 10 ? 2 : reach < 100 ? 1 : 0)} ${shown}`
}

/** Zero stands in the middle of a lane of speeds, so that still is the same in every lane. */
const laneReach = ({ min, max }: Pick<TimelineChannel, 'min' | 'max'>): number => (min < 0 ? Math.max(-min, max) : max)

/** The arm's joints are J1..J7 on every screen. */
const laneName = (name: string): string => name.replace(/^dq(\d)$/, 'J$1')

function drawCursor(context: CanvasRenderingContext2D, layout: Layout, { window, cursor, drag }: Scene): void {
  const bottom = layout.height - layout.axis
  if (drag) {
    const [a, b] = [toX(layout, window, Math.min(...drag)), toX(layout, window, Math.max(...drag))]
    context.globalAlpha = 0.16
    context.fillStyle = tokenColour('accent')
    context.fillRect(a, 0, b - a, bottom)
    context.globalAlpha = 1
  }
  const x = toX(layout, window, cursor)
  if (x < layout.left || x > layout.width) return
  context.fillStyle = tokenColour('t1')
  context.fillRect(Math.round(x), 0, 1, bottom)
}
