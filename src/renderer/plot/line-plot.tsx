import { useEffect, useRef, useState } from 'react'
import type uPlot from 'uplot'
import { formatNumber } from '../parts/format.ts'
import type { TickFormat } from './plot-axes.ts'
import { xAxis, yAxis } from './plot-axes.ts'
import type { PlotCursor } from './plot-cursor.ts'
import { createPlotCursor } from './plot-cursor.ts'
import { PlotHost } from './plot-host.ts'
import type { EndLabel, PlotBand, PlotLimit, PlotPoint } from './plot-marks.ts'
import { drawBands, drawEndLabels, drawLimits, drawPoints, drawUnit } from './plot-marks.ts'
import css from './plot.module.css'
import type { ColourToken } from './theme-colours.ts'
import { tokenColour } from './theme-colours.ts'
import { GrowingRange } from './value-range.ts'

/** y values; null is a gap. */
export type PlotValues = Float64Array | Float32Array | readonly (number | null)[]

export type PlotSeries = {
  values: PlotValues
  colour: ColourToken
  /** Printed at the end of the curve. */
  label?: string | undefined
  /** px; 1.5 unless given. */
  width?: number
  dash?: readonly number[]
  /** 0.25 for a raw curve behind its smoothed one. */
  opacity?: number
  /** Fills the space down to the series with this index in `series` (a seed band); neither edge is drawn. */
  fillTo?: number
  /** No line; an edge of a band. */
  hidden?: boolean
}

export type LinePlotProps = {
  /** What the plot shows, for a screen reader. */
  label: string
  /** x values, rising. */
  x: ArrayLike<number>
  series: readonly PlotSeries[]
  /** Whole x range; without it, that of the data. */
  xRange?: readonly [number, number]
  /** Fixed y range. Without it the range grows with the data and never shrinks. */
  yRange?: readonly [number, number]
  /** Where a growing y range begins. */
  yAtLeast?: readonly [number, number]
  unit?: string
  xFormat?: TickFormat
  yFormat?: TickFormat
  xTicks?: boolean
  /** Width of the y labels, px. */
  yWidth?: number
  /** Room right of the plot for end labels, px. */
  endRoom?: number
  /** Room above the plot, px; 8 unless given, 24 when there is a unit. */
  headRoom?: number
  bands?: readonly PlotBand[]
  limits?: readonly PlotLimit[]
  points?: readonly PlotPoint[]
  /** Plots with the same cursor move and zoom together. */
  cursor?: PlotCursor
}

const NONE: readonly never[] = []

function toColumn(values: PlotValues): (number | null)[] | Float64Array | Float32Array {
  return ArrayBuffer.isView(values) ? values : [...values]
}

const toData = ({ x, series }: Pick<LinePlotProps, 'x' | 'series'>): uPlot.AlignedData =>
  [toColumn(x as PlotValues), ...series.map(({ values }) => toColumn(values))] as uPlot.AlignedData

function uplotSeries(series: PlotSeries): uPlot.Series {
  return {
    scale: 'y',
    stroke: () => tokenColour(series.colour),
    width: series.hidden ? 0 : (series.width ?? 1.5),
    alpha: series.opacity ?? 1,
    points: { show: false },
    ...(series.dash ? { dash: [...series.dash] } : {}),
  }
}

/** Last point of every labelled curve. */
function endLabels(props: LinePlotProps): EndLabel[] {
  return props.series.flatMap(({ values, label, colour }) => {
    if (label === undefined) return []
    for (let i = Math.min(values.length, props.x.length) - 1; i >= 0; i--) {
      const y = values[i]
      if (y !== null && y !== undefined && Number.isFinite(y)) return [{ x: props.x[i] ?? 0, y, text: label, colour }]
    }
    return []
  })
}

/** All that, when it changes, needs a new plot rather than new data. */
function structure(props: LinePlotProps): string {
  const lines = props.series.map((s) => [s.colour, s.width, s.dash, s.opacity, s.fillTo, s.hidden])
  return JSON.stringify([lines, props.unit, props.xTicks, props.yWidth, props.endRoom, props.headRoom])
}

function buildHost(element: HTMLElement, props: () => LinePlotProps, cursor: PlotCursor): PlotHost {
  const first = props()
  const grown = new GrowingRange(...(first.yAtLeast ?? [Infinity, -Infinity]))
  const bands = first.series.flatMap(({ fillTo, colour }, i): uPlot.Band[] =>
    fillTo === undefined ? [] : [{ series: [i + 1, fillTo + 1], fill: () => `${tokenColour(colour)}29` }],
  )
  return new PlotHost(
    element,
    {
      series: [{}, ...first.series.map(uplotSeries)],
      bands,
      axes: [
        xAxis(
          (value, decimals) => props().xFormat?.(value, decimals) ?? formatNumber(value, decimals),
          first.xTicks ?? true,
        ),
        yAxis(first.yWidth ?? 40, first.yFormat),
      ],
      padding: [first.headRoom ?? (first.unit ? 24 : 8), first.endRoom ?? 16, first.xTicks === false ? 8 : 0, 0],
      xRange: () => wholeRange(props()),
      yRange: (low, high) => [...(props().yRange ?? grown.include(low, high))] as [number, number],
      drawUnder: (u) => drawBands(u, props().bands ?? NONE),
      drawOver: (u) => {
        const { limits, points, unit } = props()
        drawLimits(u, limits ?? NONE)
        drawPoints(u, points ?? NONE)
        drawEndLabels(u, endLabels(props()))
        if (unit) drawUnit(u, unit)
      },
    },
    cursor,
    toData(first),
  )
}

function wholeRange({ xRange, x }: LinePlotProps): readonly [number, number] {
  if (xRange) return xRange
  const from = x[0] ?? 0
  const to = x[x.length - 1] ?? 1
  return to > from ? [from, to] : [from, from + 1]
}

/** Curves over one x axis. Dragging zooms, a double click shows all, a click sets the cursor. */
export function LinePlot(props: LinePlotProps) {
  const element = useRef<HTMLDivElement>(null)
  const host = useRef<PlotHost | null>(null)
  const latest = useRef(props)
  const [ownCursor] = useState(() => createPlotCursor())
  const cursor = props.cursor ?? ownCursor
  const built = structure(props)
  useEffect(() => {
    latest.current = props
  })
  const { x, series, xRange, yRange, bands, limits, points } = props
  useEffect(() => host.current?.setData(toData({ x, series })), [x, series, xRange, yRange, bands, limits, points])
  useEffect(() => {
    if (!element.current) return
    const made = buildHost(element.current, () => latest.current, cursor)
    host.current = made
    return () => {
      host.current = null
      made.destroy()
    }
  }, [built, cursor])
  return <div ref={element} className={css.plot} role="img" aria-label={props.label} />
}
