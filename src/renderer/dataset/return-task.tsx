import { useCallback, useState } from 'react'
import type { RunSheet } from '../../contract/dataset.ts'
import type { Problem } from '../../contract/problem.ts'
import { taskText } from '../../contract/task.ts'
import type { Goal, Task } from '../../contract/task.ts'
import { positionText } from '../learner/job-words.ts'
import { Field } from '../parts/field.tsx'
import { Select } from '../parts/select.tsx'
import { api } from '../state/api.ts'
import { isArmWorld } from './dataset-words.ts'
import css from './datasets-screen.module.css'
import { useLoaded } from './use-loaded.ts'

type Props = {
  id: string
  sheet: RunSheet
  task: Task | null
  /** Why the task has no returns. */
  problem: Problem | null
  onChange: (task: Task) => void
}

const NONE = 'none'
const EXPRESSION = 'expression'

/** Which task the column of returns is for. */
export function ReturnTask({ id, sheet, task, problem, onChange }: Props) {
  const goals = useLoaded(
    id,
    '',
    useCallback(() => api.evaluation.goals.query(), []),
  )
  const [typed, setTyped] = useState(task?.kind === 'expression' ? task.expression : '')
  const [writing, setWriting] = useState(task?.kind === 'expression')
  const arm = isArmWorld(sheet.world)
  const options = [
    ...(sheet.hasReward ? [{ value: 'env', label: "The world's own reward" }] : []),
    ...(arm ? (goals.value ?? []).map(goalOption) : []),
    { value: EXPRESSION, label: 'An expression' },
  ]
  const value = writing ? EXPRESSION : task ? taskText(task) : NONE
  const choose = (chosen: string) => {
    setWriting(chosen === EXPRESSION)
    if (chosen === 'env') onChange({ kind: 'env' })
    const goal = goals.value?.find((each) => goalOption(each).value === chosen)
    if (goal) onChange({ kind: 'reach', goal: goal.position })
  }
  return (
    <div className={css.taskBar}>
      <Select label="Return in" value={value} options={options} onChange={choose} />
      {writing && (
        <Field
          label="Reward of a step; Enter to measure"
          value={typed}
          invalid={problem?.message}
          title={problem?.tip}
          onChange={setTyped}
          onCommit={() => typed.trim() !== '' && onChange({ kind: 'expression', expression: typed.trim() })}
        />
      )}
    </div>
  )
}

const goalOption = ({ name, position }: Goal) => ({
  value: taskText({ kind: 'reach', goal: position }),
  label: `Reach goal ${name}: ${positionText(position)} mm`,
})
