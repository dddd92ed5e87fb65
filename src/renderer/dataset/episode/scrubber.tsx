import type { KeyboardEvent, PointerEvent } from 'react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { StepRange } from '../../../contract/curation.ts'
import { formatNumber } from '../../parts/format.ts'
import { niceStep, stepDecimals } from '../../plot/value-range.ts'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { usePlotCursor } from '../../plot/plot-cursor.ts'
import { lateTimes, markedSpans } from './episode-marks.ts'
import type { EpisodeSignals } from './episode-signals.ts'
import { durationOf, stepAt } from './episode-signals.ts'
import css from './episode-screen.module.css'
import { TrimHandles } from '../curation/trim-handles.tsx'

type Props = {
  signals: EpisodeSignals
  cursor: PlotCursor
  /** What is kept of a trimmed episode, or would be; null for the whole. */
  kept: StepRange | null
  /** Moves the ends of it; null while nobody trims. */
  onTrim: ((range: StepRange) => void) | null
  onStep: (steps: number) => void
  onSeconds: (seconds: number) => void
}

/** Time line of the episode: slowed and clipped stretches, late ticks, the end, and the cursor to drag. */
export function Scrubber({ signals, cursor, kept, onTrim, onStep, onSeconds }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const width = useWidth(element)
  const duration = durationOf(signals)
  const at = usePlotCursor(cursor, (state) => state.at) ?? 0
  const toX = (time: number): number => (duration > 0 ? (time / duration) * width : 0)
  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect()
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
    cursor.setState({ at: share * duration })
  }
  const step = stepAt(signals, at)
  return (
    <div
      ref={element}
      className={css.timeline}
      role="slider"
      tabIndex={0}
      aria-label="Time"
      aria-valuemin={0}
      aria-valuemax={signals.steps}
      aria-valuenow={step}
      aria-valuetext={`${formatNumber(at, 2)} seconds, step ${step}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        follow(event)
      }}
      onPointerMove={(event) => event.buttons === 1 && follow(event)}
      onKeyDown={(event) =>
        onKey(event, { onStep, onSeconds, toTime: (time) => cursor.setState({ at: time }), duration })
      }
    >
      <svg width={width} height={44} aria-hidden="true">
        <Track signals={signals} width={width} />
        {kept && (
          <LeftOut from={toX(signals.times[kept.from] ?? 0)} to={toX(signals.times[kept.to] ?? 0)} width={width} />
        )}
        <rect x={0} y={16} width={toX(at)} height={12} fill="var(--t2)" opacity={0.25} />
        <path d={`M${toX(at)} 6V32`} stroke="var(--t1)" strokeWidth={2} />
        <path d={`M${toX(at) - 5} 2h10v5l-5 5-5-5Z`} fill="var(--t1)" />
      </svg>
      {kept && onTrim && <TrimHandles signals={signals} width={width} draft={kept} onChange={onTrim} />}
    </div>
  )
}

/** Covers what is cut off. */
function LeftOut({ from, to, width }: { from: number; to: number; width: number }) {
  return (
    <g className={css.leftOut}>
      <rect x={0} y={14} width={from} height={16} />
      <rect x={to} y={14} width={Math.max(0, width - to)} height={16} />
    </g>
  )
}

type Moves = {
  onStep: (steps: number) => void
  onSeconds: (seconds: number) => void
  toTime: (time: number) => void
  duration: number
}

function onKey(event: KeyboardEvent, { onStep, onSeconds, toTime, duration }: Moves): void {
  const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (direction !== 0 && event.shiftKey) onSeconds(direction)
  else if (direction !== 0) onStep(direction)
  else if (event.key === 'Home') toTime(0)
  else if (event.key === 'End') toTime(duration)
  else return
  event.preventDefault()
}

/** All that does not move with the cursor. */
function Track({ signals, width }: { signals: EpisodeSignals; width: number }) {
  const duration = durationOf(signals)
  return useMemo(() => {
    const toX = (time: number): number => (duration > 0 ? (time / duration) * width : 0)
    const step = niceStep(Math.max(duration, 1e-3), Math.max(2, width / 120))
    const labels = Array.from({ length: Math.floor(duration / step + 1e-9) + 1 }, (_, i) => i * step)
    return (
      <>
        <rect x={0} y={16} width={width} height={12} fill="var(--s3)" />
        {markedSpans(signals).map(({ kind, from, to }) => (
          <rect
            key={from}
            x={toX(from)}
            y={16}
            width={Math.max(2, toX(to) - toX(from))}
            height={12}
            fill={kind === 'slowed' ? 'var(--warn)' : 'var(--d3)'}
          />
        ))}
        {lateTimes(signals).map((time) => (
          <path key={time} d={`M${toX(time)} 5l3.5 3.5-3.5 3.5-3.5-3.5Z`} fill="var(--t1)" />
        ))}
        {labels.map((time, i) => (
          <g key={time}>
            <path d={`M${toX(time)} 28v5`} stroke="var(--edge)" />
            <text x={toX(time)} y={43} textAnchor={i === 0 ? 'start' : toX(time) > width - 20 ? 'end' : 'middle'}>
              {formatNumber(time, stepDecimals(step))} s
            </text>
          </g>
        ))}
        <rect x={width - 3} y={12} width={3} height={20} fill="var(--bad)" />
      </>
    )
  }, [signals, width, duration])
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!element.current) return
    const resized = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    resized.observe(element.current)
    return () => resized.disconnect()
  }, [element])
  return width
}
