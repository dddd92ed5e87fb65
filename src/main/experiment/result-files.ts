import { join } from 'node:path'
import type { ExperimentPlan } from '../../contract/experiment.ts'
import type { Mode } from '../../contract/world.ts'
import { paperDistance } from '../evaluation/table1.ts'
import { writeDurably } from '../platform/durable-file.ts'
import { csvText } from '../platform/csv.ts'
import { figure3Svg } from './figure3-svg.ts'
import { JobFolder } from './job-folder.ts'
import { RESAMPLES } from './interquartile-mean.ts'
import { readRows } from './result-rows.ts'
import type { ResultRow } from './result-rows.ts'
import { cellsOf, rowsOf, summarize } from './summarize.ts'
import type { CellResults } from './summarize.ts'
import { experimentTable1Svg } from './table1-svg.ts'

const COLUMNS = [
  'world', 'explorer', 'learner', 'mode', 'goal', 'seed', 'update', 'episodes', 'return_mean', 'return_std',
  'length_mean', 'closest_m_mean', 'final_m_mean', 'd4rl_score',
] as const // prettier-ignore

const TABLE = 'results.csv'

/** Names of the files that other tools read: the table of all evaluations, or the figures, one for each mode. */
export function resultFiles(plan: Pick<ExperimentPlan, 'experiment' | 'modes'>, kind: 'csv' | 'svg'): string[] {
  return kind === 'csv' ? [TABLE] : plan.modes.map((mode) => figureOf(plan, mode))
}

function figureOf({ experiment, modes }: Pick<ExperimentPlan, 'experiment' | 'modes'>, mode: Mode): string {
  return modes.length === 1 ? `${experiment}.svg` : `${experiment}-${mode}.svg`
}

/** Everything that is known so far, cell by cell. */
export function readCells(folder: string, plan: ExperimentPlan): CellResults[] {
  const rows = readRows(folder, plan)
  return cellsOf(plan).map((key) => {
    const own = rowsOf(rows, key)
    const paperM = plan.experiment === 'table1' ? paperDistance(key.learner, key.explorer) : null
    return { key, rows: own, curve: summarize(own), paperM }
  })
}

/**
 * Writes `results.json`, `results.csv` and the figures of what is known so far; the files of the same results are the
 * same to the last byte, however the work was shared and cut. Returns the number of rows.
 */
export function writeResults(folder: string, plan: ExperimentPlan): number {
  const cells = readCells(folder, plan)
  const rows = cells.flatMap((cell) => cell.rows)
  writeDurably(join(folder, TABLE), csvText([COLUMNS, ...rows.map(fieldsOf)]))
  writeDurably(join(folder, 'results.json'), JSON.stringify(resultsJson(folder, plan, cells), null, 1) + '\n')
  for (const mode of plan.modes) {
    const ofMode = cells.filter(({ key }) => key.mode === mode)
    const draw = plan.experiment === 'figure3' ? figure3Svg : experimentTable1Svg
    writeDurably(join(folder, figureOf(plan, mode)), draw(plan, ofMode))
  }
  return rows.length
}

function resultsJson(folder: string, plan: ExperimentPlan, cells: readonly CellResults[]): object {
  const { experiment, scale, counts, worlds, explorers, learners, modes, goals, seeds, appVersion } = plan
  const unfinished = plan.jobs.filter(({ id }) => !new JobFolder(folder, id).isDone())
  return {
    format: 'forager-experiment-results',
    format_version: 1,
    experiment,
    app_version: appVersion,
    scale,
    counts,
    worlds,
    explorers,
    learners,
    modes,
    goals,
    seeds,
    jobs: plan.jobs.length,
    jobs_done: plan.jobs.length - unfinished.length,
    failures: unfinished.flatMap(({ id }) => {
      const problem = new JobFolder(folder, id).failure()
      return problem === null ? [] : [{ job: id, code: problem.code, message: problem.message }]
    }),
    aggregate: {
      value: 'interquartile mean over seeds, and goals where there are any',
      interval: `95 %, stratified bootstrap of ${RESAMPLES} resamples`,
      measure: experiment === 'table1' ? 'closest tool-tip distance, m' : 'undiscounted return',
    },
    cells: cells.map(({ key, curve, paperM }) => ({
      ...key,
      paper_m: paperM,
      curve: curve.map(({ finalM, ...point }) => ({ ...point, final_m: finalM })),
    })),
    rows: cells.flatMap(({ rows }) => rows.map(namedFields)),
  }
}

function namedFields(row: ResultRow): Record<string, string | number | null> {
  const values = valuesOf(row)
  return Object.fromEntries(COLUMNS.map((column, i) => [column, values[i] ?? null]))
}

function fieldsOf(row: ResultRow): (string | number)[] {
  return valuesOf(row).map((value) => value ?? '')
}

/** In the order of the columns. */
function valuesOf(row: ResultRow): (string | number | null)[] {
  return [
    row.world,
    row.explorer,
    row.learner,
    row.mode,
    row.goal,
    row.seed,
    row.update,
    row.episodes,
    row.returnMean,
    row.returnStd,
    row.lengthMean,
    row.closestMeanM,
    row.finalMeanM,
    row.d4rlScore,
  ]
}
