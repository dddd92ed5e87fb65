import { useState } from 'react'
import { learnerLabel } from '../../contract/learner-label.ts'
import type { CurvePoint, Job } from '../../contract/learner.ts'
import type { Goal } from '../../contract/task.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatDistance, formatNumber } from '../parts/format.ts'
import { PaneHead } from '../parts/pane.tsx'
import { Segment } from '../parts/segment.tsx'
import text from '../parts/text.module.css'
import { LinePlot } from '../plot/line-plot.tsx'
import { createPlotCursor, type PlotCursor } from '../plot/plot-cursor.ts'
import { isActive, taskLabel } from './job-words.ts'
import { foldSeeds, type Band, type Measure } from './seed-band.ts'
import css from './train-screen.module.css'

type Axis = 'update' | 'time'

interface MeasurePlot {
  measure: Measure
  title: string
  /** Value as drawn, from SI. */
  scale: number
  /** Where the y axis begins. */
  atLeast: readonly [number, number]
  tip: (value: number) => string
  empty: string
}

const PLOTS: readonly MeasurePlot[] = [
  {
    measure: 'closestM',
    title: 'Closest distance, simulated, mm',
    scale: 1000,
    atLeast: [0, 200],
    tip: (mm) => `${formatDistance(mm / 1000)} mm`,
    empty: 'An episode is simulated every 5,000 updates.',
  },
  { measure: 'meanQ', title: 'Mean Q', scale: 1, atLeast: [-1, 0], tip: (q) => formatNumber(q, 1), empty: '' },
  {
    measure: 'criticLoss',
    title: 'Critic loss',
    scale: 1,
    atLeast: [0, 0.01],
    tip: (loss) => (loss < 0.01 ? loss.toExponential(1) : formatNumber(loss, loss < 1 ? 3 : 2)),
    empty: '',
  },
  {
    measure: 'saturated',
    title: 'Share of actions at the clip',
    scale: 1,
    atLeast: [0, 0.5],
    tip: (share) => formatNumber(share, 2),
    empty: '',
  },
]

/** In the place of the distance, for a task without a goal. */
const RETURN: MeasurePlot = {
  measure: 'episodeReturn',
  title: 'Return, simulated',
  scale: 1,
  atLeast: [0, 0],
  tip: (sum) => formatNumber(sum, Math.abs(sum) < 100 ? 1 : 0),
  empty: 'An episode is simulated every 5,000 updates.',
}

/** The first plot says what the task is about. */
function plotsFor(drawn: readonly Job[]): readonly MeasurePlot[] {
  return drawn[0] && drawn[0].task.kind !== 'reach' ? [RETURN, ...PLOTS.slice(1)] : PLOTS
}

const thousands = (value: number): string => (value >= 1000 ? `${formatNumber(value / 1000)}k` : formatNumber(value))

/** The runs as one line of words: what they share, and how many seeds. */
function titleOf(drawn: readonly Job[], goals: readonly Goal[]): { title: string; remark: string } {
  const [first] = drawn
  if (first === undefined) return { title: 'Curves', remark: '' }
  const title = `${learnerLabel(first.learner)} on ${first.datasetName}, ${taskLabel(first.task, goals)}`
  if (drawn.length === 1) return { title, remark: `seed ${first.seed}` }
  const same = drawn.every((job) => job.learner === first.learner && job.datasetId === first.datasetId)
  return same
    ? { title, remark: `${drawn.length} runs: line is the mean, band is the spread` }
    : { title: `${drawn.length} runs together`, remark: 'line is the mean, band is the spread' }
}

interface Props {
  drawn: readonly Job[]
  curves: Record<string, readonly CurvePoint[]>
  goals: readonly Goal[]
}

/** Four curves of the drawn runs: smoothed mean over the seeds, their spread, and the raw mean behind. */
export function CurvePanel({ drawn, curves, goals }: Props) {
  const [smoothing, setSmoothing] = useState(0.6)
  const [axis, setAxis] = useState<Axis>('update')
  const [cursor] = useState(() => createPlotCursor())
  const { title, remark } = titleOf(drawn, goals)
  const lines = drawn.map((job) => curves[job.id] ?? [])
  const end = Math.max(...drawn.map((job) => (axis === 'update' ? job.target : lastTime(curves[job.id]))), 1)
  return (
    <>
      <PaneHead
        title={title}
        end={
          <>
            <label className={css.smoothing}>
              Smoothing
              <input
                type="range"
                min={0}
                max={99}
                value={smoothing * 100}
                onChange={(event) => setSmoothing(Number(event.target.value) / 100)}
              />
              <b>{smoothing.toFixed(2)}</b>
            </label>
            <Segment
              label="Horizontal axis"
              value={axis}
              options={[
                { value: 'update', label: 'Updates' },
                { value: 'time', label: 'Time' },
              ]}
              onChange={setAxis}
            />
          </>
        }
      >
        <span className={drawn.length > 1 ? text.wideOnly : undefined}>{remark}</span>
      </PaneHead>
      {drawn.length === 0 ? (
        <EmptyState title="No curves yet">
          Add a training to the queue. Its losses, its mean Q and the closest distance in simulation are drawn here
          while it runs.
        </EmptyState>
      ) : (
        <div className={css.four}>
          {plotsFor(drawn).map((plot) => (
            <MeasurePane
              key={`${plot.measure} ${axis} ${drawn.map((job) => job.id).join(' ')}`}
              plot={plot}
              band={foldSeeds(lines, plot.measure, axis, smoothing)}
              axis={axis}
              end={end}
              cursor={cursor}
              live={drawn.some(isActive)}
            />
          ))}
        </div>
      )}
    </>
  )
}

const lastTime = (points: readonly CurvePoint[] | undefined): number => points?.at(-1)?.time ?? 0

interface PaneProps {
  plot: MeasurePlot
  band: Band
  axis: Axis
  end: number
  cursor: PlotCursor
  live: boolean
}

function MeasurePane({ plot, band, axis, end, cursor, live }: PaneProps) {
  const scaled = (values: readonly number[]) => values.map((value) => value * plot.scale)
  const mean = scaled(band.mean)
  const last = mean.at(-1)
  const x = band.x.at(-1)
  const format = (value: number) => (axis === 'update' ? thousands(value) : `${formatNumber(value)} s`)
  return (
    <div>
      <div className={css.plotTitle}>{plot.title}</div>
      <div className={css.plot}>
        <LinePlot
          label={plot.title}
          x={band.x}
          xRange={[0, end]}
          xFormat={(value) => (value === end && axis === 'update' ? `${format(value)} updates` : format(value))}
          yAtLeast={plot.atLeast}
          yWidth={48}
          endRoom={56}
          cursor={cursor}
          series={[
            { values: scaled(band.high), colour: 'accent', hidden: true, fillTo: 1 },
            { values: scaled(band.low), colour: 'accent', hidden: true },
            { values: scaled(band.raw), colour: 'accent', width: 1, opacity: 0.25 },
            { values: mean, colour: 'accent', width: 2, label: last === undefined ? undefined : plot.tip(last) },
          ]}
          points={last === undefined || x === undefined ? [] : [{ x, y: last, colour: 'accent' }]}
        />
        {band.x.length === 0 && (
          <p className={css.plotEmpty}>{live ? plot.empty || 'The first updates are running.' : plot.empty}</p>
        )}
      </div>
    </div>
  )
}
