import type { SessionProgress } from '../../contract/session.ts'
import { formatClock, formatDuration, formatNumber } from '../parts/format.ts'
import { Pane } from '../parts/pane.tsx'
import { ProgressBar } from '../parts/progress-bar.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { useNow } from '../state/now.ts'
import { useRobot } from '../state/robot-store.ts'
import { uncommittedSteps, useSession } from '../state/session-store.ts'
import { RunButtons } from './run-buttons.tsx'
import { stopCount, stopKind } from './last-stops.tsx'
import css from './running-screen.module.css'

const isEnded = ({ state }: SessionProgress): boolean => state === 'done' || state === 'failed'

/** Kept transitions, time left, the progress bar with its stops, and the buttons of the run. */
export function RunHero({ progress }: { progress: SessionProgress }) {
  const receivedAt = useSession((session) => session.receivedAt)
  const latched = useRobot(({ robot }) => robot?.stop?.latched === true) && progress.world === 'panda-fci'
  const now = useNow()
  const still = latched || progress.state === 'paused' || isEnded(progress)
  // Between two messages the run goes on; its clock follows.
  const sinceS = still ? 0 : Math.max(0, now - receivedAt) / 1000
  const left = still || progress.etaS === null ? null : Math.max(0, progress.etaS - sinceS)
  return (
    <Pane className={css.hero} label="Run">
      <div className={css.count}>
        <div className={css.row}>
          <div className={text.big}>
            {formatNumber(progress.transitions)}
            <span className={text.unit}>
              of {formatNumber(progress.target)} transitions, safe on disk
              {!still && uncommittedSteps(progress) > 0 && (
                <span className={text.wideOnly}>
                  , and {formatNumber(uncommittedSteps(progress))} in the running episode
                </span>
              )}
            </span>
          </div>
          <span className={css.space} />
          <RunState progress={progress} latched={latched} />
          <Figure
            label={isEnded(progress) ? 'Took' : 'Running for'}
            value={formatDuration(progress.runningS + sinceS)}
            wide
          />
          {!isEnded(progress) && (
            <>
              <Figure label="Left, about" value={formatDuration(left)} />
              <Figure label="Done about" value={formatClock(left === null ? null : now + left * 1000)} />
            </>
          )}
        </div>
        <div className={css.bar}>
          <ProgressBar
            label="Kept transitions"
            size="tall"
            scale
            value={progress.transitions}
            total={progress.target}
            paused={still && !isEnded(progress)}
            marksLabel={
              stopCount(progress) > progress.stops.length
                ? `ticks: last ${formatNumber(progress.stops.length)} stops`
                : 'ticks: stops'
            }
            marks={progress.stops.map((stop) => ({
              at: stop.transitions,
              kind: stopKind(stop),
              title: `Episode ${stop.episode}: ${stop.title}`,
            }))}
          />
        </div>
      </div>
      <RunButtons progress={progress} latched={latched} />
    </Pane>
  )
}

function Figure({ label, value, wide = false }: { label: string; value: string; wide?: boolean }) {
  return (
    <div className={wide ? text.wideOnly : undefined}>
      <div className={text.label}>{label}</div>
      <div className={text.mid}>{value}</div>
    </div>
  )
}

/** Only what differs from plain running gets a word. */
function RunState({ progress, latched }: { progress: SessionProgress; latched: boolean }) {
  if (latched) return <StateWord kind="bad">Stopped</StateWord>
  switch (progress.state) {
    case 'starting':
      return <StateWord kind="wait">Starting</StateWord>
    case 'homing':
      return <StateWord kind="act">Moving home</StateWord>
    case 'pausing':
      return <StateWord kind="hold">Pausing</StateWord>
    case 'paused':
      return <StateWord kind="hold">{progress.problem === null ? 'Paused' : 'Paused by Forager'}</StateWord>
    case 'ending':
      return <StateWord kind="hold">Ending</StateWord>
    case 'failed':
      return <StateWord kind="bad">Failed</StateWord>
    case 'done':
      return progress.transitions >= progress.target ? (
        <StateWord kind="ok">Done</StateWord>
      ) : (
        <StateWord kind="hold">Ended early</StateWord>
      )
    default:
      return null
  }
}
