import type { GripperState } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { formatMillimetres, formatNumber } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { usePress, type Press } from '../state/press.ts'
import { useRobotReading } from '../state/robot-store.ts'
import { gripperWord } from '../state/robot-words.ts'
import { HandCommands } from './hand-commands.tsx'
import css from './hand-dialog.module.css'

/** The Hand: a service beside the arm. Nothing here arms, stops or waits for the arm; the fingers move at once. */
export function HandDialog({ onClose }: { onClose: () => void }) {
  const { robot } = useRobotReading()
  const hand = robot?.gripper ?? null
  const presses = usePress()
  const moves = hand?.link === 'connected' && hand.activity !== 'none'
  const stop = () => void presses.press(() => api.robot.gripperStop.mutate())
  return (
    <Dialog
      open
      title="Hand"
      width={720}
      // Esc while the fingers move is a stop, not a look away.
      onClose={moves ? stop : onClose}
      description="A command moves the fingers at once and needs no arming. The arm stays as it is, and its supervisor does not watch the fingers: keep your own away from them."
    >
      <div className={css.body}>
        <HandNow hand={hand} />
        <HandCommands hand={hand} press={presses.press} />
      </div>
      <div className={css.outcome}>
        <Outcome hand={hand} {...presses} />
      </div>
      <DialogActions>
        <Button onClick={stop}>Stop the Hand</Button>
        <span className={css.hint}>{moves ? 'The fingers move. Esc stops them too.' : 'The fingers stand still.'}</span>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}

function HandNow({ hand }: { hand: GripperState | null }) {
  const connected = hand?.link === 'connected'
  const state = hand === null || hand.link === 'none' ? null : gripperWord(hand)
  return (
    <KeyValue align="left">
      <KeyValueRow label="State">
        <StateWord kind={state?.kind ?? 'wait'}>{state?.word ?? 'Not connected'}</StateWord>
      </KeyValueRow>
      <KeyValueRow label="Fingers apart">
        <Quantity value={formatMillimetres(hand?.width, 1)} unit="mm" stale={hand?.link === 'lost'} />
      </KeyValueRow>
      <KeyValueRow label="Opens to">
        {hand?.homed === true ? (
          <Quantity value={formatMillimetres(hand.maxWidth, 1)} unit="mm" />
        ) : (
          connected && <span className={text.dim}>known when homed</span>
        )}
      </KeyValueRow>
      <KeyValueRow label="Holds">{connected && (hand.grasped ? 'an object' : 'nothing')}</KeyValueRow>
      <KeyValueRow label="Temperature">
        <Quantity value={formatNumber(hand?.temperature)} unit="°C" stale={hand?.link === 'lost'} />
      </KeyValueRow>
    </KeyValue>
  )
}

/** How the last command ended, a refusal, or why there is no Hand. */
function Outcome({ hand, problem, press, clear }: Omit<Press, 'busy'> & { hand: GripperState | null }) {
  if (problem !== null) return <ProblemNotice problem={problem} onClose={clear} />
  if (hand === null || hand.message === '') return null
  const missing = hand.link === 'absent' || hand.link === 'lost'
  return (
    <Notice
      glyph={missing ? 'unk' : null}
      title={hand.message}
      actions={
        missing && (
          <Button size="small" onClick={() => void press(() => api.robot.gripperConnect.mutate())}>
            Look for it again
          </Button>
        )
      }
    >
      {hand.tip}
    </Notice>
  )
}
