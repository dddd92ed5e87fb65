import type { SessionProgress, SessionStop } from '../../contract/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatClock, formatNumber } from '../parts/format.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Pane, PaneBody, PaneHead } from '../parts/pane.tsx'
import { splitMessage } from '../parts/split-message.ts'
import text from '../parts/text.module.css'
import css from './running-screen.module.css'

/** A touch or a fault is red; a limit that ended one episode is a caution. */
export const stopKind = ({ endReason }: SessionStop): 'warn' | 'bad' => (endReason === 'safety-limit' ? 'warn' : 'bad')

/** Stops of the whole run; the list keeps the newest of them. */
export function stopCount({ endReasons, stops }: SessionProgress): number {
  const counted = ['safety-limit', 'reflex', 'operator-stop'].reduce(
    (sum, reason) => sum + (endReasons[reason] ?? 0),
    0,
  )
  return Math.max(counted, stops.length)
}

/** Newest first, in plain words. */
export function LastStops({ progress }: { progress: SessionProgress }) {
  const newest = progress.stops.toReversed()
  return (
    <Pane label="Last stops">
      <PaneHead title="Last stops" end={<span>{formatNumber(stopCount(progress))} in this run</span>} />
      {newest.length === 0 ? (
        <EmptyState small title="No stop so far">
          Here stand the causes that end an episode before its last step, or stop the arm.
        </EmptyState>
      ) : (
        <PaneBody flush>
          {newest.map((stop) => (
            <StopRow key={`${stop.episode} ${stop.at}`} stop={stop} />
          ))}
        </PaneBody>
      )}
    </Pane>
  )
}

function StopRow({ stop }: { stop: SessionStop }) {
  return (
    <div className={css.stop} title={stop.message}>
      <span className={css.glyph}>
        <Glyph kind={stopKind(stop)} />
      </span>
      <span>{stop.title.replace(/\.$/, '')}</span>
      <span className={css.when}>
        {formatClock(stop.at)}
        <span className={text.wideOnly}>, ep {formatNumber(stop.episode)}</span>
      </span>
      <span className={css.message}>
        {/* The rest says what follows for arm and data, the same for each; it stands in the row's title. */}
        {splitMessage(stop.message).title} Step {formatNumber(stop.step)}.
      </span>
    </div>
  )
}
