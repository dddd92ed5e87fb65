import { updatesOf } from '../../contract/experiment.ts'
import type { ExperimentPlan } from '../../contract/experiment.ts'
import { area, curve, drawing, INK, line, text } from '../platform/svg.ts'
import type { Point } from '../platform/svg.ts'
import { roundTicks } from './axis-ticks.ts'
import { labelOf } from './method-labels.ts'
import type { CellResults, SummaryPoint } from './summarize.ts'

/** Sizes in px. */
const MARGIN = 24
const HEAD = 92
const FOOT = 52
/** The lines of text have room also above few panels. */
const LEAST_WIDTH = 760
const PANEL = { width: 360, height: 250, left: 64, right: 16, top: 34, bottom: 34 }
/** Dark enough for lines on a light ground and apart for most kinds of colour vision; each curve is named as well. */
const COLOURS = ['#0A6883', '#B02E5C', '#8A5A00', '#4B3FA8', '#2E7D32', '#5F6B73', '#A33B00']

/** A value to a place in px. */
type Scale = (value: number) => number

/** Figure 3: a panel for each learner and world, in it a curve with its 95 % band for each explorer. */
export function figure3Svg(plan: ExperimentPlan, cells: readonly CellResults[]): string {
  const { worlds, learners, counts } = plan
  const width = Math.max(LEAST_WIDTH, 2 * MARGIN + worlds.length * PANEL.width)
  const height = HEAD + learners.length * PANEL.height + FOOT
  const parts = [
    text(MARGIN, 32, 'Return of the learned policy against updates', { size: 17, weight: 600 }),
    text(MARGIN, 52, captionOf(plan), { fill: INK.label }),
    ...legend(plan),
  ]
  learners.forEach((learner, row) => {
    worlds.forEach((world, column) => {
      const own = cells.filter(({ key }) => key.learner === learner && key.world === world)
      const [left, top] = [MARGIN + column * PANEL.width, HEAD + row * PANEL.height]
      parts.push(...panel(plan, own, { left, top }, learner, world))
    })
  })
  const foot = HEAD + learners.length * PANEL.height + 20
  parts.push(
    text(MARGIN, foot, 'The paper prints no numbers for this figure: compare orders, not values.', { fill: INK.label }),
    text(MARGIN, foot + 18, `Undiscounted return, ${counts.stepsPerEpisode} steps an episode at most.`, {
      fill: INK.label,
    }),
  )
  return drawing(width, height, 'Return against updates for each world, learner and explorer', parts)
}

function captionOf({ seeds, scale, counts }: ExperimentPlan): string {
  const runs = seeds.length === 1 ? 'one seed' : `${seeds.length} seeds: interquartile mean, 95 % bootstrap band`
  const episodes = `${counts.episodes} ${counts.episodes === 1 ? 'episode' : 'episodes'} an evaluation`
  const share = scale === 1 ? '' : `; ${Number((100 * scale).toPrecision(3))} % of the published counts`
  return `${runs}; ${counts.transitions.toLocaleString('en')} transitions; ${episodes}${share}`
}

function legend({ explorers }: ExperimentPlan): string[] {
  return explorers.flatMap((explorer, i) => {
    const left = MARGIN + i * 130
    return [line(left, 74, left + 22, 74, colourOf(i), 3), text(left + 28, 78, labelOf(explorer))]
  })
}

function colourOf(i: number): string {
  return COLOURS[i % COLOURS.length] ?? INK.text
}

function panel(
  plan: ExperimentPlan,
  cells: readonly CellResults[],
  { left, top }: { left: number; top: number },
  learner: string,
  world: string,
): string[] {
  const [low, high] = rangeOf(cells.flatMap((cell) => cell.curve))
  const area = {
    left: left + PANEL.left,
    right: left + PANEL.width - PANEL.right,
    top: top + PANEL.top,
    bottom: top + PANEL.height - PANEL.bottom,
  }
  const end = updatesOf(plan, learner)
  const x: Scale = (update) => area.left + (update / end) * (area.right - area.left)
  const y: Scale = (value) => area.bottom - ((value - low) / (high - low)) * (area.bottom - area.top)
  const parts = [text(area.left, top + 22, `${labelOf(learner)}, ${world}`, { size: 13, weight: 600 })]
  for (const tick of roundTicks(low, high, 4)) {
    parts.push(line(area.left, y(tick), area.right, y(tick)))
    parts.push(text(area.left - 6, y(tick) + 4, number(tick), { size: 11, fill: INK.label, anchor: 'end' }))
  }
  const updates = roundTicks(0, end, 3)
  for (const tick of updates) {
    const label = tick === 0 ? '0 updates' : number(tick)
    const anchor = tick === 0 ? 'start' : tick === updates.at(-1) ? 'end' : 'middle'
    parts.push(text(x(tick), area.bottom + 18, label, { size: 11, fill: INK.label, anchor }))
  }
  plan.explorers.forEach((explorer, i) => {
    const points = cells.find(({ key }) => key.explorer === explorer)?.curve ?? []
    parts.push(...band(points, x, y, colourOf(i)))
  })
  if (cells.every((cell) => cell.curve.length === 0))
    parts.push(
      text((area.left + area.right) / 2, (area.top + area.bottom) / 2, 'not evaluated yet', {
        fill: INK.label,
        anchor: 'middle',
      }),
    )
  return parts
}

function band(points: readonly SummaryPoint[], x: Scale, y: Scale, colour: string): string[] {
  if (points.length === 0) return []
  const edge = (value: (point: SummaryPoint) => number): Point[] => points.map((p): Point => [x(p.update), y(value(p))])
  const upper = edge((point) => point.high ?? point.value)
  const lower = edge((point) => point.low ?? point.value)
  const has = points.some(({ low }) => low !== null)
  const middle = curve(
    edge((point) => point.value),
    colour,
    1.75,
  )
  return has ? [area([...upper, ...lower.reverse()], colour, 0.16), middle] : [middle]
}

/** All values and bands, with a little room; [0, 1] of none. */
function rangeOf(points: readonly SummaryPoint[]): [number, number] {
  const values = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = Math.max((high - low) * 0.06, 1e-9, Math.abs(high) * 1e-6)
  return [low - room, high + room]
}

/** Thousands as `k`, so that labels stay short. */
function number(value: number): string {
  const text = Math.abs(value) >= 10_000 ? `${Number((value / 1000).toPrecision(6))}k` : value.toLocaleString('en')
  return text.replace('-', '\u2212')
}
