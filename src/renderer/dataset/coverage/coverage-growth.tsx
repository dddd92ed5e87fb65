import type { DatasetCoverage } from '../../../contract/dataset-coverage.ts'
import { formatNumber, formatPercent } from '../../parts/format.ts'
import { LinePlot } from '../../plot/line-plot.tsx'
import type { PlotSeries } from '../../plot/line-plot.tsx'
import css from './coverage-view.module.css'

type Props = { names: readonly string[]; coverages: readonly DatasetCoverage[] }
type Growth = DatasetCoverage['growth']

/** Points of a curve; more cannot be told apart. */
const POINTS = 240
const COLOURS = ['accent', 'd2'] as const

/** How the share of the workspace and the entropy of the joint angles grew with the transitions. */
export function CoverageGrowth({ names, coverages }: Props) {
  const curves = coverages.map(({ growth }) => growth)
  if (curves.every((growth) => growth.length === 0)) return null
  const most = Math.max(...curves.map((growth) => growth.at(-1)?.[0] ?? 0))
  const x = Array.from({ length: POINTS + 1 }, (_, i) => (most * i) / POINTS)
  const said = coverages.map(({ workspace }, i) => `${names[i] ?? ''} ${formatPercent(workspace?.fraction)} %`)
  return (
    <div className={css.growth}>
      <div className={css.caption}>
        <b>Growth</b> <i className={css.whole} /> workspace <i className={css.dashed} /> entropy of the angles
      </div>
      <div className={css.plot}>
        <LinePlot
          label={`Workspace reached in the end: ${said.join(', ')}`}
          x={x}
          xRange={[0, most]}
          xFormat={(value) => (value >= 1000 ? `${formatNumber(value / 1000)}k` : formatNumber(value))}
          yRange={[0, 100]}
          unit="%"
          series={curves.flatMap((growth, i) => linesOf(growth, x, COLOURS[i] ?? 'd2'))}
        />
      </div>
    </div>
  )
}

function linesOf(growth: Growth, x: readonly number[], colour: 'accent' | 'd2'): PlotSeries[] {
  const values = x.map((transitions) => at(growth, transitions))
  return [
    { values: values.map((point) => point && point[1] * 100), colour, width: 2 },
    { values: values.map((point) => point && point[2] * 100), colour, dash: [4, 3] },
  ]
}

/** Newest point that is not later; null beyond the last one, where the dataset ends. */
function at(growth: Growth, transitions: number): Growth[number] | null {
  if (transitions > (growth.at(-1)?.[0] ?? 0)) return null
  return growth.findLast(([count]) => count <= transitions) ?? null
}
