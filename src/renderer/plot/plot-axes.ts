import type uPlot from 'uplot'
import { TEXT_FONT } from './plot-marks.ts'
import { tokenColour } from './theme-colours.ts'
import { stepDecimals } from './value-range.ts'
import { formatNumber, NBSP } from '../parts/format.ts'

const shared: uPlot.Axis = {
  font: TEXT_FONT,
  stroke: () => tokenColour('t2'),
  grid: { stroke: () => tokenColour('grid'), width: 1 },
  ticks: { show: false },
}

/** Prints a tick; `decimals` tell the ticks apart. */
export type TickFormat = (value: number, decimals: number) => string

/** Number in as many decimals as the ticks need. */
function tickValues(format: TickFormat | undefined) {
  return (_u: uPlot, splits: readonly number[]): string[] => {
    const decimals = splits.length > 1 ? stepDecimals((splits[1] ?? 0) - (splits[0] ?? 0)) : 0
    return splits.map((value) => (format ? format(value, decimals) : formatNumber(value, decimals)))
  }
}

/** A label that uPlot centres on its tick, moved so that it begins there: uPlot aligns all labels of an axis alike. */
function beginsAtTick({ ctx }: uPlot, label: string): string {
  ctx.save()
  ctx.font = TEXT_FONT
  const spaces = Math.round(ctx.measureText(label).width / ctx.measureText(NBSP).width)
  ctx.restore()
  return NBSP.repeat(spaces) + label
}

/** The first label stands beside the lowest one of the y axis when its tick is at the left end. */
function xTickValues(format: TickFormat | undefined) {
  const values = tickValues(format)
  return (u: uPlot, splits: readonly number[]): string[] => {
    const labels = values(u, splits)
    const { min = 0, max = 0 } = u.scales['x'] ?? {}
    const [at = Infinity] = splits
    const isAtEnd = at - (min ?? 0) < 0.02 * ((max ?? 0) - (min ?? 0))
    return labels.map((label, i) => (i === 0 && isAtEnd ? beginsAtTick(u, label) : label))
  }
}

export const xAxis = (format?: TickFormat, show = true): uPlot.Axis => ({
  ...shared,
  scale: 'x',
  side: 2,
  size: show ? 20 : 0,
  gap: 6,
  space: 72,
  values: show ? xTickValues(format) : () => [],
})

export const yAxis = (size: number, format?: TickFormat, show = true): uPlot.Axis => ({
  ...shared,
  scale: 'y',
  side: 3,
  size: show ? size : 0,
  gap: 2,
  space: 36,
  show,
  values: tickValues(format),
})
