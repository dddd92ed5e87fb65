import { useEffect, useMemo, useState } from 'react'
import { learnerLabel } from '../../contract/learner-label.ts'
import type { EvaluationProgress, OtherPolicy, ReturnTry, TryResult } from '../../contract/evaluation.ts'
import type { Goal } from '../../contract/task.ts'
import type { WorldName } from '../../contract/world.ts'
import { isArmWorld } from '../dataset/dataset-words.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { END_REASONS } from '../parts/end-reasons.tsx'
import { formatNumber, MISSING } from '../parts/format.ts'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Pane, PaneBody, PaneHead, WorkArea } from '../parts/pane.tsx'
import { Row, Table, Td, Th } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { go } from '../state/route.ts'
import { useRobot } from '../state/robot-store.ts'
import { saveFile } from '../state/save-file.ts'
import { DistancePlot } from './distance-plot.tsx'
import css from './evaluate-screen.module.css'
import { command, isRunning, openEvaluateFeeds, openOtherPolicies, useEvaluate } from './evaluate-store.ts'
import { metres } from './goal-table.tsx'
import { GoalsView, type TriedGoal } from './goals-view.tsx'
import { OtherPolicyTable } from './other-policy-table.tsx'
import { PoliciesDialog } from './policies-dialog.tsx'
import { ResultsChoice } from './results-choice.tsx'
import { taskWords } from './task-words.ts'
import { TryControls } from './try-controls.tsx'

/** Policies that have no place in Table 1, each tried in its own task. */
export function OtherTasks() {
  useEffect(openEvaluateFeeds, [])
  useEffect(openOtherPolicies, [])
  const { others, grid, progress, problem } = useEvaluate()
  const [chosen, setChosen] = useState<string | null>(null)
  const [letter, setLetter] = useState<string | null>(null)
  const [dialog, setDialog] = useState(false)
  const running = others?.find(({ path }) => isRunning(progress) && path === progress?.policy)
  const shown = others?.find(({ path }) => path === chosen) ?? running ?? others?.[0]
  const goals = useMemo(() => goalsOf(shown, grid?.goals ?? []), [shown, grid?.goals])
  const goal = goals.find((each) => each.goal === letter) ?? goals[0]
  return (
    <WorkArea className={goal === undefined ? css.others : css.grid}>
      <Pane label="Policies in tasks of their own">
        <div className={css.head}>
          <h1>Policies in tasks of their own</h1>
          <span className={text.wideOnly}>rewards, other points, data of other explorers</span>
          <span className={css.space} />
          <ResultsChoice />
          <Button size="small" onClick={() => setDialog(true)}>
            Policies
          </Button>
          <Button
            size="small"
            reason={others?.some(({ tries }) => tries.length > 0) ? null : 'Nothing was tried yet.'}
            onClick={() =>
              void command(async () =>
                saveFile('other-tasks.csv', await api.evaluation.exportOthersCsv.query(), 'text/csv'),
              )
            }
          >
            CSV
          </Button>
        </div>
        <ProblemNotice problem={problem} onClose={() => useEvaluate.setState({ problem: null })} />
        <ProblemNotice kind="warn" problem={progress?.problem ?? null} />
        <PaneBody flush className={css.tableBody}>
          {others === null ? (
            <EmptyState small title="Reading the policies" />
          ) : others.length === 0 ? (
            <EmptyState
              small
              title="No policy with a task of its own yet"
              actions={<Button onClick={() => go('train')}>Train a policy</Button>}
            >
              One trained for a reward that you write down, for a point that is none of the goals, in a locomotion world
              or on data of another explorer stands here.
            </EmptyState>
          ) : (
            <OtherPolicyTable policies={others} shown={shown} onSelect={setChosen} />
          )}
        </PaneBody>
        {dialog && <PoliciesDialog goals={grid?.goals ?? []} onClose={() => setDialog(false)} />}
      </Pane>
      {shown && goal && (
        <GoalsView
          title={shown.id}
          goals={goals}
          chosen={goal.goal}
          q={running === shown ? (progress?.q ?? null) : null}
        />
      )}
      <Pane label="Tries of the policy">
        {shown ? (
          <Tries key={shown.path} policy={shown} progress={progress} goal={goal?.goal} onGoal={setLetter} />
        ) : (
          <PaneHead title="Tries" />
        )}
      </Pane>
      {goal && (
        <Pane label="Distance over time">
          <DistancePlot goal={goal} />
        </Pane>
      )}
    </WorkArea>
  )
}

/** Places that the policy's task has the tool tip go to, with its tries towards each; none for a task without a place. */
function goalsOf(policy: OtherPolicy | undefined, goals: readonly Goal[]): TriedGoal[] {
  if (policy === undefined) return []
  const { task, tries } = policy
  const reached = tries.filter((one): one is TryResult => 'closestM' in one)
  if (task.kind === 'reach') return [{ goal: '', position: task.goal, tries: reached }]
  if (task.kind !== 'reach-any') return []
  return goals.map(({ name, position }) => ({
    goal: name,
    position,
    // A goal that was moved keeps its letter.
    tries: reached.filter((one) => one.goal === name && position.every((v, i) => v === one.goalPosition[i])),
  }))
}

interface TriesProps {
  policy: OtherPolicy
  progress: EvaluationProgress | null
  /** Letter of the goal that is shown; undefined for a task without one. */
  goal: string | undefined
  onGoal: (letter: string) => void
}

function Tries({ policy, progress, goal, onGoal }: TriesProps) {
  const robot = useRobot((state) => state.robot)
  const goals = useEvaluate((state) => state.grid?.goals.length ?? 4)
  const { id, path, task, world, state, tries } = policy
  const perRound = task.kind === 'reach-any' ? goals : 1
  return (
    <>
      <PaneHead title={id} end={<span className={text.wideOnly}>{tries[0] ? whereTried(tries[0].world) : ''}</span>}>
        {learnerLabel(policy.learner)}
      </PaneHead>
      <p className={css.taskText}>{taskWords(task)}</p>
      <TryControls
        arm={isArmWorld(world)}
        perRound={perRound}
        why={state === 'training' ? 'It is being trained on.' : null}
        progress={progress}
        robot={robot}
        onStart={({ where, rounds, clear }) =>
          command(() =>
            api.evaluation.start.mutate({
              learner: policy.learner,
              explorer: '',
              policy: path,
              world: isArmWorld(world) ? where : world,
              triesPerGoal: rounds,
              seed: 0,
              workspaceClear: clear,
            }),
          )
        }
      />
      <PaneBody flush className={css.byGoal}>
        {tries.length === 0 ? (
          <EmptyState small title="Not tried yet">
            What each try earns stands here
            {task.kind === 'expression' || task.kind === 'env' ? '' : ', and how near it comes'}.
          </EmptyState>
        ) : (
          <TryTable tries={tries} goal={goal} onGoal={onGoal} />
        )}
      </PaneBody>
    </>
  )
}

const whereTried = (world: WorldName): string =>
  world === 'panda' ? 'tried in simulation' : world === 'panda-fci' ? 'tried on the arm' : `tried in ${world}`

interface TryTableProps {
  tries: readonly (TryResult | ReturnTry)[]
  goal: string | undefined
  onGoal: (letter: string) => void
}

/** Newest last, as they were made; those of a goal are chosen together. */
function TryTable({ tries, goal, onGoal }: TryTableProps) {
  const reached = tries.some((one) => 'closestM' in one)
  const lettered = tries.some((one) => 'goal' in one && one.goal !== '')
  return (
    <Table
      label="Tries"
      head={
        <>
          <Th number>Try</Th>
          {lettered && <Th>Goal</Th>}
          <Th number>Return</Th>
          {reached && <Th number>Closest</Th>}
          {reached && <Th number>Final</Th>}
          <Th number>Steps</Th>
          <Th>End</Th>
        </>
      }
    >
      {tries.map((one, i) => (
        <Row
          key={one.id}
          {...(lettered && 'goal' in one && { selected: one.goal === goal, onSelect: () => onGoal(one.goal) })}
        >
          <Td number>{formatNumber(i + 1)}</Td>
          {lettered && <Td>{'goal' in one ? <b className={css.goal}>{one.goal}</b> : MISSING}</Td>}
          <Td number>
            <b>{formatNumber(one.return, 1)}</b>
          </Td>
          {reached && <Td number>{'closestM' in one ? metres(one.closestM) : MISSING}</Td>}
          {reached && <Td number>{'finalM' in one ? metres(one.finalM) : MISSING}</Td>}
          <Td number dim>
            {formatNumber(one.steps)}
          </Td>
          <Td dim>{END_REASONS[one.endReason].label}</Td>
        </Row>
      ))}
    </Table>
  )
}
