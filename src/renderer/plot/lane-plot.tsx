import { useEffect, useRef, useState } from 'react'
import type uPlot from 'uplot'
import { xAxis, yAxis } from './plot-axes.ts'
import type { PlotCursor } from './plot-cursor.ts'
import { createPlotCursor } from './plot-cursor.ts'
import { PlotHost } from './plot-host.ts'
import type { PlotBand } from './plot-marks.ts'
import { drawBands, inCssPixels, STRONG_FONT, TEXT_FONT } from './plot-marks.ts'
import css from './plot.module.css'
import type { ColourToken } from './theme-colours.ts'
import { tokenColour } from './theme-colours.ts'

export type Lane = {
  /** J1..J7 */
  name: string
  /** Value drawn on the lane's middle line. */
  middle: number
  /** Distance from the middle to the lane's limit lines. */
  reach: number
  /** Printed right of the name: the value now, with its unit. */
  now?: string | undefined
}

export type LaneCurve = {
  /** Row-major [steps, lanes]; may hold more rows than `x`, the rest is ignored. */
  rows: ArrayLike<number>
  colour: ColourToken
  /** px */
  width: number
}

export type LanePlotProps = {
  label: string
  /** x of every step, rising. */
  x: ArrayLike<number>
  lanes: readonly Lane[]
  /** Drawn in this order; the last is on top. */
  curves: readonly LaneCurve[]
  xRange: readonly [number, number]
  bands?: readonly PlotBand[]
  xFormat?: (value: number) => string
  xTicks?: boolean
  /** Room for names and values, px. */
  nameWidth?: number
  cursor?: PlotCursor
}

/** Share of a lane's height from its middle to its limit lines. */
const REACH_SHARE = 0.42
const NONE: readonly never[] = []

/** y of a value in lane units: lane 0 is on top, every lane is 1 high. */
function laneHeight(lanes: readonly Lane[], lane: number, value: number): number {
  const { middle, reach } = lanes[lane] ?? { middle: 0, reach: 1 }
  const off = Math.min(1.15, Math.max(-1.15, (value - middle) / reach))
  return lanes.length - lane - 0.5 + off * REACH_SHARE
}

function toData({ x, lanes, curves }: LanePlotProps): uPlot.AlignedData {
  const steps = x.length
  const columns = curves.flatMap(({ rows }) =>
    lanes.map((_, lane) => {
      const column = new Float64Array(steps)
      for (let i = 0; i < steps; i++) column[i] = laneHeight(lanes, lane, rows[i * lanes.length + lane] ?? NaN)
      return column
    }),
  )
  return [Float64Array.from(x), ...columns]
}

function drawLaneLines(u: uPlot, lanes: readonly Lane[]): void {
  inCssPixels(u, (ctx, area) => {
    ctx.strokeStyle = tokenColour('grid')
    ctx.lineWidth = 1
    const line = (y: number, dash: number[]): void => {
      ctx.setLineDash(dash)
      ctx.beginPath()
      ctx.moveTo(area.left, Math.round(area.top + y) + 0.5)
      ctx.lineTo(area.left + area.width, Math.round(area.top + y) + 0.5)
      ctx.stroke()
    }
    lanes.forEach((_, lane) => {
      const middle = lanes.length - lane - 0.5
      line(u.valToPos(middle, 'y'), [])
      for (const side of [-1, 1]) line(u.valToPos(middle + side * REACH_SHARE, 'y'), [1, 3])
    })
  })
}

function drawLaneNames(u: uPlot, lanes: readonly Lane[]): void {
  inCssPixels(u, (ctx, area) => {
    lanes.forEach(({ name, now }, lane) => {
      const y = area.top + u.valToPos(lanes.length - lane - 0.5, 'y') + 4
      ctx.font = STRONG_FONT
      ctx.textAlign = 'left'
      ctx.fillStyle = tokenColour('t1')
      ctx.fillText(name, 10, y)
      if (now === undefined) return
      ctx.font = TEXT_FONT
      ctx.textAlign = 'right'
      ctx.fillStyle = tokenColour('t2')
      ctx.fillText(now, area.left - 6, y)
    })
  })
}

function buildHost(element: HTMLElement, props: () => LanePlotProps, cursor: PlotCursor): PlotHost {
  const first = props()
  const series = first.curves.flatMap(({ colour, width }) =>
    first.lanes.map((): uPlot.Series => ({
      scale: 'y',
      width,
      stroke: () => tokenColour(colour),
      points: { show: false },
    })),
  )
  const bottom = first.xTicks ? 0 : 2
  return new PlotHost(
    element,
    {
      series: [{}, ...series],
      axes: [
        {
          ...xAxis((value) => props().xFormat?.(value) ?? String(value), first.xTicks ?? false),
          grid: { show: false },
        },
        { ...yAxis(first.nameWidth ?? 32), grid: { show: false }, splits: () => [], size: first.nameWidth ?? 32 },
      ],
      padding: [2, 16, bottom, 0],
      xRange: () => props().xRange,
      yRange: () => [0, props().lanes.length],
      drawUnder: (u) => {
        drawBands(u, props().bands ?? NONE)
        drawLaneLines(u, props().lanes)
      },
      drawOver: (u) => drawLaneNames(u, props().lanes),
    },
    cursor,
    toData(first),
  )
}

/** One lane a joint over a common time axis: asked behind sent, and where the supervisor slowed or clipped. */
export function LanePlot(props: LanePlotProps) {
  const element = useRef<HTMLDivElement>(null)
  const host = useRef<PlotHost | null>(null)
  const latest = useRef(props)
  const [ownCursor] = useState(() => createPlotCursor())
  const cursor = props.cursor ?? ownCursor
  const built = JSON.stringify([
    props.curves.map(({ colour, width }) => [colour, width]),
    props.lanes.length,
    props.xTicks,
    props.nameWidth,
  ])
  useEffect(() => {
    latest.current = props
    host.current?.setData(toData(props))
  })
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
