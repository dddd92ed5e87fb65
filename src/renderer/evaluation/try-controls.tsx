import { useState } from 'react'
import { learnerLabel } from '../../contract/learner-label.ts'
import type { EvaluationProgress, GridCell } from '../../contract/evaluation.ts'
import type { RobotState } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { Field } from '../parts/field.tsx'
import { formatDuration, parseWholeNumber } from '../parts/format.ts'
import { Segment } from '../parts/segment.tsx'
import { api } from '../state/api.ts'
import { command, isRunning } from './evaluate-store.ts'
import css from './evaluate-screen.module.css'

type Where = 'panda' | 'panda-fci'

interface Props {
  cell: GridCell
  progress: EvaluationProgress | null
  robot: RobotState | null
}

/** Why the tries cannot start; null when they can. */
function startReason(cell: GridCell, where: Where, tries: number | null, clear: boolean, robot: RobotState | null) {
  if (cell.goals.every((goal) => goal.policyPath === null)) return 'No policy is trained for this cell.'
  if (tries === null || tries < 1 || tries > 100) return 'From 1 to 100 tries for each goal.'
  if (where === 'panda') return null
  if (robot?.link !== 'connected') return 'Connect the arm on the Robot screen first.'
  if (robot.stop?.latched === true) return 'Re-arm after the stop first.'
  if (!clear) return 'Tick that the box is clear first.'
  return null
}

/** Starts the tries of one cell, in simulation or on the arm. */
export function TryControls({ cell, progress, robot }: Props) {
  const [where, setWhere] = useState<Where>('panda')
  const [text, setText] = useState('3')
  const [clear, setClear] = useState(false)
  const tries = parseWholeNumber(text)
  const running = isRunning(progress)
  const reason = startReason(cell, where, tries, clear, robot)
  const goals = cell.goals.filter((goal) => goal.policyPath !== null).length
  if (running && progress !== null) {
    return (
      <div className={css.controls}>
        <span className={css.running}>
          {learnerLabel(progress.learner)}: goal {progress.goal}, try {progress.tryNumber}, {progress.triesDone} of{' '}
          {progress.triesTotal} done{progress.etaS === null ? '' : `, ${formatDuration(progress.etaS)} left`}
        </span>
        <Button
          onClick={() => void command(() => api.evaluation.stop.mutate())}
          reason={progress.state === 'stopping' ? 'It stops after this try.' : null}
        >
          Stop after this try
        </Button>
      </div>
    )
  }
  const start = () =>
    command(() =>
      api.evaluation.start.mutate({
        learner: cell.learner,
        explorer: cell.explorer,
        world: where,
        triesPerGoal: tries ?? 1,
        seed: 0,
        workspaceClear: where === 'panda-fci' && clear,
      }),
    ).finally(() => setClear(false))
  return (
    <div className={css.controls}>
      <Segment
        label="Where to try"
        value={where}
        options={[
          { value: 'panda', label: 'Simulation' },
          { value: 'panda-fci', label: 'Arm' },
        ]}
        onChange={setWhere}
      />
      <span className={css.tries}>
        <Field label="Tries for each goal" numeric value={text} onChange={setText} unit="tries" />
      </span>
      {where === 'panda-fci' && (
        <Checkbox checked={clear} onChange={setClear}>
          Nobody and nothing is inside the dashed box, and the hardware stop is within reach.
        </Checkbox>
      )}
      <Button kind="primary" reason={reason} onClick={() => void start()}>
        Try {goals * (tries ?? 0)} episodes
      </Button>
    </div>
  )
}
