import { useEffect, useState } from 'react'
import type { DatasetSummary } from '../../../contract/dataset.ts'
import { SLOW_REPLAY } from '../../../contract/replay.ts'
import type { ReplayProgress } from '../../../contract/replay.ts'
import type { RobotState } from '../../../contract/robot.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { formatDuration, formatNumber, MISSING } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import { ProblemNotice } from '../../parts/problem-notice.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { Quantity } from '../../parts/quantity.tsx'
import { Segment } from '../../parts/segment.tsx'
import { StateWord } from '../../parts/state-word.tsx'
import { Row, Table, Td, Th } from '../../parts/table.tsx'
import { api } from '../../state/api.ts'
import { usePress } from '../../state/press.ts'
import { useRobot } from '../../state/robot-store.ts'
import css from './replay-dialog.module.css'

interface Props {
  dataset: DatasetSummary
  episode: number
  onClose: () => void
}

/** Moves the connected arm as in a recorded episode: speed, statement, start; then how far it is from the recording. */
export function ReplayDialog({ dataset, episode, onClose }: Props) {
  const progress = useReplay()
  const own = progress !== null && progress.dataset === dataset.id && progress.episode === episode
  const running = progress !== null && isRunning(progress)
  return (
    <Dialog
      open
      title={`Replay episode ${formatNumber(episode)} on the arm`}
      description="The arm goes home slowly, follows the recorded velocities through the supervisor, and goes home again."
      titleEnd={own && progress.state !== 'none' ? <ReplayState progress={progress} /> : undefined}
      width={640}
      onClose={onClose}
    >
      {own && <ProblemNotice problem={progress.problem} />}
      {own && progress.state === 'done' && (
        <Notice kind="ok" title="Replayed to its end; the arm is at home.">
          {worstText(progress)}
        </Notice>
      )}
      {running ? (
        <Running progress={progress} own={own} />
      ) : (
        <Start dataset={dataset} episode={episode} progress={progress} onClose={onClose} />
      )}
    </Dialog>
  )
}

/** Progress of whatever is replayed, newest; null before the first message. */
function useReplay(): ReplayProgress | null {
  const [progress, setProgress] = useState<ReplayProgress | null>(null)
  useEffect(() => {
    const feed = api.replay.watch.subscribe(undefined, { onData: setProgress })
    return () => feed.unsubscribe()
  }, [])
  return progress
}

const isRunning = ({ state }: ReplayProgress): boolean => !['none', 'done', 'stopped', 'failed'].includes(state)

const WORDS = {
  none: ['wait', 'Not started'],
  homing: ['act', 'Going home'],
  running: ['act', 'Replaying'],
  paused: ['hold', 'Paused'],
  ending: ['hold', 'Coming to rest'],
  returning: ['act', 'Returning home'],
  done: ['ok', 'Done'],
  stopped: ['hold', 'Stopped'],
  failed: ['bad', 'Ended early'],
} as const

function ReplayState({ progress }: { progress: ReplayProgress }) {
  const [kind, word] = WORDS[progress.state]
  return <StateWord kind={kind}>{word}</StateWord>
}

const degrees = (radians: number, decimals: number): string => formatNumber((radians * 180) / Math.PI, decimals)

function worstText({ worst, speed }: ReplayProgress): string {
  if (worst === null) return ''
  const where = `joint ${worst.joint + 1}, step ${formatNumber(Math.round(worst.step))}`
  return `At ${formatNumber(100 * speed)} % speed it was at most ${degrees(worst.deviationRad, 2)}° from the recording (${where}).`
}

const SPEEDS = [0.1, 0.25, 0.5, 1] as const

function startReason(robot: RobotState | null, clear: boolean): string | null {
  if (robot?.link !== 'connected') return 'Connect the arm on the Robot screen first.'
  if (robot.stop?.latched === true) return 'Re-arm after the stop first.'
  if (!clear) return 'Tick that the box is clear first.'
  return null
}

function Start({ dataset, episode, progress, onClose }: Props & { progress: ReplayProgress | null }) {
  const robot = useRobot((state) => state.robot)
  const [speed, setSpeed] = useState<number>(0.25)
  const [clear, setClear] = useState(false)
  const mayBeFast = useMayBeFast(dataset.id, episode, progress?.state)
  const { busy, problem, press } = usePress()
  const start = async () => {
    const wanted = { dataset: dataset.id, episode, speed, workspaceClear: clear }
    await press(() => api.replay.start.mutate(wanted))
    // The tick counts for one start only.
    setClear(false)
  }
  const reason = startReason(robot, clear)
  return (
    <>
      <ProblemNotice problem={problem} />
      <div className={css.form}>
        <span className={css.label}>Speed</span>
        <Segment
          tall
          label="Speed of the replay"
          value={String(speed)}
          options={SPEEDS.map((each) => ({
            value: String(each),
            label: `${formatNumber(100 * each)} %`,
            disabled: each > SLOW_REPLAY && !mayBeFast,
          }))}
          onChange={(value) => setSpeed(Number(value))}
        />
        {!mayBeFast && (
          <p className={css.hint}>Full speed opens after this episode was replayed to its end at 50 % or less.</p>
        )}
        <Checkbox checked={clear} onChange={setClear}>
          Nobody and nothing is inside the dashed box, and the hardware stop is within reach.
        </Checkbox>
      </div>
      <DialogActions>
        {reason !== null && <span className={css.reason}>{reason}</span>}
        <Button kind="primary" reason={reason} disabled={busy} onClick={() => void start()}>
          Replay on the arm
        </Button>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </>
  )
}

/** Asked again whenever a replay ends: a slow one to the end opens the full speed. */
function useMayBeFast(dataset: string, episode: number, state: ReplayProgress['state'] | undefined): boolean {
  const [fast, setFast] = useState(false)
  useEffect(() => {
    let current = true
    api.replay.mayBeFast.query({ dataset, episode }).then(
      (value) => current && setFast(value),
      () => current && setFast(false),
    )
    return () => {
      current = false
    }
  }, [dataset, episode, state])
  return fast
}

function Running({ progress, own }: { progress: ReplayProgress; own: boolean }) {
  const { press, problem } = usePress()
  const { state, step, steps, etaS, speed } = progress
  const paused = state === 'paused'
  return (
    <>
      <ProblemNotice problem={problem} />
      <div className={css.form}>
        {!own && (
          <p className={css.hint}>Episode {formatNumber(progress.episode)} of another view is being replayed.</p>
        )}
        <p className={css.line}>
          Step {formatNumber(Math.floor(step))} of {formatNumber(steps)} at {formatNumber(100 * speed)} % speed
          {etaS === null ? '' : `, ${formatDuration(etaS)} left`}
        </p>
        <ProgressBar label="Replayed steps" value={step} total={Math.max(1, steps)} paused={paused} />
      </div>
      <Deviation progress={progress} />
      <DialogActions>
        <Button
          kind="primary"
          reason={state === 'running' || paused ? null : 'The arm is on its way; STOP works at any time.'}
          onClick={() => void press(() => (paused ? api.replay.resume.mutate() : api.replay.pause.mutate()))}
        >
          {paused ? 'Go on' : 'Pause'}
        </Button>
        <Button onClick={() => void press(() => api.replay.stop.mutate())}>End replay here</Button>
      </DialogActions>
    </>
  )
}

/** Live joints beside recorded ones. */
function Deviation({ progress: { recorded, live, worst } }: { progress: ReplayProgress }) {
  return (
    <div className={css.table}>
      <Table
        label="Joints, recorded and live"
        head={
          <>
            <Th>Joint</Th>
            <Th number>Recorded</Th>
            <Th number>Live</Th>
            <Th number>Difference</Th>
            <Th number>Largest</Th>
          </>
        }
      >
        {Array.from({ length: 7 }, (_, joint) => {
          const [was, is] = [recorded?.[joint], live?.[joint]]
          return (
            <Row key={joint}>
              <Td>{joint + 1}</Td>
              <Angle value={was} decimals={1} />
              <Angle value={is} decimals={1} />
              <Angle value={was === undefined || is === undefined ? undefined : is - was} decimals={2} />
              <Angle value={worst?.joint === joint ? worst.deviationRad : undefined} decimals={2} />
            </Row>
          )
        })}
      </Table>
    </div>
  )
}

function Angle({ value, decimals }: { value: number | undefined; decimals: number }) {
  return <Td number>{value === undefined ? MISSING : <Quantity value={degrees(value, decimals)} unit="°" />}</Td>
}
