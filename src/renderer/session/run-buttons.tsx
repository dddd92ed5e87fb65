import { useState } from 'react'
import type { SessionProgress } from '../../contract/session.ts'
import { Button } from '../parts/button.tsx'
import { classNames } from '../parts/class-names.ts'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { formatNumber } from '../parts/format.ts'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { usePress, type Press } from '../state/press.ts'
import { go } from '../state/route.ts'
import { uncommittedSteps } from '../state/session-store.ts'
import css from './running-screen.module.css'

interface Props {
  progress: SessionProgress
  /** The arm is stopped and held: only the dialog can let it go on. */
  latched: boolean
}

export function RunButtons({ progress, latched }: Props) {
  const calls = usePress()
  const { problem } = calls
  const ended = progress.state === 'done' || progress.state === 'failed'
  return (
    <div className={css.buttons}>
      {ended ? (
        <EndedButtons progress={progress} {...calls} />
      ) : (
        <OpenButtons progress={progress} latched={latched} {...calls} />
      )}
      {problem === null ? (
        <div className={classNames(text.dim, text.small, !saysWhyNot(progress, latched) && text.wideOnly)}>
          {hint(progress, latched)}
        </div>
      ) : (
        <div className={`${text.bad} ${text.small}`} role="alert" title={problem.tip}>
          {problem.message}
        </div>
      )}
    </div>
  )
}

/** Whether the hint is why a button cannot be pressed, which must be read at every size. */
function saysWhyNot({ state }: SessionProgress, latched: boolean): boolean {
  return latched || state === 'starting' || state === 'pausing' || state === 'ending'
}

function hint(progress: SessionProgress, latched: boolean): string {
  if (latched) return 'The arm is held. The dialog leads on.'
  switch (progress.state) {
    case 'starting':
      return 'The run starts. It can be paused once it moves.'
    case 'paused':
      return 'The arm holds where it is. Continuing moves it home first.'
    case 'pausing':
      return 'The running episode is finished and saved first.'
    case 'ending':
      return 'The running episode is saved, then the arm is let go.'
    case 'done':
    case 'failed':
      return `${formatNumber(progress.transitions)} transitions are on disk in ${progress.dataset?.name ?? 'the dataset'}.`
    default:
      return 'Pausing holds the arm where it is. Nothing is lost either way.'
  }
}

function OpenButtons({ progress, latched, busy, press }: Props & Press) {
  const { state } = progress
  const [asking, setAsking] = useState(false)
  const moving = state === 'running' || state === 'homing'
  const reason = latched ? 'The arm is stopped.' : moving ? null : 'The run is not moving.'
  const pause = (when: 'episode' | 'now') => void press(() => api.session.pause.mutate({ when }))
  return (
    <>
      {state === 'paused' ? (
        <Button
          kind="primary"
          disabled={busy}
          reason={latched ? 'Re-arm in the dialog first.' : null}
          onClick={() => void press(() => api.session.resume.mutate())}
        >
          Continue run
        </Button>
      ) : (
        <div className={css.pair}>
          <Button disabled={busy} reason={reason} onClick={() => pause('episode')}>
            {state === 'pausing' ? 'Pausing' : 'Pause after episode'}
          </Button>
          <Button disabled={busy} reason={state === 'pausing' && !latched ? null : reason} onClick={() => pause('now')}>
            Pause now
          </Button>
        </div>
      )}
      <Button disabled={busy} reason={state === 'ending' ? 'The run is ending.' : null} onClick={() => setAsking(true)}>
        {state === 'ending' ? 'Ending' : 'End run and keep data'}
      </Button>
      {asking && (
        <EndDialog
          progress={progress}
          onKeep={() => setAsking(false)}
          onEnd={() => {
            setAsking(false)
            void press(() => api.session.end.mutate())
          }}
        />
      )}
    </>
  )
}

interface EndProps {
  progress: SessionProgress
  onKeep: () => void
  onEnd: () => void
}

function EndDialog({ progress, onKeep, onEnd }: EndProps) {
  const kept = formatNumber(progress.transitions + uncommittedSteps(progress))
  return (
    <Dialog
      open
      width={520}
      onClose={onKeep}
      title="End the run?"
      description={`${kept} of ${formatNumber(progress.target)} transitions stay in ${progress.dataset?.name ?? 'the dataset'}. It can be continued later.`}
    >
      <DialogActions>
        <Button onClick={onKeep}>Keep running</Button>
        <Button kind="primary" onClick={onEnd}>
          End run and keep data
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function EndedButtons({ progress, busy, press }: { progress: SessionProgress } & Press) {
  const { dataset } = progress
  const putAway = (then: () => void) =>
    void press(() => api.session.dismiss.mutate()).then((accepted) => accepted && then())
  return (
    <div className={css.pair}>
      <Button disabled={busy} onClick={() => putAway(() => undefined)}>
        New run
      </Button>
      <Button
        kind="primary"
        disabled={busy}
        reason={dataset === null ? 'No dataset was opened.' : null}
        onClick={() => putAway(() => go('datasets', dataset?.id ?? ''))}
      >
        Show dataset
      </Button>
    </div>
  )
}
