import { useMemo } from 'react'
import type { StopCause } from '../../contract/robot.ts'
import { formatNumber, toDegrees } from '../parts/format.ts'
import { LinePlot } from '../plot/line-plot.tsx'
import { toolTip } from '../scene/panda-kinematics.ts'
import type { RobotSample } from '../state/robot-store.ts'
import type { IncidentSignals } from './incident-signals.ts'
import { scaled } from './incident-signals.ts'

interface Signal {
  title: string
  unit: string
  /** Of a state that this window received. */
  read: (sample: RobotSample) => number
  /** Of every control cycle in the record. */
  recorded: (signals: IncidentSignals) => Float32Array
}

/** The measured value that the cause is about: of the named joint when its unit fits one, else the tool-tip speed. */
export function stopSignal({ joint, unit }: StopCause): Signal {
  if (joint !== null) {
    const [at, name] = [joint - 1, `J${joint}`]
    if (unit === 'Nm')
      return {
        title: `external torque, joint ${joint}`,
        unit,
        read: ({ tauExternal }) => tauExternal[at] ?? NaN,
        recorded: ({ column }) => column('tau_ext', name),
      }
    if (unit === '°')
      return {
        title: `angle, joint ${joint}`,
        unit,
        read: ({ q }) => toDegrees(q[at] ?? NaN),
        recorded: ({ column }) => scaled(column('q', name), toDegrees(1)),
      }
    if (unit === '°/s')
      return {
        title: `speed, joint ${joint}`,
        unit,
        read: ({ dq }) => toDegrees(dq[at] ?? NaN),
        recorded: ({ column }) => scaled(column('dq', name), toDegrees(1)),
      }
  }
  return {
    title: 'speed of the tool tip',
    unit: 'mm/s',
    read: ({ tooltipSpeed }) => tooltipSpeed * 1000,
    recorded: toolSpeeds,
  }
}

const JOINTS = ['J1', 'J2', 'J3', 'J4', 'J5', 'J6', 'J7']
/** s; short enough that the joints turn straight on. */
const MOMENT = 1e-3

/** mm/s, from measured angles and speeds of the joints. */
function toolSpeeds({ samples, column }: IncidentSignals): Float32Array {
  const [q, dq] = [JOINTS.map((name) => column('q', name)), JOINTS.map((name) => column('dq', name))]
  return Float32Array.from({ length: samples }, (_, i) => {
    const here = q.map((values) => values[i] ?? 0)
    const there = here.map((value, joint) => value + MOMENT * (dq[joint]?.[i] ?? 0))
    return (toolTip(there).distanceTo(toolTip(here)) / MOMENT) * 1000
  })
}

interface Props {
  cause: StopCause
  /** What this window received, up to 30 times a second; shown until the record is there. */
  samples: readonly RobotSample[]
  /** Every control cycle, from the record on disk. */
  record: IncidentSignals | null
}

/** The last 2 s before the stop. */
export function StopChart({ cause, samples, record }: Props) {
  const signal = useMemo(() => stopSignal(cause), [cause])
  const { x, y } = useMemo(
    () => (record !== null && record.samples > 0 ? recorded(record, signal) : received(samples, signal)),
    [record, samples, signal],
  )
  const end = y.at(-1)
  const limit = cause.limit !== null && signal.unit === cause.unit && cause.unit === 'Nm' ? cause.limit : null
  return (
    <LinePlot
      label={`Last 2 s: ${signal.title}`}
      x={x}
      xRange={[-2, 0]}
      xFormat={(value) => `${formatNumber(value, 1)} s`}
      unit={signal.unit}
      yAtLeast={[0, limit ?? 1]}
      series={[{ values: y, colour: 't1' }]}
      limits={
        limit === null ? [] : [{ value: limit, text: `limit ${formatNumber(limit, 1)} ${cause.unit}`, colour: 'bad' }]
      }
      points={end === undefined ? [] : [{ x: x.at(-1) ?? 0, y: end, colour: 'bad' }]}
    />
  )
}

interface Curve {
  x: Float64Array
  y: Float32Array
}

/** Up to the stop: what comes after it is braking. */
function recorded(record: IncidentSignals, { recorded }: Signal): Curve {
  const until = record.time.findLastIndex((time) => time <= 0) + 1
  return { x: record.time.subarray(0, until), y: recorded(record).subarray(0, until) }
}

function received(samples: readonly RobotSample[], { read }: Signal): Curve {
  const last = samples.at(-1)?.at ?? 0
  return { x: Float64Array.from(samples, ({ at }) => (at - last) / 1000), y: Float32Array.from(samples, read) }
}
