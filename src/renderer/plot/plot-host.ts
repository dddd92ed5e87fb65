import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { PlotCursor } from './plot-cursor.ts'
import { subscribeTheme } from './theme-colours.ts'

export type PlotSpec = {
  series: uPlot.Series[]
  bands?: uPlot.Band[]
  axes: uPlot.Axis[]
  padding: [top: number, right: number, bottom: number, left: number]
  /** Whole x range; the cursor's zoom shows a part of it. */
  xRange: () => readonly [number, number]
  yRange: (low: number | null, high: number | null) => [number, number]
  drawUnder: (u: uPlot) => void
  drawOver: (u: uPlot) => void
}

/** A press that moves less than this (px) is a click, not a drag. */
const DRAG_FROM = 4

/** One uPlot in an element: follows its size, the theme, and a cursor that other plots may share. */
export class PlotHost {
  private readonly plot: uPlot
  private readonly spec: PlotSpec
  private readonly cursor: PlotCursor
  private readonly line = document.createElement('div')
  private readonly hoverLine = document.createElement('div')
  private readonly stops: (() => void)[] = []

  constructor(element: HTMLElement, spec: PlotSpec, cursor: PlotCursor, data: uPlot.AlignedData) {
    this.spec = spec
    this.cursor = cursor
    this.plot = new uPlot(this.options(element), this.safe(data), element)
    this.line.className = 'plot-cursor'
    this.hoverLine.className = 'plot-hover'
    this.plot.over.append(this.hoverLine, this.line)
    this.bindMouse()
    const resized = new ResizeObserver(() => this.fit(element))
    resized.observe(element)
    this.stops.push(() => resized.disconnect())
    this.stops.push(subscribeTheme(() => this.plot.redraw(false, true)))
    this.stops.push(cursor.subscribe((now, before) => this.follow(now.zoom !== before.zoom)))
    this.placeLines()
    // Text drawn before the font arrives is drawn again with it.
    void document.fonts.ready.then(() => this.plot.redraw(false, true))
  }

  setData(data: uPlot.AlignedData): void {
    this.plot.setData(this.safe(data))
    this.placeLines()
  }

  destroy(): void {
    for (const stop of this.stops) stop()
    this.plot.destroy()
  }

  /** uPlot cannot place an axis without a point. */
  private safe(data: uPlot.AlignedData): uPlot.AlignedData {
    if (data[0].length > 0) return data
    const [from, to] = this.spec.xRange()
    return [[from, to], ...this.spec.series.slice(1).map(() => [null, null])] as uPlot.AlignedData
  }

  private options(element: HTMLElement): uPlot.Options {
    const { spec, cursor } = this
    return {
      width: Math.max(1, element.clientWidth),
      height: Math.max(1, element.clientHeight),
      series: spec.series,
      ...(spec.bands ? { bands: spec.bands } : {}),
      axes: spec.axes,
      padding: spec.padding,
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [...(cursor.getState().zoom ?? spec.xRange())] as [number, number] },
        y: { range: (_u, low, high) => spec.yRange(low, high) },
      },
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: DRAG_FROM },
      },
      hooks: {
        drawClear: [(u) => spec.drawUnder(u)],
        draw: [(u) => spec.drawOver(u)],
        setSelect: [(u) => this.zoomToSelection(u)],
        setCursor: [(u) => this.hovered(u)],
      },
    }
  }

  private bindMouse(): void {
    const { over } = this.plot
    let pressedAt = 0
    over.addEventListener('mousedown', (event) => (pressedAt = event.clientX))
    over.addEventListener('click', (event) => {
      if (Math.abs(event.clientX - pressedAt) >= DRAG_FROM) return
      const x = event.clientX - over.getBoundingClientRect().left
      this.cursor.setState({ at: this.plot.posToVal(x, 'x') })
    })
    over.addEventListener('dblclick', () => this.cursor.setState({ zoom: null }))
  }

  private zoomToSelection(u: uPlot): void {
    const { left, width } = u.select
    if (width < DRAG_FROM) return
    this.cursor.setState({ zoom: [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')] })
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  }

  private hovered(u: uPlot): void {
    const left = u.cursor.left ?? -1
    const hover = left < 0 ? null : u.posToVal(left, 'x')
    if (hover !== this.cursor.getState().hover) this.cursor.setState({ hover })
  }

  private follow(zoomed: boolean): void {
    if (zoomed) this.plot.setData(this.plot.data)
    this.placeLines()
  }

  /** The cursors are elements of their own, so that moving them redraws no curve. */
  private placeLines(): void {
    const { at, hover, zoom } = this.cursor.getState()
    const [from, to] = zoom ?? this.spec.xRange()
    const place = (line: HTMLElement, x: number | null): void => {
      const seen = x !== null && x >= from && x <= to && to > from
      line.hidden = !seen
      if (seen) line.style.left = `${((x - from) / (to - from)) * 100}%`
    }
    place(this.line, at)
    place(this.hoverLine, hover)
  }

  private fit(element: HTMLElement): void {
    const width = element.clientWidth
    const height = element.clientHeight
    if (width > 0 && height > 0 && (width !== this.plot.width || height !== this.plot.height))
      this.plot.setSize({ width, height })
  }
}
