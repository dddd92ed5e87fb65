import { useMemo } from 'react'
import type { IncidentHead } from '../../contract/incident.ts'
import { classNames } from '../parts/class-names.ts'
import { formatNumber, toDegrees } from '../parts/format.ts'
import type { PlotCursor } from '../plot/plot-cursor.ts'
import type { LinePlotProps, PlotSeries } from '../plot/line-plot.tsx'
import { LinePlot } from '../plot/line-plot.tsx'
import type { PlotBand, PlotLimit } from '../plot/plot-marks.ts'
import type { IncidentSignals } from './incident-signals.ts'
import { lengths, scaled } from './incident-signals.ts'
import css from './incident-screen.module.css'

export type PlotSet = 'joint' | 'tool' | 'link' | 'computer'

const DEGREES = toDegrees(1)
const RANGE = [-2, 1] as const

/** One plot of the stack. */
interface Plot {
  title: string
  unit: string
  series: PlotSeries[]
  limits?: PlotLimit[]
  atLeast?: readonly [number, number]
  /** Left out where the window is low, so that the others stay readable. */
  tallOnly?: boolean
  /** Own time axis, s; that of the control cycle without it. */
  x?: Float64Array
}

interface Props {
  head: IncidentHead
  signals: IncidentSignals
  set: PlotSet
  joint: number
  cursor: PlotCursor
}

/** Plots of one kind below each other on a common time; what is tinted came after the stop. */
export function IncidentPlots({ head, signals, set, joint, cursor }: Props) {
  const plots = useMemo(() => makePlots(head, signals, set, joint), [head, signals, set, joint])
  const bands = useMemo((): PlotBand[] => [{ from: 0, to: RANGE[1], colour: 'bad', cap: true }], [])
  return (
    <div className={css.plots}>
      {plots.map(({ title, unit, series, limits, atLeast, tallOnly, x }, i) => (
        <figure key={`${set} ${title}`} className={classNames(css.plot, tallOnly && css.tallOnly)}>
          <figcaption>{title}</figcaption>
          <div className={css.drawing}>
            <LinePlot
              label={`${title} around the stop`}
              x={x ?? signals.time}
              series={series}
              xRange={RANGE}
              unit={unit}
              xTicks={i === plots.length - 1}
              xFormat={(value, decimals) => `${formatNumber(value, decimals)} s`}
              yWidth={48}
              endRoom={84}
              bands={bands}
              {...(limits && { limits })}
              {...(atLeast && ({ yAtLeast: atLeast } satisfies Pick<LinePlotProps, 'yAtLeast'>))}
              cursor={cursor}
            />
          </div>
        </figure>
      ))}
    </div>
  )
}

function makePlots(head: IncidentHead, signals: IncidentSignals, set: PlotSet, joint: number): Plot[] {
  switch (set) {
    case 'joint':
      return jointPlots(head, signals, joint)
    case 'tool':
      return toolPlots(head, signals)
    case 'link':
      return linkPlots(head, signals)
    case 'computer':
      return computerPlots(head)
  }
}

const numberOf = ({ limits }: IncidentHead, name: string, at = 0): number => {
  const value = limits[name]
  return (Array.isArray(value) ? value[at] : value) ?? NaN
}

const limit = (value: number, text: string): PlotLimit => ({ value, text, colour: 'bad' })
const both = (value: number, text: string): PlotLimit[] => [limit(value, text), limit(-value, text)]

function jointPlots(head: IncidentHead, { column }: IncidentSignals, joint: number): Plot[] {
  const name = `J${joint}`
  const [q, desired] = [column('q', name), column('q_d', name)]
  const fastest = numberOf(head, 'measuredVelocity') * DEGREES
  const behind = numberOf(head, 'trackingError') * DEGREES
  return [
    {
      title: `Speed of joint ${joint}`,
      unit: '°/s',
      series: [
        { values: scaled(column('command', name), DEGREES), colour: 'edge', label: 'sent', width: 1 },
        { values: scaled(column('dq_d', name), DEGREES), colour: 'accent', label: 'accepted' },
        { values: scaled(column('dq', name), DEGREES), colour: 't1', label: 'measured' },
      ],
      limits: both(fastest, `limit ${formatNumber(fastest, 1)} °/s`),
      atLeast: [-20, 20],
    },
    {
      title: `Angle of joint ${joint}`,
      tallOnly: true,
      unit: '°',
      series: [
        { values: scaled(desired, DEGREES), colour: 'accent', label: 'wanted' },
        { values: scaled(q, DEGREES), colour: 't1', label: 'measured' },
      ],
    },
    {
      title: `Joint ${joint} behind its command`,
      unit: '°',
      series: [{ values: q.map((value, i) => ((desired[i] ?? 0) - value) * DEGREES), colour: 't1' }],
      limits: both(behind, `limit ${formatNumber(behind, 1)}°`),
    },
    {
      title: `Torque of joint ${joint}`,
      unit: 'Nm',
      series: [
        { values: column('tau_J', name), colour: 'edge', label: 'measured', width: 1 },
        { values: column('tau_ext', name), colour: 't1', label: 'from outside' },
      ],
      limits: torqueLimit(head, joint),
    },
  ]
}

/** The limit counts from the mean of the last seconds, so it is drawn only where the cause says which number it was. */
function torqueLimit({ cause }: IncidentHead, joint: number): PlotLimit[] {
  if (cause.unit !== 'Nm' || cause.joint !== joint || cause.limit === null) return []
  return [limit(cause.limit, `limit ${formatNumber(cause.limit, 1)} Nm over its mean`)]
}

function toolPlots(head: IncidentHead, { column }: IncidentSignals): Plot[] {
  const force = lengths(column('O_F_ext', 'Fx'), column('O_F_ext', 'Fy'), column('O_F_ext', 'Fz'))
  const moment = lengths(column('O_F_ext', 'Mx'), column('O_F_ext', 'My'), column('O_F_ext', 'Mz'))
  const [mostForce, mostMoment] = [numberOf(head, 'contactForce'), numberOf(head, 'contactMoment')]
  const axes = (names: string[]): PlotSeries[] =>
    names.map((name, i) => ({
      values: column('O_F_ext', name),
      colour: (['d1', 'd2', 'd3'] as const)[i] ?? 'd1',
      label: name,
      width: 1,
    }))
  return [
    {
      title: 'Force on the tool',
      unit: 'N',
      series: [...axes(['Fx', 'Fy', 'Fz']), { values: force, colour: 't1', label: 'size' }],
      limits: [limit(mostForce, `limit ${formatNumber(mostForce)} N`)],
      atLeast: [0, mostForce],
    },
    {
      title: 'Moment on the tool',
      unit: 'Nm',
      series: [...axes(['Mx', 'My', 'Mz']), { values: moment, colour: 't1', label: 'size' }],
      limits: [limit(mostMoment, `limit ${formatNumber(mostMoment)} Nm`)],
      atLeast: [0, mostMoment],
    },
  ]
}

function linkPlots(head: IncidentHead, { column }: IncidentSignals): Plot[] {
  const least = 100 * numberOf(head, 'successRateStop')
  const late = 1e6 * numberOf(head, 'cycleTimeLate')
  const cycle = Array.from(column('cycle time'), (us) => (us < 0 ? null : us))
  return [
    {
      title: 'Commands that reached the robot in time',
      unit: '%',
      series: [{ values: scaled(column('success rate'), 100), colour: 't1' }],
      limits: [limit(least, `limit ${formatNumber(least)} %`)],
      atLeast: [least, 100],
    },
    {
      title: 'States missed before this one: lost, or a newer one was there',
      unit: 'states',
      series: [{ values: column('message id gap'), colour: 't1' }],
      atLeast: [0, numberOf(head, 'gapRamp')],
    },
    {
      title: 'Own cycle, state taken to command sent',
      unit: 'µs',
      series: [{ values: cycle, colour: 't1' }],
      limits: [limit(late, `late ${formatNumber(late)} µs`)],
      atLeast: [0, late],
    },
  ]
}

function computerPlots({ load }: IncidentHead): Plot[] {
  const x = Float64Array.from(load, ({ at }) => at / 1000)
  return [
    {
      title: 'Processors busy, all cores',
      unit: '%',
      series: [{ values: load.map(({ busy }) => (busy === null ? null : 100 * busy)), colour: 't1' }],
      atLeast: [0, 100],
      x,
    },
    {
      title: 'Station’s own timer late',
      unit: 'ms',
      series: [{ values: load.map(({ late }) => late), colour: 't1' }],
      atLeast: [0, 50],
      x,
    },
    {
      title: 'Free memory',
      unit: 'GB',
      series: [{ values: load.map(({ freeMemory }) => freeMemory / 1e9), colour: 't1' }],
      atLeast: [0, 1],
      x,
    },
  ]
}
