import type { KeyboardEvent, PointerEvent } from 'react'
import type { StepRange } from '../../../contract/curation.ts'
import { formatNumber } from '../../parts/format.ts'
import css from '../episode/episode-screen.module.css'
import type { EpisodeSignals } from '../episode/episode-signals.ts'
import { durationOf, stepAt } from '../episode/episode-signals.ts'
import { withEnd } from './trim-draft.ts'

type Props = { signals: EpisodeSignals; width: number; draft: StepRange; onChange: (range: StepRange) => void }

/** Left and right end of what is kept, to be dragged or moved by arrows. */
export function TrimHandles(props: Props) {
  return (
    <>
      <Handle {...props} end="from" />
      <Handle {...props} end="to" />
    </>
  )
}

const STEPS_OF_KEYS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -20, PageUp: 20 }

function Handle({ signals, width, draft, onChange, end }: Props & { end: keyof StepRange }) {
  const { times, steps } = signals
  const duration = durationOf(signals)
  const move = (step: number) => onChange(withEnd(draft, end, step, steps))
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (!box) return
    event.stopPropagation()
    move(stepAt(signals, (duration * (event.clientX - box.left)) / box.width))
  }
  const onKey = (event: KeyboardEvent) => {
    const by = STEPS_OF_KEYS[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    move(draft[end] + (event.shiftKey ? 20 * by : by))
  }
  const x = duration > 0 ? ((times[draft[end]] ?? 0) / duration) * width : 0
  const step = end === 'from' ? draft.from + 1 : draft.to
  return (
    <div
      className={css.handle}
      data-end={end}
      style={{ left: x }}
      role="slider"
      tabIndex={0}
      aria-label={end === 'from' ? 'First step that is kept' : 'Last step that is kept'}
      aria-valuemin={1}
      aria-valuemax={steps}
      aria-valuenow={step}
      aria-valuetext={`step ${formatNumber(step)}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        event.stopPropagation()
      }}
      onPointerMove={(event) => event.buttons === 1 && follow(event)}
      onKeyDown={onKey}
    />
  )
}
