import type { EvaluationGrid, GridCell } from '../../contract/evaluation.ts'

/** Sizes in px of the drawing; it scales to any size. */
const ROW_HEAD = 110
const CELL = { width: 190, height: 84 }
const TOP = 84
const BOTTOM = 84
const MARGIN = 24
const STRIP = { left: 14, right: 14, top: 36, lane: 10 }
/** Colours on a light ground, contrast at least 4.5 for text. */
const INK = { ground: '#FBFCFC', text: '#12171A', label: '#424E55', line: '#D3DADD', mean: '#0A6883', paper: '#B02E5C' }

/** Table 1 as a figure: a cell for each learner and explorer, a dot for each goal, a line at the mean. */
export function table1Svg(grid: EvaluationGrid): string {
  const width = MARGIN * 2 + ROW_HEAD + CELL.width * grid.explorers.length
  const height = TOP + CELL.height * grid.learners.length + BOTTOM
  const scale = axisEnd(grid)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="Inter Variable, Inter, system-ui, sans-serif" role="img" aria-label="Closest tool-tip distance to the goal">`,
    `<rect width="${width}" height="${height}" fill="${INK.ground}"/>`,
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
  parts.push(...drawFoot(grid, width, TOP + CELL.height * grid.learners.length, scale), '</svg>')
  return parts.join('\n') + '\n'
}

/** End of every strip, m: 0.8 as in the paper's range, or the next 0.2 beyond the largest value. */
function axisEnd(grid: EvaluationGrid): number {
  const values = grid.cells.flatMap((cell) => cell.goals.map((goal) => goal.closestM ?? 0))
  return Math.max(0.8, Math.ceil(Math.max(0, ...values) / 0.2 - 1e-9) * 0.2)
}

function ticks(end: number): number[] {
  return Array.from({ length: Math.round(end / 0.2) + 1 }, (_, i) => i * 0.2)
}

function along(value: number, left: number, end: number): number {
  return left + STRIP.left + (value / end) * (CELL.width - STRIP.left - STRIP.right)
}

function drawCell(cell: GridCell, left: number, top: number, end: number): string[] {
  const stripTop = top + STRIP.top
  const stripBottom = stripTop + STRIP.lane * Math.max(1, cell.goals.length)
  const parts = ticks(end).map((value) => line(along(value, left, end), stripTop, along(value, left, end), stripBottom))
  if (cell.meanClosestM === null)
    parts.push(text(left + STRIP.left, top + 24, stateWord(cell.state), { fill: INK.label }))
  else parts.push(text(left + STRIP.left, top + 26, cell.meanClosestM.toFixed(2), { size: 19, weight: 600 }))
  cell.goals.forEach((goal, lane) => {
    if (goal.closestM === null) return
    const y = stripTop + STRIP.lane * (lane + 0.5)
    parts.push(`<circle cx="${n(along(goal.closestM, left, end))}" cy="${n(y)}" r="3" fill="${INK.text}"/>`)
  })
  if (cell.meanClosestM !== null)
    parts.push(mark(along(cell.meanClosestM, left, end), stripTop, stripBottom, INK.mean, ''))
  if (cell.paperM !== null) {
    parts.push(mark(along(cell.paperM, left, end), stripTop, stripBottom, INK.paper, '3 3'))
    parts.push(
      text(left + CELL.width - STRIP.right, top + 24, `paper ${cell.paperM.toFixed(2)}`, {
        fill: INK.paper,
        end: true,
      }),
    )
  }
  return parts
}

function drawFoot(grid: EvaluationGrid, width: number, top: number, end: number): string[] {
  const parts = [line(MARGIN, top, width - MARGIN, top)]
  grid.explorers.forEach((_, column) => {
    const left = MARGIN + ROW_HEAD + column * CELL.width
    // Every second tick: neighbouring strips leave no room for more.
    const labelled = ticks(end).filter((_tick, i) => i % 2 === 0)
    for (const value of labelled) {
      const label = value === labelled.at(-1) ? `${value.toFixed(1)} m` : value === 0 ? '0' : value.toFixed(1)
      parts.push(
        `<text x="${n(along(value, left, end))}" y="${top + 18}" font-size="11" fill="${INK.label}" text-anchor="middle">${label}</text>`,
      )
    }
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

interface TextStyle {
  size?: number
  weight?: number
  fill?: string
  end?: boolean
}

function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 12, weight = 400, fill = INK.text, end = false } = style
  const anchor = end ? ' text-anchor="end"' : ''
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}"${anchor}>${escaped(content)}</text>`
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${INK.line}"/>`
}

function mark(x: number, top: number, bottom: number, colour: string, dash: string): string {
  const dashed = dash ? ` stroke-dasharray="${dash}"` : ''
  return `<line x1="${n(x)}" y1="${top}" x2="${n(x)}" y2="${bottom}" stroke="${colour}" stroke-width="2"${dashed}/>`
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
