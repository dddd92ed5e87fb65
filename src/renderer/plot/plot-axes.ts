import type uPlot from 'uplot'
import { TEXT_FONT } from './plot-marks.ts'
import { tokenColour } from './theme-colours.ts'
import { stepDecimals } from './value-range.ts'
import { formatNumber } from '../parts/format.ts'

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
  return (_u: uPlot, splits: number[]): string[] => {
    const decimals = splits.length > 1 ? stepDecimals((splits[1] ?? 0) - (splits[0] ?? 0)) : 0
    return splits.map((value) => (format ? format(value, decimals) : formatNumber(value, decimals)))
  }
}

export const xAxis = (format?: TickFormat, show = true): uPlot.Axis => ({
  ...shared,
  scale: 'x',
  side: 2,
  size: show ? 20 : 0,
  gap: 2,
  space: 72,
  values: show ? tickValues(format) : () => [],
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
