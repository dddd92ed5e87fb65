import { useEffect } from 'react'
import type { ExperimentCurve, ExperimentView } from '../../contract/experiment.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatNumber } from '../parts/format.ts'
import { Notice } from '../parts/notice.tsx'
import { PaneHead } from '../parts/pane.tsx'
import text from '../parts/text.module.css'
import { LinePlot, type PlotSeries } from '../plot/line-plot.tsx'
import evaluateCss from './evaluate-screen.module.css'
import { valueText } from './experiment-grid.tsx'
import { cellAt, loadCurve, useExperiment } from './experiment-store.ts'

/** How the opened cell came to its value: every run thin, their interquartile mean with its band in front. */
export function ExperimentCurvePane({ view }: { view: ExperimentView }) {
  const { opened, curve, curveProblem } = useExperiment()
  const cell = cellAt(view, opened)
  // Read again when the cell has come further, and with the next news after a reading that failed.
  const step = cell === undefined ? '' : `${cell.runs} ${cell.fraction.toFixed(3)}`
  const news = curveProblem === null ? null : view
  useEffect(() => {
    if (opened !== null) void loadCurve(view.id, opened)
  }, [view.id, opened, step, news])
  if (cell === undefined) {
    return (
      <>
        <PaneHead title="Curve" />
        <EmptyState small title="No cell is open">
          Click a cell, or press Enter on it: the value of its policies over the updates is drawn here.
        </EmptyState>
      </>
    )
  }
  const measure = view.plan.experiment === 'table1' ? 'closest distance over the updates, m' : 'return over the updates'
  return (
    <>
      <PaneHead title={titleOf(view, cell.row, cell.column)} end={<span className={text.wideOnly}>{measure}</span>}>
        {cell.value === null ? '' : `trained ${valueText(cell, cell.value)}`}
      </PaneHead>
      {curveProblem !== null && (
        <Notice
          kind="bad"
          title={curveProblem.message}
          actions={
            <Button size="small" onClick={() => void loadCurve(view.id, cell)}>
              Try again
            </Button>
          }
        >
          {curveProblem.tip}
        </Notice>
      )}
      {cell.problem !== null && (
        <Notice kind="bad" title={cell.problem.message}>
          {cell.problem.tip}
        </Notice>
      )}
      {curve === null || curve.mean.length === 0 ? (
        <EmptyState small title={curve === null ? 'Reading the curve' : 'Not evaluated yet'}>
          {curve === null ? 'It stands in the folders of its trainings.' : cell.note}
        </EmptyState>
      ) : (
        <div className={evaluateCss.plotBody}>
          <CurvePlot curve={curve} view={view} />
        </div>
      )}
    </>
  )
}

export function titleOf(view: ExperimentView, row: string, column: string): string {
  const learner = view.rows.find((item) => item.key === row)
  const explorer = view.columns.find((item) => item.key === column)?.label ?? column
  const where = view.plan.experiment === 'figure3' ? `, ${learner?.group ?? ''}` : ''
  return `${learner?.label ?? row} on ${explorer} data${where}`
}

function CurvePlot({ curve, view }: { curve: ExperimentCurve; view: ExperimentView }) {
  const updates = view.rows.find(({ key }) => key === curve.row)?.updates ?? view.plan.counts.updates
  const isTable = view.plan.experiment === 'table1'
  const x = Float64Array.from(curve.mean, ({ update }) => update)
  const band = curve.mean.some(({ low }) => low !== null)
  const last = curve.mean.at(-1)
  const decimals = isTable ? 2 : 0
  const series: PlotSeries[] = [
    { values: curve.mean.map(({ high, value }) => high ?? value), colour: 'accent', hidden: true, fillTo: 1 },
    { values: curve.mean.map(({ low, value }) => low ?? value), colour: 'accent', hidden: true },
    ...(curve.runs.length > 1 ? curve.runs : []).map((run): PlotSeries => {
      const values = new Map(run.points)
      return { values: Array.from(x, (update) => values.get(update) ?? null), colour: 't3', width: 1, opacity: 0.45 }
    }),
    {
      values: curve.mean.map(({ value }) => value),
      colour: 'accent',
      width: 2,
      label: last === undefined ? undefined : formatNumber(last.value, decimals),
    },
  ]
  return (
    <LinePlot
      key={`${view.id} ${curve.row} ${curve.column}`}
      label={`${titleOf(view, curve.row, curve.column)} over the updates`}
      x={x}
      xRange={[0, updates]}
      xFormat={(value) => (value === updates ? `${formatNumber(value)} updates` : formatNumber(value))}
      {...(isTable ? { yAtLeast: [0, 0.4] as const, unit: 'm' } : {})}
      yWidth={56}
      endRoom={64}
      series={band ? series : series.slice(2)}
      limits={isTable ? paperLimit(view, curve) : []}
    />
  )
}

function paperLimit(view: ExperimentView, { row, column }: ExperimentCurve) {
  const paperM = cellAt(view, { row, column })?.paperM ?? null
  return paperM === null ? [] : [{ value: paperM, text: `paper ${paperM.toFixed(2)}`, colour: 'goal' as const }]
}
