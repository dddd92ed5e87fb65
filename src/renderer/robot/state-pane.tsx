import { useState } from 'react'
import type { RobotState } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { formatAge, formatClockSeconds } from '../parts/format.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Pane, PaneBody, PaneFoot, PaneHead } from '../parts/pane.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { Row, Table, Td } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { useNow } from '../state/now.ts'
import { usePress } from '../state/press.ts'
import { useRobot, useRobotReading } from '../state/robot-store.ts'
import {
  armLight,
  gripperWord,
  modeWord,
  robotNews,
  stopBoxWord,
  type News,
  type StateText,
} from '../state/robot-words.ts'
import { useStation } from '../state/station-store.ts'
import { noArmReason } from './no-arm-reason.ts'
import { reconnect } from './reconnect.ts'
import css from './robot-screen.module.css'
import { StopBoxDialog } from './stop-box-dialog.tsx'

/** State words with their ages, the log of the last minutes, and the two motions that need no run. */
export function StatePane() {
  const { robot, receivedAt } = useRobotReading()
  const news = robotNews(robot, receivedAt, useNow())
  const noArm = noArmReason(
    robot,
    news,
    useStation((station) => station.link === 'up'),
  )
  const cannotMove = noArm ?? moveReason(robot)
  const cannotRecover = noArm ?? recoverReason(robot)
  const [boxOpen, setBoxOpen] = useState(false)
  const { busy, problem, press, clear } = usePress()
  return (
    <Pane label="State of the arm">
      <PaneHead title="State" end={<span>age</span>}>
        {robot?.link === 'lost' ? (
          <Button size="small" disabled={busy} onClick={() => void press(() => reconnect(robot))}>
            Reconnect
          </Button>
        ) : (
          <Button size="small" kind="quiet" onClick={() => setBoxOpen(true)}>
            Set stop box
          </Button>
        )}
      </PaneHead>
      {news.stale && <StaleNotice news={news} />}
      <ProblemNotice problem={problem} onClose={clear} />
      <PaneBody flush className={css.states}>
        <Table label="State of the arm">
          {stateRows(robot, news).map((row) => (
            <StateRow key={row.name} {...row} />
          ))}
        </Table>
        <Recent />
      </PaneBody>
      <PaneFoot className={css.pair}>
        <Button reason={cannotMove} disabled={busy} onClick={() => void press(() => api.robot.moveHome.mutate())}>
          Move home
        </Button>
        <Button reason={cannotRecover} disabled={busy} onClick={() => void press(() => api.robot.recover.mutate())}>
          Recover
        </Button>
        <p className={css.why}>{footReason(cannotMove, cannotRecover)}</p>
      </PaneFoot>
      {boxOpen && (
        <StopBoxDialog
          path={robot?.stopBox.path ?? ''}
          needsGrip={robot?.stopBox.needsGrip ?? false}
          onClose={() => setBoxOpen(false)}
        />
      )}
    </Pane>
  )
}

function StaleNotice({ news }: { news: News }) {
  const [age, unit] = formatAge(news.ageMs)
  return (
    <Notice glyph="unk" title="Forager does not know what the arm is doing.">
      The last news is {age} {unit} old. <span className={text.tallOnly}>Values below are from then. </span>Look at the
      arm itself.
    </Notice>
  )
}

interface RowProps {
  name: string
  state: StateText
  /** Light colour instead of a glyph. */
  lamp?: string
  ageMs: number | null
  stale: boolean
  title?: string
}

function StateRow({ name, state, lamp, ageMs, stale, title }: RowProps) {
  const [age, unit] = formatAge(ageMs)
  return (
    <Row>
      <Td dim>{name}</Td>
      <Td title={title}>
        {lamp !== undefined && !stale ? (
          <span className={css.light}>
            <i className={css.lamp} style={{ background: lamp }} />
            {state.word}
          </span>
        ) : (
          <StateWord kind={state.kind} stale={stale && state.kind !== 'unk'}>
            {state.word}
          </StateWord>
        )}
      </Td>
      <Td number dim>
        <span className={stale ? css.wasAge : undefined}>
          <Quantity value={age} unit={unit} />
        </span>
      </Td>
    </Row>
  )
}

const UNKNOWN: StateText = { kind: 'unk', word: 'Unknown' }

/** Rows in a fixed order. What comes from the robot has the age of its newest packet. */
function stateRows(robot: RobotState | null, news: News): RowProps[] {
  const seen = robot !== null && (robot.link === 'connected' || robot.link === 'lost')
  const fromArm = (name: string, state: (robot: RobotState) => StateText): RowProps =>
    seen
      ? { name, state: state(robot), ageMs: news.ageMs, stale: news.stale }
      : { name, state: UNKNOWN, ageMs: null, stale: false }
  const light = seen ? armLight(robot) : null
  return [
    {
      ...fromArm('Arm light', ({ mode }) => ({ kind: mode === 'unknown' ? 'unk' : 'ok', word: light?.word ?? '' })),
      ...(light === null ? {} : { lamp: light.colour }),
      title: 'What the light at the arm’s base should show in this mode',
    },
    fromArm('Mode', modeWord),
    fromArm('Brakes', ({ mode }) =>
      mode === 'unknown' ? UNKNOWN : mode === 'other' ? { kind: 'warn', word: 'Closed' } : { kind: 'ok', word: 'Open' },
    ),
    fromArm('Control', ({ mode }) =>
      mode === 'guiding' ? { kind: 'warn', word: 'By hand' } : { kind: 'ok', word: 'Ours' },
    ),
    fromArm('User stop', ({ mode }) =>
      mode === 'user-stopped' ? { kind: 'bad', word: 'Pressed' } : { kind: 'ok', word: 'Released' },
    ),
    robot === null
      ? { name: 'Stop box', state: UNKNOWN, ageMs: null, stale: false }
      : {
          name: 'Stop box',
          state: stopBoxWord(robot),
          ageMs: robot.stopBox.ageMs,
          stale: false,
          title: robot.stopBox.message || robot.stopBox.path,
        },
    heartbeat(robot, seen),
    { ...fromArm('Errors', errorsWord), title: robot?.errors.join(', ') ?? '' },
    fromArm('Reflex', ({ mode }) => (mode === 'reflex' ? { kind: 'bad', word: 'Yes' } : { kind: 'ok', word: 'None' })),
    fromArm('Supervisor', (state) =>
      state.stop?.latched === true
        ? { kind: 'hold', word: 'Holding' }
        : state.supervisor.watching
          ? { kind: 'ok', word: 'Watching' }
          : { kind: 'wait', word: 'Off' },
    ),
    ...gripperRow(robot, news),
    fromArm('Armed', ({ armed }) => (armed ? { kind: 'act', word: 'Yes' } : { kind: 'wait', word: 'No' })),
  ]
}

/** The Hand: a connection of its own, and its absence is no fault. */
function gripperRow(robot: RobotState | null, news: News): RowProps[] {
  const gripper = robot?.gripper
  if (gripper === undefined || gripper.link === 'none') return []
  const title = `${gripper.message} ${gripper.tip}`.trim()
  return [{ name: 'Hand', state: gripperWord(gripper), ageMs: news.ageMs, stale: news.stale, title }]
}

/** This window's sign of life at the supervisor; needed only while the arm is armed. */
function heartbeat(robot: RobotState | null, seen: boolean): RowProps {
  const age = seen && robot?.armed === true ? robot.heartbeatAgeMs : null
  const state: StateText =
    age === null
      ? { kind: 'wait', word: 'Not needed' }
      : age < 500
        ? { kind: 'ok', word: 'Arriving' }
        : { kind: 'bad', word: 'Late' }
  return { name: 'Heartbeat', state, ageMs: age, stale: false, title: 'Sign of life of this window at the supervisor' }
}

function errorsWord({ errors }: RobotState): StateText {
  const [first] = errors
  if (first === undefined) return { kind: 'ok', word: 'None' }
  return { kind: 'bad', word: errors.length === 1 ? first.replaceAll('_', ' ') : `${errors.length} active` }
}

function Recent() {
  const events = useRobot((state) => state.events)
  if (events.length === 0) return null
  return (
    <div className={css.recent}>
      <PaneHead title="Recent" />
      {events.slice(0, 30).map((event) => (
        <div key={`${event.at} ${event.text}`} className={css.event} title={event.text}>
          <span className={`${text.dim} ${text.tabular}`}>{formatClockSeconds(event.at)}</span>
          <span className={text.ellipsis}>{event.text}</span>
        </div>
      ))}
    </div>
  )
}

function moveReason(robot: RobotState | null): string | null {
  if (robot?.armed !== true) return 'Arm the robot first.'
  return robot.activity === 'none' ? null : 'The arm is busy.'
}

function recoverReason(robot: RobotState | null): string | null {
  if (robot === null || robot.mode === 'reflex' || robot.errors.length > 0) return null
  return 'The robot reports no error.'
}

/** One line for both buttons: why they cannot be pressed, the first of them first. */
function footReason(move: string | null, recover: string | null): string {
  if (move === recover) return move ?? ''
  return move === null ? `Recover: ${recover ?? ''}` : `Move home: ${move}`
}
