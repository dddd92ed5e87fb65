import { useEffect, useRef } from 'react'
import { STRONG_FONT, TEXT_FONT } from './plot-marks.ts'
import css from './plot.module.css'
import { tokenColour, useThemeRevision } from './theme-colours.ts'

type Props = {
  label: string
  names: readonly string[]
  /** Counts per strip; every strip spans its joint's limits from left to right. */
  counts: readonly (readonly number[])[]
  /** Printed at the right end of each strip. */
  notes?: readonly string[]
  /** Room for the names, px. */
  nameWidth?: number
}

/** Room for the notes, px. */
const NOTE_WIDTH = 44

function paint(canvas: HTMLCanvasElement, { names, counts, notes, nameWidth = 40 }: Props): void {
  const ctx = canvas.getContext('2d')
  const width = canvas.clientWidth
  const height = canvas.clientHeight
  if (!ctx || width === 0 || height === 0) return
  const ratio = window.devicePixelRatio
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  ctx.scale(ratio, ratio)
  const pitch = height / names.length
  const barWidth = width - nameWidth - 16 - (notes ? NOTE_WIDTH : 0)
  const bar = Math.round(Math.max(4, Math.min(12, pitch - 3)))
  names.forEach((name, strip) => {
    const row = counts[strip] ?? []
    const top = Math.round(pitch * strip + (pitch - bar) / 2)
    const most = Math.max(1, ...row)
    ctx.globalAlpha = 1
    ctx.font = TEXT_FONT
    ctx.fillStyle = tokenColour('t2')
    ctx.fillText(name, 16, top + bar / 2 + 4)
    if (notes?.[strip] !== undefined) {
      ctx.textAlign = 'right'
      ctx.fillText(notes[strip], width - 16, top + bar / 2 + 4)
      ctx.textAlign = 'left'
    }
    ctx.fillStyle = tokenColour('bg')
    ctx.fillRect(nameWidth, top, barWidth, bar)
    ctx.fillStyle = tokenColour('accent')
    const step = barWidth / Math.max(1, row.length)
    row.forEach((count, bin) => {
      if (count === 0) return
      // The root shows rare places too; a visited bin is never invisible.
      ctx.globalAlpha = 0.15 + 0.85 * Math.sqrt(count / most)
      // Whole pixels: bins that share a pixel would show a seam.
      const from = Math.round(nameWidth + bin * step)
      ctx.fillRect(from, top, Math.round(nameWidth + (bin + 1) * step) - from, bar)
    })
  })
}

/** One strip a joint: where in its range the arm has been. */
export function HistogramStrips(props: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const revision = useThemeRevision()
  const { label, names, counts, notes, nameWidth } = props
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const draw = (): void =>
      paint(element, { label, names, counts, ...(notes && { notes }), ...(nameWidth !== undefined && { nameWidth }) })
    draw()
    const resized = new ResizeObserver(draw)
    resized.observe(element)
    void document.fonts.load(STRONG_FONT).then(draw)
    return () => resized.disconnect()
  }, [label, names, counts, notes, nameWidth, revision])
  return <canvas ref={canvas} className={css.strips} role="img" aria-label={label} />
}
