import { useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import type { PreflightItem, RobotState } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { classNames } from '../parts/class-names.ts'
import { Checkbox } from '../parts/checkbox.tsx'
import { PaneBody, PaneFoot, PaneHead } from '../parts/pane.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { useNow } from '../state/now.ts'
import { usePress } from '../state/press.ts'
import { useRobotReading } from '../state/robot-store.ts'
import { robotNews } from '../state/robot-words.ts'
import { useStation } from '../state/station-store.ts'
import { noArmReason } from './no-arm-reason.ts'
import css from './robot-screen.module.css'

/** The station's line that only a person can answer; the tick below answers it. */
const CLEAR = 'Workspace clear'

/** The checklist in its fixed order, because it is read by position, and the person's tick with Arm below it. */
export function BeforeMotion() {
  const { preflight, robot, receivedAt } = useRobotReading()
  const stationUp = useStation((station) => station.link === 'up')
  const news = robotNews(robot, receivedAt, useNow())
  const [clear, setClear] = useState(false)
  // When the arm alone is silent, the station says so in the lines themselves.
  const stale = !stationUp || (news.stale && robot?.link !== 'lost')
  const items = preflight.map((item) =>
    item.name === CLEAR && clear && item.state === 'wait' ? { ...item, state: 'ok' as const, word: 'Said' } : item,
  )
  return (
    <>
      <PaneHead title="Before motion" end={<Count items={items} stale={stale} />} />
      <PaneBody className={css.checklist}>
        {items.length === 0 ? (
          <p className={text.dim}>Not read yet.</p>
        ) : (
          <ol className={classNames(css.checks, stale && css.wasChecks)}>
            {items.map((item) => (
              <Check key={item.name} item={item} stale={stale} />
            ))}
          </ol>
        )}
      </PaneBody>
      <ArmFoot
        robot={robot}
        noArm={noArmReason(robot, news, stationUp)}
        items={items}
        clear={clear}
        setClear={setClear}
      />
    </>
  )
}

/** One line; what is to be done about it opens under it, for those who cannot hover. */
function Check({ item, stale }: { item: PreflightItem; stale: boolean }) {
  const { name, value, state, word, tip } = item
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
      <StateWord kind={state} stale={stale && state !== 'unk'}>
        {word}
      </StateWord>
      {hasTip && open && <p className={css.remedy}>{tip}</p>}
    </li>
  )
}

function Count({ items, stale }: { items: readonly PreflightItem[]; stale: boolean }) {
  const done = items.filter(({ state }) => state === 'ok' || state === 'warn').length
  const cautions = items.filter(({ state }) => state === 'warn').length
  const failures = items.filter(({ state }) => state === 'bad').length
  return (
    <span>
      {stale && 'was '}
      <b className={stale ? undefined : text.strong}>
        {done} of {items.length}
      </b>{' '}
      done{failures > 0 ? `, ${failures} not ready` : cautions > 0 ? `, ${cautions} caution` : ''}
    </span>
  )
}

interface FootProps {
  robot: RobotState | null
  noArm: string | null
  items: readonly PreflightItem[]
  clear: boolean
  setClear: (clear: boolean) => void
}

function ArmFoot({ robot, noArm, items, clear, setClear }: FootProps) {
  const { busy, problem, press } = usePress()
  const reason = noArm ?? armReason(robot, items, clear)
  const arm = () =>
    void press(() => api.robot.arm.mutate({ workspaceClear: true })).then((accepted) => accepted && setClear(false))
  if (robot?.armed === true)
    return (
      <PaneFoot className={css.armFoot}>
        <p className={css.tick}>
          <StateWord kind="act" stale={noArm !== null}>
            Armed
          </StateWord>
        </p>
        <Button wide disabled={busy} onClick={() => void press(() => api.robot.disarm.mutate())}>
          Disarm the robot
        </Button>
        <Said problem={problem} reason={noArm} hint={armedHint(robot)} />
      </PaneFoot>
    )
  return (
    <PaneFoot className={css.armFoot}>
      <div className={css.tick}>
        <Checkbox checked={clear} onChange={setClear}>
          Nobody and nothing is inside the dashed box, and the hardware stop is within reach.
        </Checkbox>
      </div>
      <Button kind="primary" wide reason={reason} disabled={busy} onClick={arm}>
        Arm the robot
      </Button>
      <Said problem={problem} reason={reason} hint={RESTS} />
    </PaneFoot>
  )
}

const RESTS = 'The arm does not move until you start something.'

/** Under the button: the refusal of its last press, why it cannot be pressed, or, where there is room, what it means. */
function Said({ problem, reason, hint }: { problem: Problem | null; reason: string | null; hint: string }) {
  if (problem !== null)
    return (
      <p className={css.hint} role="alert">
        <span className={text.bad}>{problem.message}</span> {problem.tip}
      </p>
    )
  return reason === null ? (
    <p className={`${css.hint} ${text.tallOnly}`}>{hint}</p>
  ) : (
    <p className={css.hint}>{reason}</p>
  )
}

const armedHint = ({ activity }: RobotState): string =>
  activity === 'none' ? RESTS : 'The arm moves. STOP, Esc or the space bar stops it.'

/** Why an arm that is there cannot be armed; null when it can. */
function armReason(robot: RobotState | null, items: readonly PreflightItem[], clear: boolean): string | null {
  if (robot?.stop?.latched === true) return 'The arm is stopped. Re-arm in the dialog.'
  const failed = items.find(({ state }) => state === 'bad')
  if (failed !== undefined) return `${failed.name}: ${failed.tip}`
  return clear ? null : 'Tick the box above to arm.'
}
