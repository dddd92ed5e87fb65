import type { ExperimentCell, ExperimentView } from '../../contract/experiment.ts'
import { classNames } from '../parts/class-names.ts'
import { formatNumber } from '../parts/format.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { ProgressBar } from '../parts/progress-bar.tsx'
import { StateWord } from '../parts/state-word.tsx'
import css from './experiment.module.css'
import { cellAt, openCell, useExperiment } from './experiment-store.ts'
import table from './table-one.module.css'

const WORDS: Record<ExperimentCell['state'], [GlyphKind, string]> = {
  waiting: ['wait', 'Waiting'],
  collecting: ['act', 'Collecting'],
  training: ['act', 'Training'],
  evaluating: ['act', 'Evaluating'],
  done: ['ok', 'Done'],
  failed: ['bad', 'Failed'],
}

const STEP: Record<string, [number, number]> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
}

/** Learners down, explorers across. Arrows move the focus, Enter or a click opens the curve of a cell. */
export function ExperimentGrid({ view }: { view: ExperimentView }) {
  const opened = useExperiment((state) => state.opened)
  const resting = cellAt(view, opened) ?? view.cells[0]
  const onKey = (event: React.KeyboardEvent<HTMLTableCellElement>, cell: ExperimentCell) => {
    const step = STEP[event.key]
    if (step === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (step === undefined) return openCell(cell)
    const { cellIndex, parentElement } = event.currentTarget
    const { rowIndex } = parentElement as HTMLTableRowElement
    const next = event.currentTarget.closest('table')?.rows[rowIndex + step[0]]?.cells[cellIndex + step[1]]
    if (next?.getAttribute('role') === 'gridcell') next.focus()
  }
  return (
    <table className={classNames(table.grid, css.grid)} role="grid" aria-label="Results of the experiment">
      <thead>
        <tr>
          <th className={table.learner}>Learner</th>
          {view.columns.map(({ key, label }) => (
            <th key={key}>{label}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {view.rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              <b>{row.label}</b>
              <small>{row.group}</small>
            </th>
            {view.columns.map((column) => {
              const cell = cellAt(view, { row: row.key, column: column.key })
              if (cell === undefined) return <td key={column.key} />
              return (
                <td
                  key={column.key}
                  role="gridcell"
                  tabIndex={cell === resting ? 0 : -1}
                  aria-selected={opened?.row === cell.row && opened.column === cell.column}
                  aria-label={`${row.label} on ${column.label} data, ${row.group}: ${spoken(cell)}`}
                  title={cell.problem?.message ?? (cell.note === '' ? undefined : cell.note)}
                  className={table.cell}
                  onClick={() => openCell(cell)}
                  onKeyDown={(event) => onKey(event, cell)}
                >
                  <CellContent cell={cell} />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Distances to 2 decimals in m, returns whole or to 1 decimal when they are small. */
export function valueText(cell: Pick<ExperimentCell, 'finalM'>, value: number): string {
  if (cell.finalM !== null) return formatNumber(value, 2)
  return formatNumber(value, Math.abs(value) < 100 ? 1 : 0)
}

function spoken(cell: ExperimentCell): string {
  const value = cell.value === null ? '' : `, ${valueText(cell, cell.value)}`
  return WORDS[cell.state][1] + value
}

/** The final distance where there is one, and the interval where there are runs enough. */
function minorText(cell: ExperimentCell): string {
  const { low, high, finalM } = cell
  const interval = low === null || high === null ? '' : `${valueText(cell, low)} to ${valueText(cell, high)}`
  const final = finalM === null ? '' : `final ${formatNumber(finalM, 2)}`
  return [final, interval].filter((words) => words !== '').join(', ')
}

function CellContent({ cell }: { cell: ExperimentCell }) {
  const { state, value, fraction, paperM, runs, runsTotal } = cell
  const [kind, word] = WORDS[state]
  const busy = state === 'collecting' || state === 'training' || state === 'evaluating'
  const share = `${Math.floor(100 * fraction)} %`
  return (
    <div className={css.cell}>
      {paperM !== null && <span className={table.paper}>paper {paperM.toFixed(2)}</span>}
      {value !== null && <span className={table.value}>{valueText(cell, value)}</span>}
      {value !== null && <span className={css.minor}>{minorText(cell)}</span>}
      {state !== 'done' && (
        <span className={css.state}>
          <StateWord kind={kind}>{busy ? `${word} ${share}` : word}</StateWord>
          {value !== null && (
            <small>
              {runs} of {runsTotal} runs
            </small>
          )}
        </span>
      )}
      {busy && <ProgressBar label={`${word} ${share}`} value={fraction} total={1} />}
      {state === 'failed' && <div className={classNames(table.note, css.note)}>{cell.note}</div>}
    </div>
  )
}
