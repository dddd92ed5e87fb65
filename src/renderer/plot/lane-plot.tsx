import { useEffect, useRef, useState } from 'react'
import type uPlot from 'uplot'
import { formatNumber } from '../parts/format.ts'
import type { TickFormat } from './plot-axes.ts'
import { xAxis, yAxis } from './plot-axes.ts'
import type { PlotCursor } from './plot-cursor.ts'
import { createPlotCursor } from './plot-cursor.ts'
import { PlotHost } from './plot-host.ts'
import type { PlotBand } from './plot-marks.ts'
import { drawBands, inCssPixels } from './plot-marks.ts'
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
}

export type LaneCurve = {
  /** Row-major [steps, lanes]; may hold more rows than `x`, the rest is ignored. */
  rows: ArrayLike<number>
  colour: ColourToken
  /** px */
  width: number
}

/** Stretches of a lane in which its own value lies beyond a bound: a bar at the limit line it went past. */
export type LaneMarks = {
  /** Row-major [steps, lanes]. */
  rows: ArrayLike<number>
  beyond: number
  colour: ColourToken
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
  marks?: LaneMarks
  xFormat?: TickFormat
  xTicks?: boolean
  /** Room for names and values, px. */
  nameWidth?: number
  /** Printed beside each name: the value now, with its unit. */
  now?: readonly string[]
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

function toData({ x, lanes, curves }: Pick<LanePlotProps, 'x' | 'lanes' | 'curves'>): uPlot.AlignedData {
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

/** Height of the bar of a mark, px. */
const MARK_HEIGHT = 3

function drawMarks(u: uPlot, { x, lanes }: LanePlotProps, { rows, beyond, colour }: LaneMarks): void {
  inCssPixels(u, (ctx, area) => {
    ctx.fillStyle = tokenColour(colour)
    const toX = (i: number): number => Math.min(area.width, Math.max(0, u.valToPos(x[i] ?? 0, 'x')))
    for (let lane = 0; lane < lanes.length; lane++) {
      for (let i = 0; i < x.length; i++) {
        const value = rows[i * lanes.length + lane] ?? 0
        if (Math.abs(value) <= beyond) continue
        const from = toX(i)
        while (i + 1 < x.length && (rows[(i + 1) * lanes.length + lane] ?? 0) * Math.sign(value) > beyond) i++
        const y = u.valToPos(lanes.length - lane - 0.5 + Math.sign(value) * REACH_SHARE, 'y')
        ctx.fillRect(area.left + from, area.top + y - MARK_HEIGHT / 2, Math.max(2, toX(i + 1) - from), MARK_HEIGHT)
      }
    }
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
          ...xAxis(
            (value, decimals) => props().xFormat?.(value, decimals) ?? formatNumber(value, decimals),
            first.xTicks ?? false,
          ),
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
      drawOver: (u) => {
        const { marks } = props()
        if (marks) drawMarks(u, props(), marks)
      },
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
  })
  const { x, lanes, curves, xRange, bands, marks } = props
  useEffect(() => host.current?.setData(toData({ x, lanes, curves })), [x, lanes, curves, xRange, bands, marks])
  useEffect(() => {
    if (!element.current) return
    const made = buildHost(element.current, () => latest.current, cursor)
    host.current = made
    return () => {
      host.current = null
      made.destroy()
    }
  }, [built, cursor])
  return (
    <>
      <div ref={element} className={css.plot} role="img" aria-label={props.label} />
      <LaneNames {...props} />
    </>
  )
}

/** Names and values as text of the page, so that a changing value redraws no curve. */
function LaneNames({ lanes, now, nameWidth = 32, xTicks = false }: LanePlotProps) {
  return (
    <ol className={css.lanes} style={{ width: nameWidth, bottom: xTicks ? 20 : 2 }} aria-hidden="true">
      {lanes.map(({ name }, lane) => (
        <li key={name}>
          <b>{name}</b>
          {now && <span>{now[lane]}</span>}
        </li>
      ))}
    </ol>
  )
}
