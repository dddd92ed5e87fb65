import { metresText } from '../../contract/metres.ts'
import { updatesOf } from '../../contract/experiment.ts'
import type { ExperimentPlan } from '../../contract/experiment.ts'
import { axisEnd, distanceTicks, labelledTicks } from '../evaluation/distance-axis.ts'
import { dot, drawing, INK, line, text } from '../platform/svg.ts'
import { labelOf } from './method-labels.ts'
import type { ResultRow } from './result-rows.ts'
import type { CellResults, SummaryPoint } from './summarize.ts'

/** Sizes in px; `strip`: room above a cell's strips for two lines of numbers. */
const MARGIN = 24
const ROW_HEAD = 130
const TOP = 92
const FOOT = 84
/** The lines of text have room also above a small grid. */
const LEAST_WIDTH = 820
const CELL = { width: 200, pad: 14, strip: 60, lane: 12 }

/** Table 1 as a figure: closest and final distances next to the paper's, a dot for each goal and seed. */
export function experimentTable1Svg(plan: ExperimentPlan, cells: readonly CellResults[]): string {
  const { explorers, learners, goals } = plan
  const rowHeight = CELL.strip + CELL.lane * goals.length + 20
  const width = Math.max(LEAST_WIDTH, 2 * MARGIN + ROW_HEAD + CELL.width * explorers.length)
  const height = TOP + rowHeight * learners.length + FOOT
  const end = axisEnd(cells.flatMap(({ rows }) => trained(plan, rows).map(({ closestMeanM }) => closestMeanM ?? 0)))
  const parts = [
    text(MARGIN, 32, 'Closest tool-tip distance to the goal, m', { size: 17, weight: 600 }),
    text(MARGIN, 52, captionOf(plan), { fill: INK.label }),
  ]
  explorers.forEach((explorer, i) => {
    const left = MARGIN + ROW_HEAD + i * CELL.width + CELL.pad
    parts.push(text(left, TOP - 10, labelOf(explorer), { fill: INK.label }))
  })
  learners.forEach((learner, row) => {
    const top = TOP + row * rowHeight
    parts.push(line(MARGIN, top, width - MARGIN, top))
    parts.push(text(MARGIN, top + 26, labelOf(learner), { size: 15, weight: 600 }))
    explorers.forEach((explorer, i) => {
      const cell = cells.find(({ key }) => key.learner === learner && key.explorer === explorer)
      if (cell) parts.push(...drawCell(plan, cell, MARGIN + ROW_HEAD + i * CELL.width, top, end))
    })
  })
  parts.push(...drawFoot(plan, width, TOP + rowHeight * learners.length, end))
  return drawing(width, height, 'Closest tool-tip distance to the goal for each learner and explorer', parts)
}

function captionOf({ goals, seeds, scale, counts }: ExperimentPlan): string {
  const runs = seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`
  const share = scale === 1 ? '' : `; ${Number((100 * scale).toPrecision(3))} % of the published counts`
  return (
    `Simulated arm; goals ${goals.map(({ name }) => name).join(', ')}, ${runs}; ` +
    `${counts.transitions.toLocaleString('en')} transitions, ${counts.updates.toLocaleString('en')} updates${share}; lower is better`
  )
}

/** The trained policies' evaluations. */
function trained(plan: ExperimentPlan, rows: readonly ResultRow[]): ResultRow[] {
  return rows.filter(({ update, learner }) => update === updatesOf(plan, learner))
}

function along(value: number, left: number, end: number): number {
  return left + CELL.pad + (value / end) * (CELL.width - 2 * CELL.pad)
}

function drawCell(plan: ExperimentPlan, cell: CellResults, left: number, top: number, end: number): string[] {
  const rows = trained(plan, cell.rows)
  const [stripTop, stripEnd] = [top + CELL.strip, top + CELL.strip + CELL.lane * plan.goals.length]
  const at = (value: number): number => along(value, left, end)
  const parts = distanceTicks(end).map((tick) => line(at(tick), stripTop, at(tick), stripEnd))
  const point = cell.curve.find(({ update }) => update === updatesOf(plan, cell.key.learner))
  parts.push(...numbers(point, cell.paperM, left, top))
  plan.goals.forEach(({ name }, lane) => {
    for (const row of rows)
      if (row.goal === name) parts.push(dot(at(row.closestMeanM ?? 0), stripTop + CELL.lane * (lane + 0.5), 3))
  })
  if (point) parts.push(line(at(point.value), stripTop, at(point.value), stripEnd, INK.mean, 2))
  if (point && point.low !== null && point.high !== null)
    parts.push(line(at(point.low), stripEnd + 4, at(point.high), stripEnd + 4, INK.mean, 3))
  if (cell.paperM !== null) parts.push(line(at(cell.paperM), stripTop, at(cell.paperM), stripEnd, INK.paper, 2, '3 3'))
  return parts
}

function numbers(point: SummaryPoint | undefined, paperM: number | null, left: number, top: number): string[] {
  const start = left + CELL.pad
  const parts: string[] = []
  if (!point) parts.push(text(start, top + 26, 'not evaluated yet', { fill: INK.label }))
  else {
    const final = point.finalM === null ? '' : `final ${metresText(point.finalM)}`
    parts.push(text(start, top + 26, metresText(point.value), { size: 19, weight: 600 }))
    parts.push(text(start, top + 46, [final, interval(point)].filter((words) => words !== '').join(', '), MINOR))
  }
  if (paperM !== null)
    parts.push(
      text(left + CELL.width - CELL.pad, top + 26, `paper ${paperM.toFixed(2)}`, { fill: INK.paper, anchor: 'end' }),
    )
  return parts
}

const MINOR = { size: 11, fill: INK.label }

function interval({ low, high }: SummaryPoint): string {
  return low === null || high === null ? '' : `95 % ${metresText(low)} to ${metresText(high)}`
}

function drawFoot(plan: ExperimentPlan, width: number, top: number, end: number): string[] {
  const parts = [line(MARGIN, top, width - MARGIN, top)]
  plan.explorers.forEach((_, i) => {
    const left = MARGIN + ROW_HEAD + i * CELL.width
    for (const { value, label } of labelledTicks(end))
      parts.push(text(along(value, left, end), top + 18, label, { ...MINOR, anchor: 'middle' }))
  })
  const goals = plan.goals.map(({ name }) => name).join(', ')
  const mean = plan.seeds.length * plan.goals.length > 1 ? 'interquartile mean over goals and seeds' : 'its value'
  const bar = plan.seeds.length > 1 ? '; bar below: its 95 % bootstrap interval' : ''
  parts.push(
    text(MARGIN, top + 44, `Dots: goals ${goals} from the top, one a seed. Solid line: ${mean}${bar}.`, {
      fill: INK.label,
    }),
    text(MARGIN, top + 62, 'Dashed: printed in the paper, 2019, on the real arm. Final: distance at the end.', {
      fill: INK.label,
    }),
  )
  return parts
}
