import type { StopCause } from '../../contract/robot.ts'
import { formatNumber, toDegrees } from '../parts/format.ts'
import { LinePlot } from '../plot/line-plot.tsx'
import type { RobotSample } from '../state/robot-store.ts'

interface Signal {
  title: string
  unit: string
  read: (sample: RobotSample) => number
}

/** The measured value that the cause is about: of the named joint when its unit fits one, else the tool-tip speed. */
export function stopSignal({ joint, unit }: StopCause): Signal {
  if (joint !== null) {
    const at = joint - 1
    if (unit === 'Nm')
      return { title: `external torque, joint ${joint}`, unit, read: ({ tauExternal }) => tauExternal[at] ?? NaN }
    if (unit === '°') return { title: `angle, joint ${joint}`, unit, read: ({ q }) => toDegrees(q[at] ?? NaN) }
    if (unit === '°/s') return { title: `speed, joint ${joint}`, unit, read: ({ dq }) => toDegrees(dq[at] ?? NaN) }
  }
  return { title: 'speed of the tool tip', unit: 'mm/s', read: ({ tooltipSpeed }) => tooltipSpeed * 1000 }
}

/** The last 2 s, from samples that this window received 30 times a second. */
export function StopChart({ cause, samples }: { cause: StopCause; samples: readonly RobotSample[] }) {
  const signal = stopSignal(cause)
  const last = samples.at(-1)?.at ?? 0
  const x = samples.map(({ at }) => (at - last) / 1000)
  const y = samples.map(signal.read)
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
      points={end === undefined ? [] : [{ x: 0, y: end, colour: 'bad' }]}
    />
  )
}
