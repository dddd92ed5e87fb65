import { metresText } from '../../contract/metres.ts'
import type { ExperimentCell, ExperimentView } from '../../contract/experiment.ts'
import { classNames } from '../parts/class-names.ts'
import { formatNumber } from '../parts/format.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { ProgressBar } from '../parts/progress-bar.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { useMediaQuery } from '../parts/use-media-query.ts'
import { DotStrip } from './dot-strip.tsx'
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
  const short = useMediaQuery('(max-height: 760px)')
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
                  title={titleOf(cell)}
                  className={table.cell}
                  onClick={() => openCell(cell)}
                  onKeyDown={(event) => onKey(event, cell)}
                >
                  <CellContent cell={cell} lane={short ? 5 : 8} />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Distances in m as Table 1 prints them, returns whole or to 1 decimal when they are small. */
export function valueText(cell: Pick<ExperimentCell, 'finalM'>, value: number): string {
  if (cell.finalM !== null) return metresText(value)
  return formatNumber(value, Math.abs(value) < 100 ? 1 : 0)
}

function spoken(cell: ExperimentCell): string {
  const value = cell.value === null ? '' : `, ${valueText(cell, cell.value)}`
  return WORDS[cell.state][1] + value
}

/** Behind the value: the final distance, the interval, and how many runs there are as long as some are missing. */
function minorText(cell: ExperimentCell): string {
  const { low, high, finalM, runs, runsTotal } = cell
  const interval = low === null || high === null ? '' : `${valueText(cell, low)} to ${valueText(cell, high)}`
  const final = finalM === null ? '' : `final ${metresText(finalM)}`
  const some = runs < runsTotal ? `${runs} of ${runsTotal} runs` : ''
  return [final, interval, some].filter((words) => words !== '').join(', ')
}

function CellContent({ cell, lane }: { cell: ExperimentCell; lane: number }) {
  const { state, value, fraction, paperM, goals } = cell
  const [kind, word] = WORDS[state]
  const busy = state === 'collecting' || state === 'training' || state === 'evaluating'
  const share = `${Math.floor(100 * fraction)} %`
  return (
    <div className={css.cell}>
      {paperM !== null && <span className={table.paper}>paper {paperM.toFixed(2)}</span>}
      {value !== null && <span className={table.value}>{valueText(cell, value)}</span>}
      {value !== null && <span className={css.minor}>{minorText(cell)}</span>}
      {state !== 'done' && <StateWord kind={kind}>{busy ? `${word} ${share}` : word}</StateWord>}
      {busy && <ProgressBar label={`${word} ${share}`} value={fraction} total={1} />}
      {state === 'done' && goals.length > 0 && (
        <DotStrip
          lane={lane}
          values={goals.map(({ closestM }) => closestM)}
          mean={value}
          label={`closest distance of goals ${goals.map(({ goal }) => goal).join(', ')}`}
        />
      )}
      {state === 'failed' && <div className={classNames(table.note, css.note)}>{cell.note}</div>}
    </div>
  )
}

/** What a cell says when it is pointed at: what is not in it for lack of room. */
function titleOf({ problem, note, paperM }: ExperimentCell): string {
  const paper = paperM === null ? '' : `printed in the paper: ${paperM.toFixed(2)} m`
  return [problem?.message ?? note, paper].filter((words) => words !== '').join('; ')
}
