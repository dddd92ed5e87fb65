import { StepFlag } from '../../contract/dataset.ts'
import type { SessionProgress } from '../../contract/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatDegrees, formatNumber } from '../parts/format.ts'
import { Pane, PaneBody, PaneHead } from '../parts/pane.tsx'
import text from '../parts/text.module.css'
import { LanePlot } from '../plot/lane-plot.tsx'
import type { PlotBand } from '../plot/plot-marks.ts'
import { useRobot } from '../state/robot-store.ts'
import { useLive, type LiveRun } from '../state/session-store.ts'
import css from './running-screen.module.css'

/** s */
const STEP_S = 0.05
const JOINTS = [0, 1, 2, 3, 4, 5, 6] as const

/** The running episode: what the explorer asked of each joint, what was sent, and where the supervisor slowed it. */
export function EpisodeLanes({ progress }: { progress: SessionProgress }) {
  const live = useLive((state) => state.live)
  const clip = useRobot((state) => state.limits?.velocityClip ?? 0)
  const shown = live !== null && live.steps > 0
  return (
    <Pane label="Running episode">
      <PaneHead title={`Episode ${formatNumber(shown ? live.episode : progress.episode)}`} end={<Key />}>
        <span>
          step <b className={`${text.strong} ${text.tabular}`}>{formatNumber(shown ? live.steps : progress.step)}</b> of{' '}
          {formatNumber(progress.stepsPerEpisode)}
        </span>
      </PaneHead>
      <PaneBody flush clip>
        {shown ? (
          <div className={css.lanes}>
            <Lanes live={live} clip={clip} steps={progress.stepsPerEpisode} />
            <i
              className={css.now}
              style={{ '--done': (live.steps - 1) / progress.stepsPerEpisode } as React.CSSProperties}
            />
          </div>
        ) : (
          <EmptyState small title="No step yet">
            {progress.state === 'homing' ? 'The arm moves home first.' : 'The lanes fill with the first steps.'}
          </EmptyState>
        )}
      </PaneBody>
    </Pane>
  )
}

function Key() {
  return (
    <span className={text.wideOnly}>
      <span className={css.sent}>━</span> sent &ensp;<span className={css.asked}>━</span> asked by the explorer &ensp;
      <span className={css.slowed}>▌</span> slowed by the supervisor
    </span>
  )
}

function Lanes({ live, clip, steps }: { live: LiveRun; clip: number; steps: number }) {
  const last = (live.steps - 1) * JOINTS.length
  return (
    <LanePlot
      label="Joint speeds of the running episode"
      x={Float64Array.from({ length: live.steps }, (_, step) => step * STEP_S)}
      xRange={[0, steps * STEP_S]}
      xFormat={(value, decimals) => `${formatNumber(value, decimals)} s`}
      xTicks
      nameWidth={84}
      now={JOINTS.map((joint) => `${formatDegrees((live.sent[last + joint] ?? 0) * clip, 0)}°/s`)}
      lanes={JOINTS.map((joint) => ({
        name: `J${joint + 1}`,
        middle: 0,
        reach: 1,
      }))}
      curves={[
        { rows: live.asked, colour: 'edge', width: 1 },
        { rows: live.sent, colour: 'accent', width: 1.5 },
      ]}
      bands={slowedBands(live.flags)}
    />
  )
}

/** Runs of slowed steps, as stretches of time. */
function slowedBands(flags: Uint32Array): PlotBand[] {
  const bands: PlotBand[] = []
  let from = -1
  for (let step = 0; step <= flags.length; step++) {
    const slowed = ((flags[step] ?? 0) & StepFlag.slowed) !== 0
    if (slowed && from < 0) from = step
    if (slowed || from < 0) continue
    bands.push({ from: from * STEP_S, to: step * STEP_S, colour: 'warn', cap: true })
    from = -1
  }
  return bands
}
