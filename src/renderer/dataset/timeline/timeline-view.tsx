import { useCallback, useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import type { PassProgress } from '../../../contract/dataset-coverage.ts'
import type { DatasetSummary } from '../../../contract/dataset.ts'
import type { Problem } from '../../../contract/problem.ts'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { END_REASONS } from '../../parts/end-reasons.tsx'
import { formatDuration, formatNumber } from '../../parts/format.ts'
import { Glyph } from '../../parts/glyph.tsx'
import { ProblemView } from '../../parts/problem-view.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { Segment } from '../../parts/segment.tsx'
import text from '../../parts/text.module.css'
import { api, problemOf } from '../../state/api.ts'
import { useKeyAction } from '../../state/keys.ts'
import { go } from '../../state/route.ts'
import { episodeIndexAt, openTimeline } from './timeline-model.ts'
import type { OpenTimeline } from './timeline-model.ts'
import type { Position } from './timeline-player.ts'
import { TimelinePlayer, WHEEL_FACTOR } from './timeline-player.ts'
import css from './timeline-view.module.css'

type State = { timeline: OpenTimeline | null; progress: PassProgress | null; problem: Problem | null }

const BEGINNING: State = { timeline: null, progress: { done: 0, of: 0, etaS: null }, problem: null }

/** Reads the timeline when this is shown, and again on demand. */
function useTimeline(id: string, run: number): State {
  const [state, setState] = useState(BEGINNING)
  useEffect(() => {
    const running = api.dataset.timeline.subscribe(
      { id },
      {
        onStarted: () => setState(BEGINNING),
        onData: (news) =>
          setState(
            news.kind === 'progress'
              ? { ...BEGINNING, progress: news.progress }
              : { timeline: openTimeline(news.value), progress: null, problem: null },
          ),
        onError: (error) => setState({ timeline: null, progress: null, problem: problemOf(error) }),
      },
    )
    return () => running.unsubscribe()
  }, [id, run])
  return state
}

/** All transitions of a dataset in a row: what was sent, where the supervisor acted, where episodes end. */
export function TimelineView({ summary }: { summary: DatasetSummary }) {
  const [run, setRun] = useState(0)
  const { timeline, progress, problem } = useTimeline(summary.id, run)
  const again = useCallback(() => setRun((now) => now + 1), [])
  if (problem) return <ProblemView problem={problem} actions={<Button onClick={again}>Read again</Button>} />
  if (!timeline) return <Reading progress={progress} />
  if (timeline.transitions === 0)
    return (
      <EmptyState small title="Nothing to show yet">
        All transitions stand here in a row after the first finished episode.
      </EmptyState>
    )
  return <OpenTimelineView key={run} id={summary.id} timeline={timeline} now={summary} onAgain={again} />
}

function Reading({ progress }: { progress: PassProgress | null }) {
  return (
    <EmptyState small title="Reading all transitions">
      {progress && progress.of > 0 ? (
        <>
          {formatNumber(progress.done)} of {formatNumber(progress.of)}, {formatDuration(progress.etaS)} left
          <ProgressBar label="Transitions read" value={progress.done} total={progress.of} />
        </>
      ) : (
        'Once; nothing is written into the dataset.'
      )}
    </EmptyState>
  )
}

type OpenProps = { id: string; timeline: OpenTimeline; now: DatasetSummary; onAgain: () => void }

const SPEEDS = ['1', '10', '100', '1000'] as const

function OpenTimelineView({ id, timeline, now, onAgain }: OpenProps) {
  const [position, setPosition] = useState<Position>(() => ({
    cursor: 0,
    window: { from: 0, span: timeline.transitions },
    playing: false,
  }))
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>('10')
  const [player] = useState(
    () =>
      new TimelinePlayer(timeline, (level, index) => api.dataset.timelineTile.query({ id, level, index }), setPosition),
  )
  useEffect(() => player.setSpeed(Number(speed)), [player, speed])
  useKeyAction(
    'play-pause',
    useCallback(() => player.toggle(), [player]),
  )
  const { cursor, window, playing } = position
  const at = episodeIndexAt(timeline, cursor)
  const episode = timeline.episodes[at] ?? 0
  const open = () => go('datasets', id, episode)
  const recorded = now.transitions + now.leftOutTransitions
  return (
    <>
      <div className={css.bar}>
        <Button size="small" className={css.play} onClick={() => player.toggle()}>
          <Glyph kind={playing ? 'hold' : 'act'} />
          {playing ? 'Pause' : 'Play'} <kbd>K</kbd>
        </Button>
        <Segment
          label="Speed"
          options={SPEEDS.map((each) => ({ value: each, label: `${each}×` }))}
          value={speed}
          onChange={setSpeed}
        />
        <Button
          size="small"
          reason={window.span < timeline.transitions ? null : 'All is shown'}
          onClick={() => player.showAll()}
        >
          Show all
        </Button>
        <span className={css.space} />
        {recorded > timeline.transitions && (
          <Button size="small" onClick={onAgain}>
            Show {formatNumber(recorded - timeline.transitions)} newer
          </Button>
        )}
        <Button size="small" onClick={open}>
          Open episode {formatNumber(episode)} <kbd>Enter</kbd>
        </Button>
      </div>
      <Drawing player={player} cursor={cursor} transitions={timeline.transitions} onOpen={open} />
      <div className={css.foot}>
        <span className={text.tabular}>
          Transition {formatNumber(Math.floor(cursor) + 1)} of {formatNumber(timeline.transitions)}: episode{' '}
          {formatNumber(episode)}, step {formatNumber(Math.floor(cursor) - (timeline.starts[at] ?? 0))},{' '}
          {END_REASONS[timeline.ends[at] ?? 'crash'].label.toLowerCase()}
        </span>
        <span className={css.space} />
        <span>
          <i className={css.slowed} /> slowed <i className={css.clipped} /> clipped <i className={css.held} /> held or
          lost<span className={text.wideOnly}>. Drag or wheel zooms, Shift and wheel moves.</span>
        </span>
      </div>
    </>
  )
}

type DrawingProps = { player: TimelinePlayer; cursor: number; transitions: number; onOpen: () => void }

function Drawing({ player, cursor, transitions, onOpen }: DrawingProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    player.attach(element)
    const resized = new ResizeObserver(() => player.resize(element))
    resized.observe(element)
    // React's own listeners are passive and could not keep the page from scrolling.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      if (Math.abs(sideways) > 0 && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)))
        player.pan(sideways / 1000)
      else player.zoom(WHEEL_FACTOR ** Math.sign(event.deltaY), event.offsetX)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      player.detach()
      resized.disconnect()
      element.removeEventListener('wheel', onWheel)
    }
  }, [player])
  const x = (event: PointerEvent<HTMLElement>): number => event.nativeEvent.offsetX
  return (
    <div className={css.drawing}>
      <canvas
        ref={canvas}
        className={css.canvas}
        role="slider"
        tabIndex={0}
        aria-label="Transition"
        aria-valuemin={1}
        aria-valuemax={transitions}
        aria-valuenow={Math.floor(cursor) + 1}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          player.press(x(event))
        }}
        onPointerMove={(event) => player.move(x(event))}
        onPointerUp={(event) => player.release(x(event))}
        onDoubleClick={() => player.showAll()}
        onKeyDown={(event) => onKey(event, player, transitions, onOpen)}
      />
    </div>
  )
}

/** Every way of the mouse has a key: arrows step, with Shift they move the window, + and − zoom, Enter opens. */
function onKey(event: KeyboardEvent, player: TimelinePlayer, transitions: number, onOpen: () => void): void {
  const actions: Record<string, () => void> = {
    ArrowLeft: () => (event.shiftKey ? player.pan(-0.1) : player.setCursor(Math.floor(player.cursor) - 1)),
    ArrowRight: () => (event.shiftKey ? player.pan(0.1) : player.setCursor(Math.floor(player.cursor) + 1)),
    PageUp: () => player.pan(-0.9),
    PageDown: () => player.pan(0.9),
    Home: () => player.setCursor(0),
    End: () => player.setCursor(transitions - 1),
    '+': () => player.zoom(0.5),
    '=': () => player.zoom(0.5),
    '-': () => player.zoom(2),
    Enter: onOpen,
  }
  const act = actions[event.key]
  if (!act) return
  event.preventDefault()
  act()
}
