import type uPlot from 'uplot'
import type { ColourToken } from './theme-colours.ts'
import { tokenColour } from './theme-colours.ts'

/** A stretch of the x axis that is tinted from top to bottom. */
export type PlotBand = {
  from: number
  to: number
  colour: ColourToken
  /** 3 px cap at the top in full colour. */
  cap?: boolean
}

/** A dashed line at one value, with that value beside it. */
export type PlotLimit = { value: number; text: string; colour: ColourToken; side?: 'left' | 'right' }

export type PlotPoint = { x: number; y: number; colour: ColourToken; radius?: number }

/** Text at the end of a curve. */
export type EndLabel = { x: number; y: number; text: string; colour: ColourToken }

const FONT = '"Inter Variable", system-ui, sans-serif'
export const TEXT_FONT = `11px ${FONT}`
export const STRONG_FONT = `600 11px ${FONT}`

/** Runs a drawing in CSS pixels over the plot area; uPlot itself counts in canvas pixels. */
export function inCssPixels(u: uPlot, draw: (ctx: CanvasRenderingContext2D, area: Area) => void): void {
  const ratio = u.ctx.canvas.width / u.width
  const { left, top, width, height } = u.bbox
  u.ctx.save()
  u.ctx.scale(ratio, ratio)
  draw(u.ctx, { left: left / ratio, top: top / ratio, width: width / ratio, height: height / ratio })
  u.ctx.restore()
}

/** Plot area inside the axes, CSS px. */
export type Area = { left: number; top: number; width: number; height: number }

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

export function drawBands(u: uPlot, bands: readonly PlotBand[]): void {
  inCssPixels(u, (ctx, area) => {
    for (const band of bands) {
      const from = clamp(u.valToPos(band.from, 'x'), 0, area.width)
      const to = clamp(u.valToPos(band.to, 'x'), 0, area.width)
      if (band.to < (u.scales['x']?.min ?? -Infinity) || band.from > (u.scales['x']?.max ?? Infinity)) continue
      ctx.fillStyle = tokenColour(band.colour)
      const width = Math.max(1, to - from)
      ctx.globalAlpha = 0.18
      ctx.fillRect(area.left + from, area.top, width, area.height)
      ctx.globalAlpha = 1
      if (band.cap) ctx.fillRect(area.left + from, area.top, width, 3)
    }
  })
}

export function drawLimits(u: uPlot, limits: readonly PlotLimit[]): void {
  inCssPixels(u, (ctx, area) => {
    ctx.font = TEXT_FONT
    ctx.lineWidth = 1
    for (const limit of limits) {
      const y = area.top + u.valToPos(limit.value, 'y')
      if (y < area.top - 1 || y > area.top + area.height + 1) continue
      ctx.strokeStyle = ctx.fillStyle = tokenColour(limit.colour)
      ctx.setLineDash([4, 3])
      ctx.beginPath()
      ctx.moveTo(area.left, Math.round(y) + 0.5)
      ctx.lineTo(area.left + area.width, Math.round(y) + 0.5)
      ctx.stroke()
      ctx.setLineDash([])
      const left = limit.side === 'left'
      ctx.textAlign = left ? 'left' : 'right'
      const x = left ? area.left + 6 : area.left + area.width - 2
      // A rim of the pane's ground, so that a curve behind the text does not cross it out.
      ctx.lineWidth = 3
      ctx.strokeStyle = tokenColour('s1')
      ctx.strokeText(limit.text, x, y - 4)
      ctx.fillText(limit.text, x, y - 4)
      ctx.lineWidth = 1
    }
  })
}

export function drawPoints(u: uPlot, points: readonly PlotPoint[]): void {
  inCssPixels(u, (ctx, area) => {
    for (const point of points) {
      const x = u.valToPos(point.x, 'x')
      if (x < 0 || x > area.width) continue
      ctx.fillStyle = tokenColour(point.colour)
      ctx.beginPath()
      ctx.arc(area.left + x, area.top + u.valToPos(point.y, 'y'), point.radius ?? 4, 0, 2 * Math.PI)
      ctx.fill()
    }
  })
}

const LABEL_HEIGHT = 13 // CSS px, of one end label above another

/** Labels right of the curves' ends, pushed apart so that none covers another. */
export function drawEndLabels(u: uPlot, labels: readonly EndLabel[]): void {
  inCssPixels(u, (ctx, area) => {
    ctx.font = STRONG_FONT
    ctx.textAlign = 'left'
    const lowest = area.height - 8 // clear of the labels of the x axis
    const placed = labels
      .map((label) => ({ label, y: clamp(u.valToPos(label.y, 'y'), 0, lowest) }))
      .sort((a, b) => a.y - b.y)
    placed.forEach((item, i) => (item.y = Math.max(item.y, (placed[i - 1]?.y ?? -Infinity) + LABEL_HEIGHT)))
    placed.reverse().forEach((item, i) => {
      item.y = Math.min(item.y, i === 0 ? lowest : (placed[i - 1]?.y ?? Infinity) - LABEL_HEIGHT)
    })
    for (const { label, y } of placed) {
      ctx.fillStyle = tokenColour(label.colour)
      const x = clamp(u.valToPos(label.x, 'x'), 0, area.width)
      ctx.fillText(label.text, area.left + x + 6, area.top + y + 4)
    }
  })
}

/** The unit of the y axis, once, above its labels. */
export function drawUnit(u: uPlot, unit: string): void {
  inCssPixels(u, (ctx, area) => {
    ctx.font = TEXT_FONT
    ctx.textAlign = 'right'
    ctx.fillStyle = tokenColour('t2')
    ctx.fillText(unit, area.left - 6, area.top - 14)
  })
}
