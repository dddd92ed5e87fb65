import { useCallback, useMemo } from 'react'
import type { EpisodeRow } from '../../../contract/dataset.ts'
import { Button } from '../../parts/button.tsx'
import { classNames } from '../../parts/class-names.ts'
import { formatNumber } from '../../parts/format.ts'
import { Glyph } from '../../parts/glyph.tsx'
import { Pane } from '../../parts/pane.tsx'
import { Segment } from '../../parts/segment.tsx'
import { Select } from '../../parts/select.tsx'
import text from '../../parts/text.module.css'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { usePlotCursor } from '../../plot/plot-cursor.ts'
import { useKeyAction } from '../../state/keys.ts'
import { markTimes, nextMark } from './episode-marks.ts'
import css from './episode-screen.module.css'
import type { EpisodeSignals } from './episode-signals.ts'
import { durationOf, stepAt } from './episode-signals.ts'
import type { Playback } from './playback.ts'
import { SPEEDS, usePlayback } from './playback.ts'
import { Scrubber } from './scrubber.tsx'
import { draftTrim, useTrimDraft } from '../curation/trim-draft.ts'
import { TrimLine } from '../curation/trim-line.tsx'

type Props = {
  id: string
  subject: string
  row: EpisodeRow
  signals: EpisodeSignals
  cursor: PlotCursor
  onExport: () => void
}

/** Play, steps, speed, marks and the time line. */
export function TransportPane({ id, subject, row, signals, cursor, onExport }: Props) {
  const draft = useTrimDraft(subject)
  const duration = durationOf(signals)
  const playback = usePlayback(cursor, duration)
  const moves = useCursorMoves(signals, cursor)
  useTransportKeys(playback, moves)
  return (
    <Pane className={css.transport} label="Time">
      <div className={css.controls}>
        <Button size="small" className={css.play} onClick={playback.toggle}>
          <Glyph kind={playback.playing ? 'hold' : 'act'} />
          {playback.playing ? 'Pause' : 'Play'} <kbd>K</kbd>
        </Button>
        <Button size="small" onClick={() => moves.bySteps(-1)}>
          −1 step <kbd>←</kbd>
        </Button>
        <Button size="small" onClick={() => moves.bySteps(1)}>
          +1 step <kbd>→</kbd>
        </Button>
        <Speed {...playback} />
        <span className={css.space} />
        <Button size="small" kind="quiet" onClick={onExport}>
          Export CSV <kbd className={text.wideOnly}>Ctrl E</kbd>
        </Button>
        <Button size="small" kind="quiet" onClick={() => moves.toMark(-1)}>
          Previous mark <kbd>,</kbd>
        </Button>
        <Button size="small" kind="quiet" onClick={() => moves.toMark(1)}>
          Next mark <kbd>.</kbd>
        </Button>
        <Clock cursor={cursor} duration={duration} />
      </div>
      <Scrubber
        signals={signals}
        cursor={cursor}
        kept={draft ?? row.kept}
        onTrim={draft ? (range) => draftTrim(subject, range) : null}
        onStep={moves.bySteps}
        onSeconds={moves.bySeconds}
      />
      {draft ? (
        <TrimLine
          id={id}
          episode={row.episode}
          subject={subject}
          signals={signals}
          cursor={cursor}
          draft={draft}
          kept={row.kept}
        />
      ) : (
        <Key rate={1 / signals.stepPeriodS} />
      )}
    </Pane>
  )
}

function Speed({ speed, setSpeed }: Playback) {
  // The keys reach speeds between the buttons; the one in use is then shown among them.
  const shown = [...new Set([...SPEEDS, speed])].sort((a, b) => a - b)
  const choice = {
    label: 'Playback speed',
    options: shown.map((each) => ({ value: String(each), label: `${each}×` })),
    value: String(speed),
    onChange: (value: string) => setSpeed(Number(value)),
  }
  return (
    <>
      <span className={text.wideOnly}>
        <Segment {...choice} />
      </span>
      <span className={classNames(text.narrowOnly, css.speed)}>
        <Select small wide {...choice} />
      </span>
    </>
  )
}

function Clock({ cursor, duration }: { cursor: PlotCursor; duration: number }) {
  const at = usePlotCursor(cursor, (state) => state.at) ?? 0
  return (
    <span className={css.clock}>
      {formatNumber(at, 2)}
      <span className={text.unit}>s of {formatNumber(duration, 2)} s</span>
    </span>
  )
}

function Key({ rate }: { rate: number }) {
  return (
    <div className={classNames(css.key, text.dim)}>
      <span>
        <i style={{ background: 'var(--warn)' }} /> slowed by the supervisor
      </span>
      <span>
        <i style={{ background: 'var(--d3)' }} /> clipped
      </span>
      <span>
        <i style={{ background: 'var(--bad)' }} /> end
      </span>
      <span>◆ late tick</span>
      <span className={css.space} />
      <span>recorded at {formatNumber(rate)} Hz</span>
    </div>
  )
}

type Moves = {
  bySteps: (steps: number) => void
  bySeconds: (seconds: number) => void
  toMark: (direction: 1 | -1) => void
}

function useCursorMoves(signals: EpisodeSignals, cursor: PlotCursor): Moves {
  const marks = useMemo(() => markTimes(signals), [signals])
  return useMemo(() => {
    const duration = durationOf(signals)
    const now = (): number => cursor.getState().at ?? 0
    const to = (at: number): void => cursor.setState({ at: Math.min(duration, Math.max(0, at)) })
    return {
      bySteps: (steps) => {
        const step = Math.min(signals.steps, Math.max(0, stepAt(signals, now()) + steps))
        to(signals.times[step] ?? 0)
      },
      bySeconds: (seconds) => to(now() + seconds),
      toMark: (direction) => to(nextMark(marks, now(), direction) ?? now()),
    }
  }, [signals, cursor, marks])
}

function useTransportKeys(playback: Playback, { bySteps, bySeconds, toMark }: Moves): void {
  useKeyAction('play-pause', playback.toggle)
  useKeyAction('slower', playback.slower)
  useKeyAction('faster', playback.faster)
  useKeyAction(
    'step-back',
    useCallback(() => bySteps(-1), [bySteps]),
  )
  useKeyAction(
    'step-forward',
    useCallback(() => bySteps(1), [bySteps]),
  )
  useKeyAction(
    'second-back',
    useCallback(() => bySeconds(-1), [bySeconds]),
  )
  useKeyAction(
    'second-forward',
    useCallback(() => bySeconds(1), [bySeconds]),
  )
  useKeyAction(
    'mark-back',
    useCallback(() => toMark(-1), [toMark]),
  )
  useKeyAction(
    'mark-forward',
    useCallback(() => toMark(1), [toMark]),
  )
}
