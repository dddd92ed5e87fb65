import { useState } from 'react'
import type { PreflightItem, RobotState } from '../../contract/robot.ts'
import type { SessionPlan, SessionStart } from '../../contract/session.ts'
import { Button } from '../parts/button.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { formatBytes, formatClock, formatClockSeconds, formatDuration, formatNumber, MISSING } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { nextVersion } from '../parts/next-version.ts'
import { Notice } from '../parts/notice.tsx'
import { Pane, PaneBody, PaneFoot, PaneHead } from '../parts/pane.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { useNow } from '../state/now.ts'
import { usePress } from '../state/press.ts'
import { useRobotReading } from '../state/robot-store.ts'
import { robotNews, type News } from '../state/robot-words.ts'
import { useStation } from '../state/station-store.ts'
import { editRun, useRunForm, type FormErrors } from './run-form.ts'
import { UnfinishedRun } from './unfinished-run.tsx'
import { usePlan } from './use-plan.ts'
import css from './ready-screen.module.css'

interface Props {
  start: SessionStart | null
  errors: FormErrors
}

/** Unfinished run first; then the finish time as the big number, what it needs, the person's tick and Start. */
export function StartPane({ start, errors }: Props) {
  const { robot, receivedAt, preflight } = useRobotReading()
  const link = useStation((station) => station.link)
  const now = useNow()
  const news = robotNews(robot, receivedAt, now)
  const { plan, problem: planProblem } = usePlan(start)
  const [clear, setClear] = useState(false)
  const { busy, problem: refused, press } = usePress()
  const onArm = useRunForm((form) => form.world) !== 'panda'
  const armProblem = onArm ? armReason(robot, news, preflight, clear) : null
  const formProblem = Object.values(errors)[0] ?? (start === null ? 'The form is not complete.' : null)
  const planReason = planProblem ?? plan?.problems[0] ?? null
  const reason =
    link !== 'up'
      ? 'The station is not reached.'
      : (formProblem ?? (planReason === null ? null : `${planReason.message} ${planReason.tip}`) ?? armProblem)
  const begin = async () => {
    if (start === null) return
    const accepted = await press(() => api.session.start.mutate({ ...start, workspaceClear: onArm && clear }))
    // The tick counts for one start only.
    setClear(false)
    if (accepted) editRun({ named: false })
  }
  const goesOn = (plan?.existing?.transitions ?? 0) > 0
  return (
    <Pane label="Start">
      <UnfinishedRun />
      <div className={css.new}>
        <PaneHead title={goesOn ? 'Continue a run' : 'New run'} />
      </div>
      {start && plan?.existing && goesOn && <TakenName name={start.dataset} existing={plan.existing} />}
      <PaneBody>
        <Finish plan={plan} now={now} />
        <Needs plan={plan} robot={robot} news={news} preflight={preflight} onArm={onArm} />
        {refused !== null && (
          <Notice kind="bad" title={refused.message}>
            {refused.tip}
          </Notice>
        )}
      </PaneBody>
      <PaneFoot className={css.start}>
        {onArm && (
          <div className={css.tick}>
            <Checkbox checked={clear} onChange={setClear}>
              Nobody and nothing is inside the dashed box, and the hardware stop is within reach.
            </Checkbox>
          </div>
        )}
        <Button kind="primary" size="start" reason={reason} disabled={busy} onClick={() => void begin()}>
          {goesOn ? 'Continue collecting' : 'Start collecting'}
        </Button>
        {reason === null ? (
          <p className={`${css.hint} ${text.tallOnly}`}>{onArm ? ARM_HINT : SIMULATION_HINT}</p>
        ) : (
          <p className={css.hint}>{reason}</p>
        )}
      </PaneFoot>
    </Pane>
  )
}

type TakenProps = { name: string; existing: NonNullable<SessionPlan['existing']> }

/** The name is that of a dataset: to go on with it is one choice, to begin anew under the next name the other. */
function TakenName({ name, existing: { transitions, target } }: TakenProps) {
  return (
    <Notice
      title={`${name} is there already`}
      actions={
        <Button
          size="small"
          title="Begins a dataset of its own under the next name"
          onClick={() => editRun({ dataset: nextVersion(name, [name]), named: true })}
        >
          New version
        </Button>
      }
    >
      {formatNumber(transitions)} of {formatNumber(target)} transitions
    </Notice>
  )
}

const ARM_HINT =
  'First the arm moves home slowly. You can leave after that: every finished episode is on disk at once, and a sound calls you only when a person is needed.'
const SIMULATION_HINT =
  'No arm moves. The run goes on as fast as this computer can, and every finished episode is on disk at once.'

/** s */
const SHORT_RUN_S = 600

function Finish({ plan, now }: { plan: SessionPlan | null; now: number }) {
  const seconds = plan === null ? null : plan.motionS + plan.returnsS
  // The minute does not tell a short run's end from its start.
  const clock = seconds !== null && seconds < SHORT_RUN_S ? formatClockSeconds : formatClock
  return (
    <>
      <div className={text.label}>Finishes about</div>
      <div className={`${text.big} ${css.finish}`}>{seconds === null ? MISSING : clock(now + seconds * 1000)}</div>
      <div className={text.dim}>if started now, {clock(now)}</div>
    </>
  )
}

interface NeedsProps {
  plan: SessionPlan | null
  robot: RobotState | null
  news: News
  preflight: readonly PreflightItem[]
  onArm: boolean
}

function Needs({ plan, robot, news, preflight, onArm }: NeedsProps) {
  const [needed, neededUnit] = formatBytes(plan?.bytesNeeded)
  const free = formatBytes(plan?.bytesFree).join(' ')
  return (
    <div className={css.table}>
      <KeyValue>
        {plan !== null && (plan.existing?.transitions ?? 0) > 0 && (
          <KeyValueRow label="Already on disk">{formatNumber(plan.existing?.transitions)}</KeyValueRow>
        )}
        <KeyValueRow label="Motion">{formatDuration(plan?.motionS)}</KeyValueRow>
        <KeyValueRow label="Returns home">{formatDuration(plan?.returnsS)}</KeyValueRow>
        <KeyValueRow label="Episodes, about" hide="short">
          {formatNumber(plan?.episodesExpected)}
        </KeyValueRow>
        <KeyValueRow label="Rate" hide="short">
          <Quantity value={formatNumber(plan?.rateHz, 1)} unit="Hz" />
        </KeyValueRow>
        <KeyValueRow label="Disk needed" hide="short">
          <Quantity value={needed} unit={neededUnit} />
        </KeyValueRow>
        <KeyValueRow label="Disk free">
          {plan === null ? null : (
            <StateWord kind={plan.fits ? 'ok' : 'bad'}>{`${free}, ${plan.fits ? 'fits' : 'too little'}`}</StateWord>
          )}
        </KeyValueRow>
        <KeyValueRow label="Arm">
          {onArm ? (
            <ArmWord robot={robot} news={news} preflight={preflight} />
          ) : (
            <StateWord kind="wait">Not used</StateWord>
          )}
        </KeyValueRow>
        <KeyValueRow label="Supervisor">
          {onArm ? <SupervisorWord robot={robot} news={news} /> : <StateWord kind="ok">In the simulation</StateWord>}
        </KeyValueRow>
      </KeyValue>
    </div>
  )
}

function ArmWord({ robot, news, preflight }: Pick<NeedsProps, 'robot' | 'news' | 'preflight'>) {
  if (robot?.link !== 'connected') return <StateWord kind="unk">Not connected</StateWord>
  if (news.stale) return <StateWord kind="unk">Unknown</StateWord>
  const failed = preflight.filter(({ state }) => state === 'bad')
  if (failed.length > 0) return <StateWord kind="bad">{`${failed[0]?.name ?? ''}: ${failed[0]?.word ?? ''}`}</StateWord>
  const cautions = preflight.filter(({ state }) => state === 'warn').length
  if (cautions > 0) return <StateWord kind="warn">{`Ready, ${cautions} caution`}</StateWord>
  return <StateWord kind="ok">All checks ready</StateWord>
}

function SupervisorWord({ robot, news }: Pick<NeedsProps, 'robot' | 'news'>) {
  if (robot?.link !== 'connected' || news.stale) return <StateWord kind="unk">Unknown</StateWord>
  return robot.supervisor.watching ? (
    <StateWord kind="ok">Watching</StateWord>
  ) : (
    <StateWord kind="wait">Not watching</StateWord>
  )
}

/** Why the arm cannot begin; null when it can. */
function armReason(
  robot: RobotState | null,
  news: News,
  preflight: readonly PreflightItem[],
  clear: boolean,
): string | null {
  if (robot?.link !== 'connected') return 'No arm is connected. Connect one on the Robot screen, or run in simulation.'
  if (news.stale) return 'The state of the arm is unknown: no news arrives.'
  if (robot.stop?.latched === true) return 'The arm is stopped. Re-arm in the dialog.'
  if (robot.activity !== 'none') return 'The arm is busy.'
  const failed = preflight.find(({ state }) => state === 'bad')
  if (failed !== undefined) return `${failed.name}: ${failed.tip}`
  return clear ? null : 'Tick the box above. It counts for one start only.'
}
