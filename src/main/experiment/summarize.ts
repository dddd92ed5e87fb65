import type { ExperimentPlan } from '../../contract/experiment.ts'
import { aggregate } from './interquartile-mean.ts'
import type { ResultRow } from './result-rows.ts'

/** All runs of one explorer and learner in one world and mode. */
export interface CellKey {
  world: string
  explorer: string
  learner: string
  mode: string
}

/** A point of the curve of a cell. */
export interface SummaryPoint {
  update: number
  /** Runs behind it: seeds, times goals for the arm. */
  runs: number
  /** Interquartile mean of the return, or of the closest distance in m, with its 95 % interval. */
  value: number
  low: number | null
  high: number | null
  /** The plain mean, as the paper prints it. */
  mean: number
  /** Plain mean of the final distance, m; null without goals. */
  finalM: number | null
}

/** A cell with its curve. */
export interface CellResults {
  key: CellKey
  rows: ResultRow[]
  curve: SummaryPoint[]
  paperM: number | null
}

/** What a row is judged by: the closest distance in m where there is a goal (lower is better), else the return. */
export function measureOf(row: ResultRow): number {
  return row.closestMeanM ?? row.returnMean
}

/** Every cell of the plan, in its order: worlds, learners, modes, then explorers. */
export function cellsOf(plan: ExperimentPlan): CellKey[] {
  const { worlds, learners, modes, explorers } = plan
  return worlds.flatMap((world) =>
    learners.flatMap((learner) =>
      modes.flatMap((mode) => explorers.map((explorer) => ({ world, explorer, learner, mode }))),
    ),
  )
}

export function rowsOf(rows: readonly ResultRow[], key: CellKey): ResultRow[] {
  return rows.filter(
    (row) =>
      row.world === key.world && row.explorer === key.explorer && row.learner === key.learner && row.mode === key.mode,
  )
}

/** The curve of a cell. Goals are the tasks that the bootstrap resamples seeds within. */
export function summarize(rowsOfCell: readonly ResultRow[]): SummaryPoint[] {
  const updates = [...new Set(rowsOfCell.map(({ update }) => update))].sort((a, b) => a - b)
  return updates.map((update) => summaryAt(rowsOfCell, update))
}

/** The point at one update; its value is NaN where nothing is known. */
export function summaryAt(rowsOfCell: readonly ResultRow[], update: number): SummaryPoint {
  const rows = rowsOfCell.filter((row) => row.update === update)
  const goals = [...new Set(rows.map(({ goal }) => goal))]
  const tasks = goals.map((goal) => rows.filter((row) => row.goal === goal).map(measureOf))
  const finals = rows.flatMap(({ finalMeanM }) => (finalMeanM === null ? [] : [finalMeanM]))
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    update,
    runs: rows.length,
    ...aggregate(tasks),
    mean: mean(tasks.flat()),
    finalM: finals.length === 0 ? null : mean(finals),
  }
}
