import { metresText } from '../../contract/metres.ts'
import type { EvaluationGrid, GridCell } from '../../contract/evaluation.ts'
import { axisEnd, distanceTicks, labelledTicks } from './distance-axis.ts'
import { dot, drawing, INK, line, text } from '../platform/svg.ts'

/** Sizes in px of the drawing; it scales to any size. */
const ROW_HEAD = 110
const CELL = { width: 190, height: 84 }
const TOP = 84
const BOTTOM = 84
const MARGIN = 24
const STRIP = { left: 14, right: 14, top: 36, lane: 10 }

/** Table 1 as a figure: a cell for each learner and explorer, a dot for each goal, a line at the mean. */
export function table1Svg(grid: EvaluationGrid): string {
  const width = MARGIN * 2 + ROW_HEAD + CELL.width * grid.explorers.length
  const height = TOP + CELL.height * grid.learners.length + BOTTOM
  const scale = axisEnd(grid.cells.flatMap((cell) => cell.goals.map((goal) => goal.closestM ?? 0)))
  const parts = [
    text(MARGIN, 32, 'Closest tool-tip distance to the goal, m', { size: 17, weight: 600 }),
    text(MARGIN, 52, `Mean over goals ${grid.goals.map((goal) => goal.name).join(', ')}; lower is better`, {
      fill: INK.label,
    }),
  ]
  grid.explorers.forEach((explorer, column) => {
    parts.push(text(MARGIN + ROW_HEAD + column * CELL.width + STRIP.left, TOP - 8, explorer.label, { fill: INK.label }))
  })
  grid.learners.forEach((learner, row) => {
    const y = TOP + row * CELL.height
    parts.push(line(MARGIN, y, width - MARGIN, y), text(MARGIN, y + 24, learner.label, { size: 15, weight: 600 }))
    parts.push(text(MARGIN, y + 42, learner.group, { fill: INK.label }))
    grid.explorers.forEach((explorer, column) => {
      const cell = grid.cells.find((each) => each.learner === learner.name && each.explorer === explorer.name)
      if (cell) parts.push(...drawCell(cell, MARGIN + ROW_HEAD + column * CELL.width, y, scale))
    })
  })
  parts.push(...drawFoot(grid, width, TOP + CELL.height * grid.learners.length, scale))
  return drawing(width, height, 'Closest tool-tip distance to the goal', parts)
}

function along(value: number, left: number, end: number): number {
  return left + STRIP.left + (value / end) * (CELL.width - STRIP.left - STRIP.right)
}

function drawCell(cell: GridCell, left: number, top: number, end: number): string[] {
  const stripTop = top + STRIP.top
  const stripBottom = stripTop + STRIP.lane * Math.max(1, cell.goals.length)
  const parts = distanceTicks(end).map((value) =>
    line(along(value, left, end), stripTop, along(value, left, end), stripBottom),
  )
  if (cell.meanClosestM === null)
    parts.push(text(left + STRIP.left, top + 24, stateWord(cell.state), { fill: INK.label }))
  else parts.push(text(left + STRIP.left, top + 26, metresText(cell.meanClosestM), { size: 19, weight: 600 }))
  cell.goals.forEach((goal, lane) => {
    if (goal.closestM === null) return
    const y = stripTop + STRIP.lane * (lane + 0.5)
    parts.push(dot(along(goal.closestM, left, end), y, 3))
  })
  if (cell.meanClosestM !== null)
    parts.push(mark(along(cell.meanClosestM, left, end), stripTop, stripBottom, INK.mean, ''))
  if (cell.paperM !== null) {
    parts.push(mark(along(cell.paperM, left, end), stripTop, stripBottom, INK.paper, '3 3'))
    parts.push(
      text(left + CELL.width - STRIP.right, top + 24, `paper ${cell.paperM.toFixed(2)}`, {
        fill: INK.paper,
        anchor: 'end',
      }),
    )
  }
  return parts
}

function drawFoot(grid: EvaluationGrid, width: number, top: number, end: number): string[] {
  const parts = [line(MARGIN, top, width - MARGIN, top)]
  grid.explorers.forEach((_, column) => {
    const left = MARGIN + ROW_HEAD + column * CELL.width
    for (const { value, label } of labelledTicks(end))
      parts.push(text(along(value, left, end), top + 18, label, { size: 11, fill: INK.label, anchor: 'middle' }))
  })
  const worlds = new Set(grid.cells.flatMap((cell) => cell.goals.flatMap((goal) => goal.tries.map((one) => one.world))))
  const where = [...worlds].map((world) => (world === 'panda' ? 'simulated arm' : 'arm over the network')).join(' and ')
  parts.push(
    text(
      MARGIN,
      top + 44,
      `Dots: goals ${grid.goals.map((goal) => goal.name).join(', ')} from the top. Solid line: mean.`,
      { fill: INK.label },
    ),
  )
  parts.push(
    text(MARGIN, top + 62, `Dashed: value printed in the paper, 2019.${where ? ` Tries on: ${where}.` : ''}`, {
      fill: INK.label,
    }),
  )
  return parts
}

function stateWord(state: GridCell['state']): string {
  return state === 'not-trained' ? 'Not trained' : state === 'training' ? 'Training' : 'Not tried'
}

function mark(x: number, top: number, bottom: number, colour: string, dash: string): string {
  return line(x, top, x, bottom, colour, 2, dash)
}
