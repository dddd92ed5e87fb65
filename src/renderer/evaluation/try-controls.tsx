import { useState } from 'react'
import { learnerLabel } from '../../contract/learner-label.ts'
import type { EvaluationProgress } from '../../contract/evaluation.ts'
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

/** What was chosen for the tries. */
export interface TryWish {
  where: Where
  /** Tries for each goal. */
  rounds: number
  clear: boolean
}

interface Props {
  /** False for a world without an arm: there is nothing to choose then. */
  arm: boolean
  /** Tries of one round. */
  perRound: number
  /** Why these policies cannot be tried; null when they can. */
  why: string | null
  progress: EvaluationProgress | null
  robot: RobotState | null
  onStart: (wish: TryWish) => Promise<unknown>
}

/** Why the tries cannot start; null when they can. */
function startReason({ why, robot }: Props, { where, rounds, clear }: TryWish): string | null {
  if (why !== null) return why
  if (rounds < 1 || rounds > 100) return 'From 1 to 100 tries for each goal.'
  if (where === 'panda') return null
  if (robot?.link !== 'connected') return 'Connect the arm on the Robot screen first.'
  if (robot.stop?.latched === true) return 'Re-arm after the stop first.'
  if (!clear) return 'Tick that the box is clear first.'
  return null
}

/** Starts the tries of a cell or a policy, in simulation or on the arm. */
export function TryControls(props: Props) {
  const { arm, perRound, progress, onStart } = props
  const [where, setWhere] = useState<Where>('panda')
  const [text, setText] = useState('3')
  const [clear, setClear] = useState(false)
  const running = isRunning(progress)
  const wish = { where, rounds: parseWholeNumber(text) ?? 0, clear: where === 'panda-fci' && clear }
  const reason = startReason(props, wish)
  const count = perRound * wish.rounds
  if (running && progress !== null) {
    return (
      <div className={css.controls}>
        <span className={css.running}>
          {learnerLabel(progress.learner)}: {progress.goal === '' ? '' : `goal ${progress.goal}, `}try{' '}
          {progress.tryNumber}, {progress.triesDone} of {progress.triesTotal} done
          {progress.etaS === null ? '' : `, ${formatDuration(progress.etaS)} left`}
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
  return (
    <div className={css.controls}>
      {arm && (
        <Segment
          label="Where to try"
          value={where}
          options={[
            { value: 'panda', label: 'Simulation' },
            { value: 'panda-fci', label: 'Arm' },
          ]}
          onChange={setWhere}
        />
      )}
      <span className={css.tries}>
        <Field label="Tries for each goal" numeric value={text} onChange={setText} unit="tries" />
      </span>
      {where === 'panda-fci' && (
        <Checkbox checked={clear} onChange={setClear}>
          Nobody and nothing is inside the dashed box, and the hardware stop is within reach.
        </Checkbox>
      )}
      <Button kind="primary" reason={reason} onClick={() => void onStart(wish).finally(() => setClear(false))}>
        Try {count} {count === 1 ? 'episode' : 'episodes'}
      </Button>
    </div>
  )
}
