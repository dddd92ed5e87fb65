import { useMemo } from 'react'
import type { RunSheet } from '../../../contract/dataset.ts'
import type { ArmLimits } from '../../../contract/robot.ts'
import { formatNumber, toDegrees } from '../../parts/format.ts'
import type { Lane, LaneCurve, LaneMarks } from '../../plot/lane-plot.tsx'
import { LanePlot } from '../../plot/lane-plot.tsx'
import type { PlotBand } from '../../plot/plot-marks.ts'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { usePlotCursor } from '../../plot/plot-cursor.ts'
import type { EpisodeSignals } from './episode-signals.ts'
import { CLIP, columns, durationOf, stepAt } from './episode-signals.ts'

export type LaneQuantity = 'speed' | 'position' | 'action'

type Props = {
  signals: EpisodeSignals
  sheet: RunSheet
  limits: ArmLimits | null
  quantity: LaneQuantity
  bands: readonly PlotBand[]
  cursor: PlotCursor
  /** Room for names and values, px. */
  leftRoom: number
  /** Prints the value under the mouse, or at the cursor, beside each name. */
  withValues: boolean
  /** Time axis below the lanes; a plot beneath may carry it. */
  xTicks: boolean
}

/** The lanes of one quantity: what is drawn, and how a value is printed. */
type LaneSet = { lanes: Lane[]; curves: LaneCurve[]; marks?: LaneMarks; print: (lane: number, step: number) => string }

const ARM_JOINTS = 7

/** One lane a joint: speed asked, sent and measured; position within its limits; or the action as the policy sees it. */
export function EpisodeLanes({ signals, sheet, limits, quantity, bands, cursor, leftRoom, withValues, xTicks }: Props) {
  const set = useMemo(() => laneSet(signals, sheet, limits, quantity), [signals, sheet, limits, quantity])
  const xRange = useMemo(() => [0, durationOf(signals)] as const, [signals])
  const x = useMemo(() => signals.times.subarray(0, signals.steps), [signals])
  const step = usePlotCursor(cursor, ({ hover, at }) => (withValues ? stepAt(signals, hover ?? at ?? 0) : 0))
  const now = withValues ? set.lanes.map((_, lane) => set.print(lane, Math.min(step, signals.steps - 1))) : undefined
  return (
    <LanePlot
      label={`${quantity} of every joint over time`}
      x={x}
      lanes={set.lanes}
      curves={set.curves}
      xRange={xRange}
      bands={bands}
      cursor={cursor}
      nameWidth={leftRoom}
      xTicks={xTicks}
      xFormat={(value, decimals) => `${formatNumber(value, decimals)} s`}
      {...(set.marks ? { marks: set.marks } : {})}
      {...(now ? { now } : {})}
    />
  )
}

function laneSet(signals: EpisodeSignals, sheet: RunSheet, limits: ArmLimits | null, quantity: LaneQuantity): LaneSet {
  if (quantity === 'position') return positionLanes(signals, limits)
  return actionLanes(signals, sheet, quantity === 'speed')
}

/** Speed in °/s or action in -1..1: the same curves, printed in another unit; measured speed only where it is known. */
function actionLanes(signals: EpisodeSignals, sheet: RunSheet, asSpeed: boolean): LaneSet {
  const { asked, sent, actionSize, actionScale, observations, observationSize } = signals
  const lanes = sheet.action.map((action, i) => ({ name: laneName(action.name, i), middle: 0, reach: 1 }))
  const curves: LaneCurve[] = [
    { rows: asked, colour: 'edge', width: 1 },
    { rows: sent, colour: 'accent', width: 1.5 },
  ]
  // Which of the joints was clipped: the flag of a step says only that one was.
  const marks: LaneMarks = { rows: asked, beyond: CLIP, colour: 'd3' }
  if (!asSpeed) return { lanes, curves, marks, print: (lane, step) => formatNumber(sent[step * actionSize + lane], 2) }
  const measured = columns(observations, observationSize, ARM_JOINTS, ARM_JOINTS)
  for (let i = 0; i < measured.length; i++) measured[i] = (measured[i] ?? 0) / (actionScale[i % ARM_JOINTS] ?? 1)
  // Below the sent curve: it shows where the arm did not follow.
  curves.splice(1, 0, { rows: measured, colour: 't1', width: 1 })
  const print = (lane: number, step: number): string => {
    const speed = (sent[step * actionSize + lane] ?? 0) * (actionScale[lane] ?? 1)
    return `${formatNumber(toDegrees(speed), 1)} °/s`
  }
  return { lanes, curves, marks, print }
}

/** Joint angles; the dotted lines of a lane are the joint's limits. */
function positionLanes({ observations, observationSize }: EpisodeSignals, limits: ArmLimits | null): LaneSet {
  const lanes = Array.from({ length: ARM_JOINTS }, (_, joint): Lane => {
    const low = limits?.qMin[joint] ?? -Math.PI
    const high = limits?.qMax[joint] ?? Math.PI
    return { name: `J${joint + 1}`, middle: (low + high) / 2, reach: (high - low) / 2 }
  })
  const rows = columns(observations, observationSize, 0, ARM_JOINTS)
  const print = (lane: number, step: number): string =>
    `${formatNumber(toDegrees(rows[step * ARM_JOINTS + lane] ?? 0), 1)}°`
  return { lanes, curves: [{ rows, colour: 't1', width: 1.5 }], print }
}

/** The arm's joints are J1..J7 everywhere; other worlds keep their own names. */
export const laneName = (name: string, i: number): string =>
  /^(a|u|v|dq|action)?_?\d+$/i.test(name) ? `J${i + 1}` : name
