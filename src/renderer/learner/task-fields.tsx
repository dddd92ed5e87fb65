import { useState } from 'react'
import type { DatasetSummary } from '../../contract/dataset.ts'
import type { Goal } from '../../contract/task.ts'
import { Button } from '../parts/button.tsx'
import { classNames } from '../parts/class-names.ts'
import { Field } from '../parts/field.tsx'
import { formatNumber } from '../parts/format.ts'
import { Select } from '../parts/select.tsx'
import text from '../parts/text.module.css'
import { PointDialog } from './point-dialog.tsx'
import { RewardDialog } from './reward-dialog.tsx'
import { EXPRESSION, OTHER_POINT, taskOptions } from './task-choice.ts'
import type { TaskDraft } from './task-choice.ts'
import css from './train-screen.module.css'
import type { Preview } from './use-task-preview.ts'

interface Props {
  dataset: DatasetSummary | undefined
  goals: readonly Goal[]
  draft: TaskDraft
  /** The option in force. */
  chosen: string
  error: string | null
  /** What an expression makes of the dataset. */
  preview: Preview
  onChange: (part: Partial<TaskDraft>) => void
}

/** What to train for: a goal, a point, the world's own reward, or a reward written down now. */
export function TaskFields({ dataset, goals, draft, chosen, error, preview, onChange }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Select
        wide
        label="Task"
        value={chosen}
        options={taskOptions(dataset?.world, goals)}
        onChange={(task) => onChange({ task })}
      />
      {chosen === OTHER_POINT && (
        <div className={css.point}>
          {(['x', 'y', 'z'] as const).map((axis, i) => (
            <Field
              key={axis}
              label={`${axis}, mm`}
              value={draft.point[i] ?? ''}
              invalid={i === 0 ? error : error && ' '}
              onChange={(typed) => onChange({ point: draft.point.with(i, typed) as TaskDraft['point'] })}
            />
          ))}
          <div className={css.wholeRow}>
            <Button size="small" reason={dataset ? null : 'No dataset is chosen'} onClick={() => setOpen(true)}>
              Choose in 3-D…
            </Button>
          </div>
        </div>
      )}
      {chosen === EXPRESSION && (
        <>
          <Field
            wide
            label="Reward of a step"
            value={draft.expression}
            invalid={draft.expression.trim() === '' ? error : preview.problem?.message}
            onChange={(expression) => onChange({ expression })}
          />
          <div className={css.wholeRow}>
            <Button size="small" reason={dataset ? null : 'No dataset is chosen'} onClick={() => setOpen(true)}>
              Preview…
            </Button>
            <span className={classNames(text.dim, text.ellipsis)}>{saidOf(preview)}</span>
          </div>
        </>
      )}
      {open && dataset && chosen === OTHER_POINT && (
        <PointDialog
          dataset={dataset}
          point={draft.point}
          onUse={(point) => onChange({ point })}
          onClose={() => setOpen(false)}
        />
      )}
      {open && dataset && chosen === EXPRESSION && (
        <RewardDialog
          dataset={dataset}
          expression={draft.expression}
          onUse={(expression) => onChange({ expression })}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

function saidOf({ preview, problem, behind }: Preview): string {
  if (problem || !preview) return ''
  if (behind) return 'Reading'
  if (preview.notFinite > 0) return `No number in ${formatNumber(preview.notFinite)} steps`
  const { min, max } = preview.reward
  return `${formatNumber(min, 2)} to ${formatNumber(max, 2)} a step`
}
