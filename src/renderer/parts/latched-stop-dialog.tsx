/**
 * The dialog of a latched stop: what happened, what it means for arm and data, two steps, hold to re-arm; then, as a
 * separate press, move home and continue. Presentation only; robot/stop-dialog.tsx feeds it.
 *   <LatchedStopDialog cause={StopCause} at="11:38:20" ago="42 s ago" chart={<...>} chartTitle="..." facts={[[label, node]]}
 *     phase="stopped" | "re-arming" | "re-armed" onRearm onContinue continueLabel onEndRun onShowIncident onSaveReport problem />
 */
import { useEffect, useRef, useState, type RefObject } from 'react'
import type { Problem } from '../../contract/problem.ts'
import type { StopCause } from '../../contract/robot.ts'
import { Button } from './button.tsx'
import { Checkbox } from './checkbox.tsx'
import { Dialog } from './dialog.tsx'
import { HoldButton } from './hold-button.tsx'
import { KeyValue, KeyValueRow } from './key-value.tsx'
import css from './latched-stop-dialog.module.css'
import { ProblemNotice } from './problem-notice.tsx'
import text from './text.module.css'

export type StopPhase = 'stopped' | 're-arming' | 're-armed'

interface Props {
  cause: StopCause
  at: string
  ago: string
  chartTitle: string
  chart: React.ReactNode
  facts: readonly [label: string, value: React.ReactNode][]
  phase: StopPhase
  /** The refusal of the last press, when there was one. */
  problem: Problem | null
  /** Why re-arming cannot work now, e.g. the hardware stop is pressed; null when it can. */
  blocked: string | null
  onRearm: () => void
  continueLabel: string
  onContinue: () => void
  onClose: () => void
  /** Makes the lost link again; absent while there is one. */
  onReconnect?: (() => void) | undefined
  /** Chooses another stop box, or none; absent while the one in use is heard. */
  onSetStopBox?: (() => void) | undefined
  /** Null until the record of this stop is on disk. */
  onShowIncident: (() => void) | null
  onSaveReport: () => void
  /** Absent when no run is open. */
  onEndRun?: (() => void) | undefined
  /** Leaves the arm as it stands, for whoever does not want to re-arm now; absent while a run holds the arm. */
  onDisconnect?: (() => void) | undefined
}

export function LatchedStopDialog(props: Props) {
  const { cause, phase, problem } = props
  // Below this the arm stood still already.
  const stopped =
    cause.stopTime === null || cause.stopTime < 0.005 ? '' : `The arm stood still ${cause.stopTime.toFixed(2)} s later.`
  const message = sentence(cause.message) === sentence(cause.title) ? '' : cause.message
  return (
    <Dialog
      open
      kind="stop"
      title={<Title cause={cause} phase={phase} />}
      titleEnd={`${props.at}, ${props.ago}`}
      description={`${message} ${stopped}`.trim()}
    >
      <div className={css.halves}>
        <div className={css.left}>
          <div className={text.label}>{props.chartTitle}</div>
          <div className={css.chart}>{props.chart}</div>
        </div>
        <div className={css.right}>
          <KeyValue align="left">
            {props.facts.map(([label, value]) => (
              <KeyValueRow key={label} label={label}>
                {value}
              </KeyValueRow>
            ))}
          </KeyValue>
        </div>
      </div>
      <ProblemNotice problem={problem} />
      <Steps {...props} />
    </Dialog>
  )
}

/** A title has no full stop, a message has one. */
const sentence = (text: string): string => text.replace(/\.?$/, '.')

/** "Stopped" stands first and once: "Stopped by a person." becomes "Stopped. By a person." */
function Title({ cause, phase }: Pick<Props, 'cause' | 'phase'>) {
  const held = phase !== 're-armed'
  const title = sentence(cause.title)
  const rest = title.replace(/^Stopped (.)/, (_, first: string) => first.toUpperCase())
  return (
    <>
      <span className={held ? css.stopped : css.rearmed}>{held ? 'Stopped.' : 'Re-armed.'}</span>
      {held ? rest : title}
    </>
  )
}

/** A button that is switched off or replaced loses the focus; the dialog itself takes it: a stray Enter presses nothing. */
function useFocusKept(phase: StopPhase): RefObject<HTMLDivElement | null> {
  const inside = useRef<HTMLDivElement>(null)
  const before = useRef(phase)
  useEffect(() => {
    if (before.current === phase) return
    before.current = phase
    inside.current?.closest<HTMLElement>('[role=alertdialog]')?.focus()
  }, [phase])
  return inside
}

function Steps(props: Props) {
  const { phase, onEndRun, blocked } = props
  const [clear, setClear] = useState(false)
  const steps = useFocusKept(phase)
  const reason = blocked ?? (clear ? null : 'Tick step 2 first.')
  return (
    <div className={css.steps} ref={steps}>
      <ol>
        <li>
          <b className={text.dim}>1</b>
          <span>{props.cause.tip}</span>
        </li>
        <li>
          <b className={text.dim}>2</b>
          <Checkbox checked={clear} disabled={phase !== 'stopped'} onChange={setClear}>
            The arm is free, and nobody and nothing is inside the dashed box.
          </Checkbox>
        </li>
      </ol>
      <div className={css.actions}>
        {phase === 're-armed' ? (
          <>
            <Button kind="primary" className={css.tall} onClick={props.onContinue}>
              {props.continueLabel}
            </Button>
            <span className={css.hint}>Armed. Nothing moves until you press it.</span>
          </>
        ) : (
          <>
            <HoldButton
              label={phase === 're-arming' ? 'Re-arming' : 'Re-arm: hold for 1 s'}
              reason={phase === 're-arming' ? 'Waiting for the arm.' : reason}
              onDone={props.onRearm}
            />
            <span className={css.hint}>
              {blocked ?? `${reason ?? ''} Re-arming moves nothing; then “${props.continueLabel}” appears.`.trim()}
            </span>
          </>
        )}
        <span className={css.space} />
        {props.onReconnect !== undefined && (
          <Button kind="primary" onClick={props.onReconnect}>
            Connect again
          </Button>
        )}
        {props.onSetStopBox !== undefined && (
          <Button kind="primary" onClick={props.onSetStopBox}>
            Set stop box
          </Button>
        )}
        <Button
          reason={props.onShowIncident === null ? 'The record of this stop is not on disk yet.' : null}
          title="All signals of the two seconds before and the second after, key I"
          onClick={() => props.onShowIncident?.()}
        >
          Show incident
        </Button>
        <Button onClick={props.onSaveReport}>Save a report</Button>
        {onEndRun !== undefined && <Button onClick={onEndRun}>End run and keep data</Button>}
        {phase === 'stopped' && props.onDisconnect !== undefined && (
          <Button title="The arm stays where it is" onClick={props.onDisconnect}>
            Disconnect
          </Button>
        )}
        {phase === 're-armed' && onEndRun === undefined && <Button onClick={props.onClose}>Close</Button>}
      </div>
    </div>
  )
}
