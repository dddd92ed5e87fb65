import type { RobotState } from '../../contract/robot.ts'
import { SLOW_STEP } from '../../contract/session.ts'
import type { SessionProgress, StepPart } from '../../contract/session.ts'
import { EndReasonBar } from '../parts/end-reasons.tsx'
import { formatBytes, formatNumber, formatPercent } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { Notice } from '../parts/notice.tsx'
import { Pane, PaneBody, PaneHead, Rule } from '../parts/pane.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { LinePlot } from '../plot/line-plot.tsx'
import { useNow } from '../state/now.ts'
import { useRobotReading } from '../state/robot-store.ts'
import { robotNews, robotWord, type News } from '../state/robot-words.ts'
import { uncommittedSteps, useLive } from '../state/session-store.ts'
import { RunCheck } from './run-check.tsx'
import css from './running-screen.module.css'

/** Of the policy, ms. */
const PERIOD_MS = 50

/** How well the run goes, and how its episodes ended. All of it scrolls as one, so that no part prints over another. */
export function HealthPane({ progress }: { progress: SessionProgress }) {
  const slow = slowSteps(progress)
  return (
    <Pane label="Health and episodes">
      {/* Made anew with a problem, which is then in sight however far the pane was scrolled. */}
      <div className={css.scroll} key={progress.problem?.code}>
        {progress.problem !== null && <RunProblem progress={progress} />}
        {/* In a low window the row of the step time says it. */}
        {progress.problem === null && slow !== null && (
          <div className={text.tallOnly}>
            <Notice kind="warn" title={slow.title}>
              {slow.rest}
            </Notice>
          </div>
        )}
        <RunCheck progress={progress} />
        <PaneHead title="Health" end={<span>this run</span>} />
        <PaneBody fixed>
          <HealthTable progress={progress} slow={slow} />
        </PaneBody>
        <Rule />
        <PaneHead title="Episodes" end={<span>{formatNumber(progress.episodesFinished)} finished</span>} />
        <PaneBody fixed>
          <EndReasonBar counts={progress.endReasons} />
        </PaneBody>
        {progress.world === 'panda-fci' && progress.problem === null && <StepTimes />}
      </div>
    </Pane>
  )
}

const PARTS: Record<StepPart['part'], string> = {
  policy: 'choosing the action',
  record: 'recording the step',
  learn: 'learning',
}

type SlowSteps = { title: string; rest: string }

/** Steps that come later than their period, and what of the program's own work takes longest; null while they are in time. */
function slowSteps({ stepTimeP99Ms, stepParts, world }: SessionProgress): SlowSteps | null {
  if (world !== 'panda-fci' || stepTimeP99Ms === null || stepTimeP99Ms <= SLOW_STEP * PERIOD_MS) return null
  const slowest = [...stepParts].sort((a, b) => b.p99Ms - a.p99Ms)[0]
  const ours = slowest !== undefined && slowest.p99Ms > 0.2 * PERIOD_MS
  const cause = ours
    ? `Slowest in this program: ${PARTS[slowest.part]}, up to ${formatNumber(slowest.p99Ms, 1)} ms.`
    : 'The computer or the link is slow, not this program.'
  return {
    title: `Steps take up to ${formatNumber(stepTimeP99Ms)} ms instead of ${PERIOD_MS} ms.`,
    rest: `${cause} Late steps are marked in the data.`,
  }
}

function RunProblem({ progress }: { progress: SessionProgress }) {
  const { robot, receivedAt } = useRobotReading()
  const news = robotNews(robot, receivedAt, useNow())
  const { problem, state } = progress
  if (problem === null) return null
  return (
    <ProblemView
      problem={problem}
      kind={state === 'paused' ? 'warn' : 'bad'}
      {...(progress.world === 'panda-fci' ? { arm: armSentence(robot, news) } : {})}
      data={`${formatNumber(progress.transitions)} transitions are on disk.`}
      answered={state === 'done' && problem.code !== OUTLASTS_THE_RUN}
    />
  )
}

/** Ending a run answers what had paused it. A full disk ends it by itself and wants room before the next one. */
const OUTLASTS_THE_RUN = 'disk-floor'

/** What the arm does while the run has a problem. */
function armSentence(robot: RobotState | null, news: News): string {
  if (robot?.link !== 'connected' || news.stale) return 'Unknown: no news arrives. Look at the arm itself.'
  if (robot.activity === 'none' || robot.activity === 'held') return 'Not moving, power on.'
  return `${robotWord(robot, news, false).word}.`
}

function HealthTable({ progress, slow }: { progress: SessionProgress; slow: SlowSteps | null }) {
  const { robot } = useRobotReading()
  const steps = progress.transitions - progress.resumedFrom + uncommittedSteps(progress)
  const share = (count: number): string => formatPercent(steps > 0 ? count / steps : null)
  const [bytes, bytesUnit] = formatBytes(progress.bytes)
  const expected = formatBytes(progress.bytesExpected).join(' ')
  const onArm = progress.world === 'panda-fci'
  return (
    <KeyValue>
      <KeyValueRow label="Rate">
        <Quantity value={formatNumber(progress.stepsPerS, progress.stepsPerS < 100 ? 1 : 0)} unit="Hz" />
      </KeyValueRow>
      {onArm && (
        <>
          <KeyValueRow label="Step time, 99 % under" {...(slow && { title: `${slow.title} ${slow.rest}` })}>
            <StepTime ms={progress.stepTimeP99Ms} slow={slow !== null} />
          </KeyValueRow>
          <KeyValueRow label="Late ticks">
            <Quantity value={formatNumber(progress.lateTicks)} unit={`of ${formatNumber(steps)}`} />
          </KeyValueRow>
          <KeyValueRow label="Commands received">
            <CommandsReceived share={robot?.packets.successRate ?? null} />
          </KeyValueRow>
        </>
      )}
      <KeyValueRow label="Slowed by supervisor">
        <Quantity value={share(progress.slowedSteps)} unit="% of steps" />
      </KeyValueRow>
      <KeyValueRow label="Actions clipped" {...(onArm && { hide: 'short' })}>
        <Quantity value={share(progress.clippedSteps)} unit="% of steps" />
      </KeyValueRow>
      {progress.learning && (
        <KeyValueRow label="Updates behind">
          <Quantity
            value={formatNumber(progress.learning.behind)}
            unit={`of ${formatNumber(progress.learning.updates + progress.learning.behind)}`}
          />
        </KeyValueRow>
      )}
      <KeyValueRow label="Disk written" {...(onArm && { hide: 'short' })}>
        <Quantity value={bytes} unit={`${bytesUnit} of ${expected}`} />
      </KeyValueRow>
    </KeyValue>
  )
}

function StepTime({ ms, slow }: { ms: number | null; slow: boolean }) {
  const value = <Quantity value={formatNumber(ms, 1)} unit="ms" />
  return slow ? <StateWord kind="warn">{value}</StateWord> : value
}

/** A Panda normally loses one or two commands of a hundred; below these shares the link wants looking at. */
const ENOUGH = 0.98
const TOO_FEW = 0.9

/** Share of our commands that reach the robot in time; null while no motion runs. */
function CommandsReceived({ share }: { share: number | null }) {
  const value = <Quantity value={formatPercent(share)} unit="%" />
  if (share === null || share >= ENOUGH) return value
  return (
    <StateWord kind={share < TOO_FEW ? 'bad' : 'warn'}>
      {share < TOO_FEW ? 'Too few' : 'Few'} {value}
    </StateWord>
  )
}

/** ms; the period of the policy, always inside the plot. */
const Y_AT_LEAST = [49, 54] as const

/** Between two episodes nothing is measured: a pause longer than this breaks the curve. */
const GAP_S = 1

function withGaps(
  times: readonly (readonly [at: number, ms: number])[],
): readonly (readonly [number, number | null])[] {
  return times.flatMap(([at, ms], i) => {
    const before = times[i - 1]?.[0] ?? at
    return at - before > GAP_S ? [[before, null] as const, [at, ms] as const] : [[at, ms] as const]
  })
}

function StepTimes() {
  const now = useNow() / 1000
  const times = withGaps(useLive.getState().live?.stepTimes ?? [])
  return (
    <div className={`${text.wideOnly} ${text.tallOnly}`}>
      <Rule />
      <PaneHead title="Step time">
        <span>ms, last 60 s</span>
      </PaneHead>
      <div className={css.steps}>
        <div className={css.plot}>
          <LinePlot
            label="Step time over the last 60 s, ms"
            x={times.map(([at]) => Math.min(0, at - now))}
            xRange={[-60, 0]}
            xFormat={(value) => (value === 0 ? 'now' : `${formatNumber(value)} s`)}
            yAtLeast={Y_AT_LEAST}
            series={[{ values: times.map(([, ms]) => ms), colour: 'accent', width: 1 }]}
          />
        </div>
      </div>
    </div>
  )
}
