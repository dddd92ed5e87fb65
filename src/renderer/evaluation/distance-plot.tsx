import { metresText } from '../../contract/metres.ts'
import { useEffect } from 'react'
import type { TryResult } from '../../contract/evaluation.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatNumber } from '../parts/format.ts'
import { PaneHead } from '../parts/pane.tsx'
import text from '../parts/text.module.css'
import { LinePlot, type PlotSeries } from '../plot/line-plot.tsx'
import css from './evaluate-screen.module.css'
import { loadTrace, useEvaluate } from './evaluate-store.ts'
import { closestTry } from './goal-table.tsx'

interface Props {
  /** A goal by its letter, empty for the only one of a task, and what was tried towards it. */
  goal: { goal: string; tries: readonly TryResult[] } | undefined
}

/** Distance of the tool tip to one goal over its tries; the closest try in front. */
export function DistancePlot({ goal }: Props) {
  const traces = useEvaluate((state) => state.traces)
  const tries = goal?.tries ?? []
  const key = tries.map((item) => item.id).join(' ')
  useEffect(() => {
    for (const id of key === '' ? [] : key.split(' ')) void loadTrace(id)
  }, [key])
  if (goal === undefined) return <PaneHead title="Distance to the goal" />
  const title = goal.goal === '' ? 'Distance to the goal' : `Distance to goal ${goal.goal}`
  const best = closestTry(goal)
  if (best === undefined) {
    return (
      <>
        <PaneHead title={title} />
        <EmptyState small title="Not tried yet">
          The distance of the tool tip to the goal over each try is drawn here.
        </EmptyState>
      </>
    )
  }
  const number = tries.indexOf(best) + 1
  const loaded = tries.flatMap((item) => {
    const trace = traces[item.id]
    return trace === undefined ? [] : [{ id: item.id, trace }]
  })
  const longest = loaded.reduce((most, { trace }) => Math.max(most, trace.distance.length), 1)
  const period = loaded[0]?.trace.stepPeriodS ?? 0.05
  const x = Float64Array.from({ length: longest }, (_, i) => i * period)
  const series = [...loaded]
    .sort((a, b) => Number(a.id === best.id) - Number(b.id === best.id))
    .map(({ id, trace }): PlotSeries => {
      const values = Array.from({ length: longest }, (_, i) => trace.distance[i] ?? null)
      return { values, colour: id === best.id ? 'accent' : 't3', width: id === best.id ? 2 : 1.25 }
    })
  return (
    <>
      <PaneHead
        title={title}
        end={<span className={text.wideOnly}>{tries.length === 1 ? '1 try' : `${tries.length} tries`}</span>}
      >
        closest {metresText(best.closestM)} m, try {number}
      </PaneHead>
      <div className={css.plotBody}>
        <LinePlot
          key={`${goal.goal} ${loaded.length}`}
          label={`${title} over ${tries.length} tries`}
          x={x}
          xRange={[0, Math.max(longest - 1, 1) * period]}
          xFormat={(value, decimals) => `${formatNumber(value, decimals)} s`}
          yAtLeast={[0, 0.2]}
          yFormat={(value) => formatNumber(value, 1)}
          unit="m"
          series={series}
          limits={[{ value: best.closestM, text: '', colour: 'accent' }]}
        />
      </div>
    </>
  )
}
