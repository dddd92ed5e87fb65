import { useMemo } from 'react'
import type { ArmLimits } from '../../../contract/robot.ts'
import { formatNumber } from '../../parts/format.ts'
import { LinePlot } from '../../plot/line-plot.tsx'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { nearestWall } from '../../scene/allowed-box-lines.ts'
import type { EpisodeSignals } from './episode-signals.ts'
import { durationOf } from './episode-signals.ts'

type Props = {
  signals: EpisodeSignals
  limits: ArmLimits
  cursor: PlotCursor
  /** Room left of the plot, px; that of the plot above, so that their cursors stand in one line. */
  leftRoom: number
}

/** Distance from the tool tip to the nearest wall of the box, mm; below the dashed line the supervisor slows. */
export function WallPlot({ signals, limits, cursor, leftRoom }: Props) {
  const series = useMemo(() => {
    const { tooltip, steps } = signals
    const values = new Float64Array(steps + 1)
    for (let t = 0; t <= steps; t++) {
      const [x, y, z] = tooltip.subarray(3 * t, 3 * t + 3)
      values[t] = 1000 * nearestWall(limits.box, x ?? 0, y ?? 0, z ?? 0).distance
    }
    return [{ values, colour: 't1' as const }]
  }, [signals, limits])
  const slow = 1000 * limits.boxSlowMargin
  const dashed = useMemo(
    () => [
      { value: slow, text: `slows below ${formatNumber(slow)} mm`, colour: 'warn' as const, side: 'left' as const },
    ],
    [slow],
  )
  const xRange = useMemo(() => [0, durationOf(signals)] as const, [signals])
  return (
    <LinePlot
      label="Distance from the tool tip to the nearest wall over time"
      x={signals.times}
      series={series}
      xRange={xRange}
      yAtLeast={[0, 200]}
      limits={dashed}
      cursor={cursor}
      yWidth={leftRoom}
      xFormat={(value, decimals) => `${formatNumber(value, decimals)} s`}
    />
  )
}
