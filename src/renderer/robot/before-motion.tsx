import { useState } from 'react'
import type { PreflightItem, RobotState } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { PaneBody, PaneFoot, PaneHead } from '../parts/pane.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import { useRobotReading } from '../state/robot-store.ts'
import { useStation } from '../state/station-store.ts'
import css from './robot-screen.module.css'

/** The station's line that only a person can answer; the tick below answers it. */
const CLEAR = 'Workspace clear'

/** The checklist in its fixed order, because it is read by position, and the person's tick with Arm below it. */
export function BeforeMotion() {
  const { preflight, robot } = useRobotReading()
  const [clear, setClear] = useState(false)
  const items = preflight.map((item) =>
    item.name === CLEAR && clear && item.state === 'wait' ? { ...item, state: 'ok' as const, word: 'Said' } : item,
  )
  return (
    <>
      <PaneHead title="Before motion" end={<Count items={items} />} />
      <PaneBody className={css.checklist}>
        {items.length === 0 ? (
          <p className={text.dim}>Not read yet.</p>
        ) : (
          <ol className={css.checks}>
            {items.map((item) => (
              <Check key={item.name} {...item} />
            ))}
          </ol>
        )}
      </PaneBody>
      <ArmFoot robot={robot} items={items} clear={clear} setClear={setClear} />
    </>
  )
}

/** One line; what is to be done about it opens under it, for those who cannot hover. */
function Check({ name, value, state, word, tip }: PreflightItem) {
  const [open, setOpen] = useState(false)
  const hasTip = state !== 'ok' && tip !== ''
  return (
    <li title={tip}>
      {hasTip ? (
        <button type="button" className={css.name} aria-expanded={open} onClick={() => setOpen(!open)}>
          {name}
        </button>
      ) : (
        <span className={css.name}>{name}</span>
      )}
      <span className={css.value}>{value}</span>
      <StateWord kind={state}>{word}</StateWord>
      {hasTip && open && <p className={css.remedy}>{tip}</p>}
    </li>
  )
}

function Count({ items }: { items: readonly PreflightItem[] }) {
  const done = items.filter(({ state }) => state === 'ok' || state === 'warn').length
  const cautions = items.filter(({ state }) => state === 'warn').length
  const failures = items.filter(({ state }) => state === 'bad').length
  return (
    <span>
      <b className={text.strong}>
        {done} of {items.length}
      </b>{' '}
      done{failures > 0 ? `, ${failures} not ready` : cautions > 0 ? `, ${cautions} caution` : ''}
    </span>
  )
}

interface FootProps {
  robot: RobotState | null
  items: readonly PreflightItem[]
  clear: boolean
  setClear: (clear: boolean) => void
}

function ArmFoot({ robot, items, clear, setClear }: FootProps) {
  const { busy, problem, press } = usePress()
  const stationUp = useStation((station) => station.link === 'up')
  const reason = armReason(robot, items, clear, stationUp)
  const arm = () =>
    void press(() => api.robot.arm.mutate({ workspaceClear: true })).then((accepted) => accepted && setClear(false))
  if (robot?.armed === true)
    return (
      <PaneFoot>
        <p className={css.tick}>
          <StateWord kind="act">Armed</StateWord>
        </p>
        <Button wide disabled={busy} onClick={() => void press(() => api.robot.disarm.mutate())}>
          Disarm the robot
        </Button>
        <p className={`${css.hint} ${text.tallOnly}`}>
          {problem === null ? armedHint(robot) : `${problem.message} ${problem.tip}`}
        </p>
      </PaneFoot>
    )
  return (
    <PaneFoot>
      <div className={css.tick}>
        <Checkbox checked={clear} onChange={setClear}>
          Nobody and nothing is inside the dashed box, and the hardware stop is within reach.
        </Checkbox>
      </div>
      <Button kind="primary" wide reason={reason} disabled={busy} onClick={arm}>
        Arm the robot
      </Button>
      {problem === null ? (
        <p className={`${css.hint} ${text.tallOnly}`}>
          {reason === null ? 'The arm does not move until you start something.' : reason}
        </p>
      ) : (
        <p className={css.hint} role="alert">
          <span className={text.bad}>{problem.message}</span> {problem.tip}
        </p>
      )}
    </PaneFoot>
  )
}

function armedHint({ activity }: RobotState): string {
  if (activity === 'none') return 'The arm does not move until you start something.'
  return 'The arm moves. STOP, Esc or the space bar stops it.'
}

/** Why Arm cannot be pressed; null when it can. */
function armReason(
  robot: RobotState | null,
  items: readonly PreflightItem[],
  clear: boolean,
  stationUp: boolean,
): string | null {
  if (!stationUp) return 'The station is not reached.'
  if (robot?.link !== 'connected') return 'Connect an arm first.'
  if (robot.stop?.latched === true) return 'The arm is stopped. Re-arm in the dialog.'
  const failed = items.find(({ state }) => state === 'bad')
  if (failed !== undefined) return `${failed.name}: ${failed.tip}`
  return clear ? null : 'Tick the box above to arm. The arm does not move until you start something.'
}
