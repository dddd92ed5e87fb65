import { useState } from 'react'
import type { ArmLimits, Vector3 } from '../../contract/robot.ts'
import type { Goal } from '../../contract/task.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { formatMillimetres } from '../parts/format.ts'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import css from './evaluate-screen.module.css'

const AXES = ['x', 'y', 'z'] as const

interface Row {
  name: string
  texts: [string, string, string]
}

const toRow = (goal: Goal): Row => ({
  name: goal.name,
  texts: goal.position.map((v) => formatMillimetres(v)) as Row['texts'],
})

/** mm as typed, with either minus sign, to m; null when it is not a number. */
function metresOf(text: string): number | null {
  const plain = text.trim().replace('\u2212', '-').replace(',', '')
  const value = Number(plain)
  return plain === '' || !Number.isFinite(value) ? null : value / 1000
}

/** What is wrong with one coordinate; null when it lies in the allowed box. */
function coordinateError(text: string, axis: 0 | 1 | 2, limits: ArmLimits | null): string | null {
  const value = metresOf(text)
  if (value === null) return 'A number in mm.'
  if (limits === null) return null
  const [low, high] = [limits.box.min[axis], limits.box.max[axis]]
  if (value >= low && value <= high) return null
  return `${formatMillimetres(low)} to ${formatMillimetres(high)} mm`
}

interface Props {
  goals: readonly Goal[]
  limits: ArmLimits | null
  onClose: () => void
}

/** Edits where the goals are. Policies trained for a goal's old place stay on disk and no longer count for it. */
export function GoalsDialog({ goals, limits, onClose }: Props) {
  const [rows, setRows] = useState(() => goals.map(toRow))
  const { busy, problem, press } = usePress()
  const wrong = rows.some((row) => row.texts.some((text, i) => coordinateError(text, i as 0 | 1 | 2, limits) !== null))
  const change = (at: number, axis: number, text: string) =>
    setRows(rows.map((row, i) => (i === at ? { ...row, texts: row.texts.with(axis, text) as Row['texts'] } : row)))
  const save = async () => {
    const edited: Goal[] = rows.map((row) => ({
      name: row.name,
      position: row.texts.map((text) => metresOf(text) ?? 0) as Vector3,
    }))
    if (await press(() => api.evaluation.setGoals.mutate(edited))) onClose()
  }
  return (
    <Dialog
      open
      title="Goals"
      width={560}
      description="Where the tool tip shall go, in the base frame: x forward, y left, z up. A policy counts for a goal if it was trained for this very point, or for any point."
      onClose={onClose}
    >
      <div className={css.goalRows}>
        {rows.map((row, at) => (
          <div key={row.name} className={css.goalRow}>
            <b className={css.goal}>{row.name}</b>
            {AXES.map((axis, i) => (
              <Field
                key={axis}
                label={axis}
                unit="mm"
                value={row.texts[i] ?? ''}
                invalid={coordinateError(row.texts[i] ?? '', i as 0 | 1 | 2, limits)}
                onChange={(text) => change(at, i, text)}
              />
            ))}
          </div>
        ))}
      </div>
      <ProblemNotice problem={problem} />
      <DialogActions>
        <Button onClick={onClose}>Keep as they are</Button>
        <Button
          kind="primary"
          reason={wrong ? 'Every goal must lie in the allowed box.' : busy ? 'Saving.' : null}
          onClick={() => void save()}
        >
          Save goals
        </Button>
      </DialogActions>
    </Dialog>
  )
}
