import { useEffect, useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import { UNATTENDED_CAUSES } from '../../contract/unattended.ts'
import type { Unattended } from '../../contract/unattended.ts'
import { Checkbox } from '../parts/checkbox.tsx'
import { Segment } from '../parts/segment.tsx'
import { api, problemOf } from '../state/api.ts'
import css from './limits-dialog.module.css'

const PER_HOUR = ['1', '2', '3'].map((value) => ({ value, label: value }))

/** After which stops a run may recover and go on from home by itself, and how often. Nothing is allowed at the start. */
export function UnattendedFields({ onProblem }: { onProblem: (problem: Problem | null) => void }) {
  const [allowed, setAllowed] = useState<Unattended | null>(null)
  useEffect(() => {
    api.robot.unattended.query().then(setAllowed, (error: unknown) => onProblem(problemOf(error)))
  }, [onProblem])
  if (allowed === null) return null
  const save = async (next: Unattended) => {
    try {
      await api.robot.setUnattended.mutate(next)
      setAllowed(next)
      onProblem(null)
    } catch (error) {
      onProblem(problemOf(error))
    }
  }
  return (
    <div className={css.unattended}>
      <p>
        <b>Without a person</b> a run may recover and go on from home after these stops. The same cause three times in
        an hour, and every contact, always asks.
      </p>
      {UNATTENDED_CAUSES.map(({ code, label }) => (
        <Checkbox
          key={code}
          checked={allowed.causes.includes(code)}
          onChange={(on) =>
            void save({
              ...allowed,
              causes: on ? [...allowed.causes, code] : allowed.causes.filter((each) => each !== code),
            })
          }
        >
          {label}
        </Checkbox>
      ))}
      <span className={css.perHour}>
        at most
        <Segment
          label="Recoveries within an hour"
          options={PER_HOUR}
          value={String(allowed.perHour)}
          onChange={(value) => void save({ ...allowed, perHour: Number(value) })}
        />
        an hour
      </span>
    </div>
  )
}
