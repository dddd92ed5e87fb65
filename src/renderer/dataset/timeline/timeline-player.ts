import { LEVEL_FACTOR } from '../../../contract/timeline.ts'
import { subscribeTheme } from '../../plot/theme-colours.ts'
import { ColumnRanges, drawTimeline, toTransition } from './timeline-drawing.ts'
import type { Layout } from './timeline-drawing.ts'
import { clampWindow, followed, zoomed } from './timeline-model.ts'
import type { OpenTimeline, Window } from './timeline-model.ts'
import { TimelineTiles } from './timeline-tiles.ts'
import type { TileSource } from './timeline-tiles.ts'

/** What React is told, at most ten times a second. */
export type Position = { cursor: number; window: Window; playing: boolean }

const TELL_EVERY_MS = 100
/** A press that moves less than this (px) is a click, not a drag. */
const DRAG_FROM = 4

/** The moving part of a timeline: window, cursor, playing, drawn on one canvas once a frame and only when something moved. */
export class TimelinePlayer {
  readonly timeline: OpenTimeline
  #speed = 1
  #window: Window
  #cursor = 0
  #playing = false
  #drag: { from: number; fromX: number; to: number } | null = null
  #frame = 0
  #before = 0
  #toldAt = -Infinity
  #context: CanvasRenderingContext2D | null = null
  #layout: Layout = { width: 1, height: 1, left: 88, axis: 20, marks: 14 }
  readonly #ranges: ColumnRanges
  readonly #tiles: TimelineTiles
  readonly #tell: (position: Position) => void
  #endTheme: () => void = () => undefined

  constructor(timeline: OpenTimeline, source: TileSource, tell: (position: Position) => void) {
    this.timeline = timeline
    this.#window = { from: 0, span: timeline.transitions }
    this.#ranges = new ColumnRanges(timeline.channels.length)
    this.#tiles = new TimelineTiles(timeline.levels, source, () => this.draw())
    this.#tell = tell
  }

  /** Draws on this canvas from now on, until detach(). */
  attach(canvas: HTMLCanvasElement): void {
    // Drawn by the processor: thousands of small rectangles a frame pile up in a drawing queue elsewhere.
    this.#context = canvas.getContext('2d', { willReadFrequently: true })
    this.#endTheme = subscribeTheme(() => this.draw())
    this.resize(canvas)
  }

  detach(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#endTheme()
    this.#context = null
  }

  /** Times the rate at which it was recorded. */
  setSpeed(speed: number): void {
    this.#speed = speed
  }

  resize(canvas: HTMLCanvasElement): void {
    const ratio = Math.min(2, devicePixelRatio)
    const { clientWidth: width, clientHeight: height } = canvas
    canvas.width = Math.max(1, Math.round(width * ratio))
    canvas.height = Math.max(1, Math.round(height * ratio))
    this.#context?.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.#layout = { ...this.#layout, width, height }
    this.draw()
  }

  draw(): void {
    if (this.#frame === 0 && this.#context) this.#frame = requestAnimationFrame((now) => this.#onFrame(now))
  }

  get cursor(): number {
    return this.#cursor
  }

  toggle(): void {
    this.#playing = !this.#playing
    if (this.#playing && this.#cursor >= this.timeline.transitions - 1) this.#cursor = 0
    this.#before = 0
    this.draw()
    this.#say(true)
  }

  showAll(): void {
    this.#show({ from: 0, span: this.timeline.transitions })
  }

  /** By so many windows. */
  pan(windows: number): void {
    this.#show({ ...this.#window, from: this.#window.from + windows * this.#window.span })
  }

  /** Factor > 1: farther away; about a place on screen, px, or the cursor. */
  zoom(factor: number, x?: number): void {
    const { from, span } = this.#window
    const inside = this.#cursor >= from && this.#cursor <= from + span
    const about = x === undefined ? (inside ? this.#cursor : from + span / 2) : this.#at(x)
    this.#show(zoomed(this.#window, factor, about, this.timeline.transitions))
  }

  setCursor(transition: number): void {
    this.#cursor = Math.min(this.timeline.transitions - 1, Math.max(0, transition))
    this.draw()
    this.#say(true)
  }

  press(x: number): void {
    this.#drag = { from: this.#at(x), fromX: x, to: this.#at(x) }
  }

  move(x: number): void {
    if (!this.#drag) return
    this.#drag.to = this.#at(x)
    this.draw()
  }

  /** A drag zooms to what it went over; a click sets the cursor. */
  release(x: number): void {
    const drag = this.#drag
    this.#drag = null
    if (!drag) return
    const to = this.#at(x)
    if (Math.abs(x - drag.fromX) < DRAG_FROM) this.setCursor(Math.floor(to))
    else this.#show({ from: Math.min(drag.from, to), span: Math.abs(to - drag.from) })
  }

  #at(x: number): number {
    return toTransition(this.#layout, this.#window, x)
  }

  #show(window: Window): void {
    this.#window = clampWindow(window, this.timeline.transitions)
    this.draw()
    this.#say(false)
  }

  #onFrame(now: number): void {
    this.#frame = 0
    if (this.#playing) this.#advance(now)
    this.#before = now
    if (this.#context) {
      const { timeline } = this
      const drag = this.#drag ? ([this.#drag.from, this.#drag.to] as const) : null
      const scene = { timeline, tiles: this.#tiles, window: this.#window, cursor: this.#cursor, drag }
      this.#tiles.beginFrame()
      drawTimeline(this.#context, this.#layout, scene, this.#ranges)
      this.#tiles.endFrame()
    }
    if (this.#playing) this.draw()
    this.#say(false)
  }

  #advance(now: number): void {
    if (this.#before === 0) return
    const { transitions, stepPeriodS } = this.timeline
    this.#cursor += (((now - this.#before) / 1000) * this.#speed) / stepPeriodS
    if (this.#cursor >= transitions - 1) {
      this.#cursor = transitions - 1
      this.#playing = false
    }
    this.#window = followed(this.#window, this.#cursor, transitions)
  }

  #say(now: boolean): void {
    const time = performance.now()
    if (!now && time - this.#toldAt < TELL_EVERY_MS) return
    this.#toldAt = time
    this.#tell({ cursor: this.#cursor, window: this.#window, playing: this.#playing })
  }
}

/** How far one notch of the wheel zooms. */
export const WHEEL_FACTOR = LEVEL_FACTOR ** 0.25
