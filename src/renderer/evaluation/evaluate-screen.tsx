import { useEffect, useMemo, useState } from 'react'
import type { EvaluationGrid, EvaluationProgress, GridCell } from '../../contract/evaluation.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Pane, PaneBody, PaneHead, WorkArea } from '../parts/pane.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { saveFile } from '../state/save-file.ts'
import { go } from '../state/route.ts'
import { useRobot } from '../state/robot-store.ts'
import { DistancePlot } from './distance-plot.tsx'
import css from './evaluate-screen.module.css'
import { command, isRunning, openEvaluateFeeds, shownCell, useEvaluate } from './evaluate-store.ts'
import { ExperimentResults } from './experiment-results.tsx'
import { openExperimentList, OTHER_TASKS, useExperiment } from './experiment-store.ts'
import { GoalTable } from './goal-table.tsx'
import { GoalsDialog } from './goals-dialog.tsx'
import { GoalsView } from './goals-view.tsx'
import { OtherTasks } from './other-tasks.tsx'
import { PoliciesDialog } from './policies-dialog.tsx'
import { ResultsChoice } from './results-choice.tsx'
import { TableOne } from './table-one.tsx'
import { TryControls } from './try-controls.tsx'

/** Table 1 of this station, its policies in other tasks, or an experiment that was run from a terminal. */
export function EvaluateScreen() {
  useEffect(openExperimentList, [])
  const chosen = useExperiment((state) => state.chosen)
  if (chosen === OTHER_TASKS) return <OtherTasks />
  return chosen === null ? <StationResults /> : <ExperimentResults id={chosen} />
}

function StationResults() {
  useEffect(openEvaluateFeeds, [])
  const { grid, progress, selected, problem } = useEvaluate()
  if (grid === null) {
    return (
      <WorkArea>
        <Pane>
          <EmptyState title="Reading the results">They stand in the station's folder.</EmptyState>
        </Pane>
      </WorkArea>
    )
  }
  const cell = shownCell(grid, progress, selected)
  return (
    <WorkArea className={css.grid}>
      <Pane className={css.table} label="Table 1">
        <GridHead grid={grid} />
        <ProblemNotice problem={problem} onClose={() => useEvaluate.setState({ problem: null })} />
        <ProblemNotice kind="warn" problem={progress?.problem ?? null} />
        <PaneBody flush className={css.tableBody}>
          <TableOne grid={grid} progress={progress} shown={cell} />
        </PaneBody>
        <div className={css.legend}>
          <span>
            Four dots in each cell: goals {grid.goals.map((goal) => goal.name).join(', ')} from the top, 0 to 0.8 m.
            Line: mean.
          </span>
          <span className={text.wideOnly}>small: value printed in the paper, 2019</span>
        </div>
      </Pane>
      {cell === null ? null : <CellPanes grid={grid} cell={cell} progress={progress} />}
    </WorkArea>
  )
}

function GridHead({ grid }: { grid: EvaluationGrid }) {
  const [dialog, setDialog] = useState<'goals' | 'policies' | null>(null)
  const limits = useRobot((state) => state.limits)
  const tried = grid.cells.some((cell) => cell.meanClosestM !== null)
  const reason = tried ? null : 'Nothing was tried yet.'
  const exportAs = (kind: 'csv' | 'svg') =>
    command(async () => {
      const content = kind === 'csv' ? await api.evaluation.exportCsv.query() : await api.evaluation.exportSvg.query()
      saveFile(`table-1.${kind}`, content, kind === 'csv' ? 'text/csv' : 'image/svg+xml')
    })
  return (
    <div className={css.head}>
      <h1>Closest tool-tip distance to the goal, m</h1>
      <span className={text.wideOnly}>mean of {grid.goals.length} goals, lower is better</span>
      <span className={css.space} />
      <ResultsChoice />
      <Button size="small" onClick={() => setDialog('policies')}>
        Policies
      </Button>
      <Button size="small" onClick={() => setDialog('goals')}>
        Goals
      </Button>
      <Button size="small" reason={reason} onClick={() => void exportAs('csv')}>
        CSV
      </Button>
      <Button size="small" reason={reason} onClick={() => void exportAs('svg')}>
        Figure
      </Button>
      {dialog === 'goals' && <GoalsDialog goals={grid.goals} limits={limits} onClose={() => setDialog(null)} />}
      {dialog === 'policies' && <PoliciesDialog goals={grid.goals} onClose={() => setDialog(null)} />}
    </div>
  )
}

const labelOf = (list: readonly { name: string; label: string }[], name: string) =>
  list.find((item) => item.name === name)?.label ?? name

interface CellProps {
  grid: EvaluationGrid
  cell: GridCell
  progress: EvaluationProgress | null
}

function CellPanes({ grid, cell, progress }: CellProps) {
  const chosen = useEvaluate((state) => state.goal)
  const robot = useRobot((state) => state.robot)
  const goal = cell.goals.find((item) => item.goal === chosen) ?? cell.goals[0]
  const title = `${labelOf(grid.learners, cell.learner)} on ${labelOf(grid.explorers, cell.explorer)} data`
  const running = isRunning(progress) && progress?.learner === cell.learner && progress.explorer === cell.explorer
  const tried = useMemo(
    () =>
      grid.goals.map(({ name, position }) => {
        const tries = cell.goals.find((item) => item.goal === name)?.tries ?? []
        return { goal: name, position, tries }
      }),
    [grid.goals, cell],
  )
  const trained = cell.goals.some((item) => item.policyPath !== null)
  return (
    <>
      <GoalsView title={title} goals={tried} chosen={goal?.goal ?? null} q={running ? progress.q : null} />
      <Pane label="Results by goal">
        <PaneHead title={title} end={<span className={text.wideOnly}>every try begins at home</span>}>
          by goal
        </PaneHead>
        <TryControls
          arm
          perRound={cell.goals.filter((each) => each.policyPath !== null).length}
          why={trained ? null : 'No policy is trained for this cell.'}
          progress={progress}
          robot={robot}
          onStart={({ where, rounds, clear }) =>
            command(() =>
              api.evaluation.start.mutate({
                learner: cell.learner,
                explorer: cell.explorer,
                world: where,
                triesPerGoal: rounds,
                seed: 0,
                workspaceClear: clear,
              }),
            )
          }
        />
        <PaneBody flush className={css.byGoal}>
          {trained || cell.meanClosestM !== null ? (
            <GoalTable cell={cell} goals={grid.goals} selected={goal?.goal ?? null} />
          ) : (
            <EmptyState
              small
              title="Nothing to try yet"
              actions={<Button onClick={() => go('train')}>Train a policy</Button>}
            >
              {title}: {cell.note}.
            </EmptyState>
          )}
        </PaneBody>
      </Pane>
      <Pane label="Distance over time">
        <DistancePlot goal={goal} />
      </Pane>
    </>
  )
}
