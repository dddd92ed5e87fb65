import { setImmediate as breathe } from 'node:timers/promises'
import { updatesOf } from '../../contract/experiment.ts'
import type {
  ExperimentCell,
  ExperimentCurve,
  ExperimentPlan,
  ExperimentView,
  JobResult,
} from '../../contract/experiment.ts'
import { refusal } from '../../contract/problem.ts'
import { paperDistance } from '../evaluation/table1.ts'
import { EvaluationLog } from './evaluation-log.ts'
import { countStates, fractionDone, timeLeft } from './experiment-reader.ts'
import type { JobStatus } from './experiment-reader.ts'
import { JobFolder } from './job-folder.ts'
import { labelOf } from './method-labels.ts'
import { rowOf } from './result-rows.ts'
import type { ResultRow } from './result-rows.ts'
import { cellsOf, measureOf, summaryAt } from './summarize.ts'
import type { CellKey } from './summarize.ts'

type Named = Pick<ExperimentView, 'id' | 'path'>

/** An experiment as a grid: learners down, in their worlds, and explorers across. Between cells others get their turn. */
export async function viewOf(
  named: Named,
  plan: ExperimentPlan,
  statuses: readonly JobStatus[],
): Promise<ExperimentView> {
  const cells: ExperimentCell[] = []
  for (const key of cellsOf(plan)) {
    cells.push(cellOf(plan, key, statuses))
    await breathe()
  }
  const { experiment, scale, counts, seeds, appVersion, createdAt } = plan
  return {
    ...named,
    plan: { experiment, scale, counts, seeds, appVersion, createdAt },
    goals: plan.goals.map(({ name }) => name),
    rows: rowsOfView(plan),
    columns: plan.explorers.map((key) => ({ key, label: labelOf(key) })),
    cells,
    jobs: countStates(statuses),
    etaS: timeLeft(statuses),
  }
}

function rowKey({ world, learner, mode }: CellKey): string {
  return [world, learner, mode].join(' ')
}

function rowsOfView(plan: ExperimentPlan): ExperimentView['rows'] {
  const first = plan.explorers[0]
  return cellsOf(plan)
    .filter(({ explorer }) => explorer === first)
    .map((key) => {
      const where = plan.experiment === 'table1' ? [] : [key.world]
      const mode = plan.modes.length > 1 || plan.experiment === 'table1' ? [`${key.mode} mode`] : []
      return {
        key: rowKey(key),
        label: labelOf(key.learner),
        group: [...where, ...mode].join(', '),
        updates: updatesOf(plan, key.learner),
      }
    })
}

function isOf(key: CellKey): (status: JobStatus) => boolean {
  return ({ job }) =>
    job.world === key.world &&
    job.explorer === key.explorer &&
    job.mode === key.mode &&
    (job.learner === null || job.learner === key.learner)
}

function cellOf(plan: ExperimentPlan, key: CellKey, statuses: readonly JobStatus[]): ExperimentCell {
  const own = statuses.filter(isOf(key))
  const evaluations = own.filter(({ job }) => job.kind === 'evaluate')
  const rows = evaluations.flatMap(({ job, result }) => rowsOfResult(job, result))
  const point = rows.length === 0 ? null : summaryAt(rows, updatesOf(plan, key.learner))
  return {
    row: rowKey(key),
    column: key.explorer,
    ...goingOn(own),
    fraction: fractionDone(own),
    value: point?.value ?? null,
    low: point?.low ?? null,
    high: point?.high ?? null,
    finalM: point?.finalM ?? null,
    goals: plan.goals.map(({ name }) => ({ goal: name, closestM: closestTo(name, rows) })),
    paperM: plan.experiment === 'table1' ? paperDistance(key.learner, key.explorer) : null,
    runs: rows.length,
    runsTotal: evaluations.length,
    problem: own.find(({ problem }) => problem !== null)?.problem ?? null,
  }
}

function closestTo(goal: string, rows: readonly ResultRow[]): number | null {
  const own = rows.filter((row) => row.goal === goal).map(measureOf)
  return own.length === 0 ? null : own.reduce((sum, value) => sum + value, 0) / own.length
}

function rowsOfResult(job: JobStatus['job'], result: JobResult | null): ResultRow[] {
  return result?.evaluation ? [rowOf(job, result.evaluation)] : []
}

/** The state of a cell, and what goes on in it. */
function goingOn(own: readonly JobStatus[]): Pick<ExperimentCell, 'state' | 'note'> {
  const running = own.filter(({ state }) => state === 'running')
  const of = (kind: string): JobStatus | undefined => running.find(({ job }) => job.kind === kind)
  const [training, evaluating, collecting] = [of('train'), of('evaluate'), of('collect')]
  const note = (status: JobStatus): string =>
    [`seed ${status.job.seed}`, ...(status.job.goal === null ? [] : [`goal ${status.job.goal}`]), status.progress.note]
      .filter((words) => words !== '')
      .join(', ')
  if (training) return { state: 'training', note: note(training) }
  if (evaluating) return { state: 'evaluating', note: note(evaluating) }
  if (collecting) return { state: 'collecting', note: note(collecting) }
  const { waiting, failed, blocked } = countStates(own)
  if (waiting > 0) return { state: 'waiting', note: `${waiting} of ${own.length} jobs to do` }
  return failed + blocked > 0
    ? { state: 'failed', note: own.find(({ problem }) => problem !== null)?.problem?.message ?? '' }
    : { state: 'done', note: '' }
}

/** The curve of one cell as far as it is known. Refuses a cell that the experiment does not have. */
export async function curveOf(
  folder: string,
  plan: ExperimentPlan,
  statuses: readonly JobStatus[],
  row: string,
  column: string,
): Promise<ExperimentCurve> {
  const key = cellsOf(plan).find((each) => rowKey(each) === row && each.explorer === column)
  if (!key) throw refusal('cell-unknown', 'This experiment has no such cell.', 'Choose one of the grid.')
  const rows: ResultRow[] = []
  for (const { job, result } of statuses.filter(isOf(key))) {
    if (job.kind === 'train')
      for (const evaluation of new EvaluationLog(new JobFolder(folder, job.id).path).read())
        rows.push(rowOf(job, evaluation))
    rows.push(...rowsOfResult(job, result))
    await breathe()
  }
  const mean: ExperimentCurve['mean'] = []
  for (const update of new Set(rows.map((each) => each.update).sort((a, b) => a - b))) {
    const { value, low, high, runs } = summaryAt(rows, update)
    mean.push({ update, value, low, high, runs })
    await breathe()
  }
  return { row, column, runs: runsOf(rows), mean }
}

function runsOf(rows: readonly ResultRow[]): ExperimentCurve['runs'] {
  const runs = new Map<string, ExperimentCurve['runs'][number]>()
  for (const row of rows) {
    const key = `${row.seed} ${row.goal}`
    const run = runs.get(key) ?? { seed: row.seed, goal: row.goal === '' ? null : row.goal, points: [] }
    run.points.push([row.update, measureOf(row)])
    runs.set(key, run)
  }
  return [...runs.values()]
}
