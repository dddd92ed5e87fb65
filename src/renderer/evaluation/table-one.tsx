import { metresText } from '../../contract/metres.ts'
import type { EvaluationGrid, EvaluationProgress, GridCell } from '../../contract/evaluation.ts'
import { classNames } from '../parts/class-names.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { useMediaQuery } from '../parts/use-media-query.ts'
import { DotStrip } from './dot-strip.tsx'
import { bestCell, isRunning, useEvaluate } from './evaluate-store.ts'
import css from './table-one.module.css'

const WORDS: Record<GridCell['state'], [GlyphKind, string]> = {
  'not-trained': ['unk', 'Not trained'],
  training: ['act', 'Training'],
  trained: ['wait', 'Trained, not tried'],
  running: ['act', 'Trying'],
  done: ['ok', 'Done'],
}

interface Props {
  grid: EvaluationGrid
  progress: EvaluationProgress | null
  shown: GridCell | null
}

const STEP: Record<string, [number, number]> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
}

/** Table 1 of the paper, filled in by our own tries: learners down, explorers across. */
export function TableOne({ grid, progress, shown }: Props) {
  const short = useMediaQuery('(max-height: 760px)')
  const best = bestCell(grid)
  const cellAt = (row: number, column: number) => {
    const learner = grid.learners[row]?.name
    const explorer = grid.explorers[column]?.name
    return grid.cells.find((cell) => cell.learner === learner && cell.explorer === explorer)
  }
  const select = (cell: GridCell) =>
    useEvaluate.setState({ selected: { learner: cell.learner, explorer: cell.explorer }, goal: null })
  const move = (event: React.KeyboardEvent, row: number, column: number) => {
    const step = STEP[event.key]
    const target = step === undefined ? undefined : cellAt(row + step[0], column + step[1])
    if (target === undefined) return
    event.preventDefault()
    select(target)
    const next =
      event.currentTarget.closest('table')?.rows[row + 1 + (step?.[0] ?? 0)]?.cells[column + 1 + (step?.[1] ?? 0)]
    next?.focus()
  }
  return (
    <table className={css.grid} role="grid" aria-label="Closest tool-tip distance to the goal, m">
      <thead>
        <tr>
          <th className={css.learner}>Learner</th>
          {grid.explorers.map((explorer) => (
            <th key={explorer.name}>{explorer.label}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {grid.learners.map((learner, row) => (
          <tr key={learner.name}>
            <th scope="row">
              <b>{learner.label}</b>
              <small>{learner.group}</small>
            </th>
            {grid.explorers.map((explorer, column) => {
              const cell = cellAt(row, column)
              if (cell === undefined) return <td key={explorer.name} />
              return (
                <td
                  key={explorer.name}
                  role="gridcell"
                  tabIndex={cell === shown ? 0 : -1}
                  aria-selected={cell === shown}
                  aria-label={`${learner.label} on ${explorer.label} data`}
                  title={cell.paperM === null ? undefined : `printed in the paper: ${cell.paperM.toFixed(2)} m`}
                  className={classNames(css.cell, cell === best && css.best)}
                  onClick={() => select(cell)}
                  onKeyDown={(event) => move(event, row, column)}
                >
                  <CellContent cell={cell} progress={progress} lane={grid.learners.length > 5 ? 5 : short ? 6 : 8} />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function CellContent({ cell, progress, lane }: { cell: GridCell; progress: EvaluationProgress | null; lane: number }) {
  const running =
    progress !== null && isRunning(progress) && progress.learner === cell.learner && progress.explorer === cell.explorer
  if (cell.meanClosestM !== null && !running) {
    return (
      <>
        {cell.paperM !== null && <span className={css.paper}>paper {cell.paperM.toFixed(2)}</span>}
        <span className={css.value}>{metresText(cell.meanClosestM)}</span>
        <DotStrip
          lane={lane}
          values={cell.goals.map((goal) => goal.closestM)}
          mean={cell.meanClosestM}
          label={`closest distance of goals ${cell.goals.map((goal) => goal.goal).join(', ')}`}
        />
      </>
    )
  }
  const [kind, word] = running
    ? (['act', `Goal ${progress.goal}, try ${progress.tryNumber}`] as const)
    : WORDS[cell.state]
  const note = running ? `${progress.triesDone} of ${progress.triesTotal} tries done` : cell.note
  return (
    <>
      {cell.paperM !== null && <span className={css.paper}>paper {cell.paperM.toFixed(2)}</span>}
      <StateWord kind={kind}>{word}</StateWord>
      <div className={css.note}>{note}</div>
    </>
  )
}
