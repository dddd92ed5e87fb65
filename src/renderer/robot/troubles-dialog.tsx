import { useEffect, useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import text from '../parts/text.module.css'
import { api, problemOf } from '../state/api.ts'
import { filterTroubles, flagTroubles, troubleEntry, type Entry } from './trouble-entries.ts'
import css from './troubles-dialog.module.css'

/** What people met with this robot, and its error flags, to look up by a word of what is on another screen. */
export function TroublesDialog({ onClose }: { onClose: () => void }) {
  const [entries, setEntries] = useState<readonly Entry[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [word, setWord] = useState('')
  useEffect(() => {
    Promise.all([api.robot.troubles.query(), api.robot.errorFlags.query()]).then(
      ([troubles, flags]) => setEntries([...troubles.map(troubleEntry), ...flagTroubles(flags)]),
      (error: unknown) => setProblem(problemOf(error)),
    )
  }, [])
  const found = filterTroubles(entries ?? [], word)
  return (
    <Dialog
      open
      title="Troubles and error flags"
      width={880}
      onClose={onClose}
      description="Type a word of what Desk, the robot or this program says."
    >
      <div className={css.body}>
        <Field label="Find" value={word} onChange={setWord} />
        <ProblemNotice problem={problem} />
      </div>
      <ol className={css.list} tabIndex={0} aria-label="Troubles and error flags">
        {found.map(({ key, title, cause, remedy, shown }) => (
          <li key={key}>
            <h2>{title}</h2>
            <p>
              <span className={text.dim}>Often: </span>
              {cause}
            </p>
            <p>
              <span className={text.dim}>Do: </span>
              {remedy}
            </p>
            {shown !== '' && <p className={css.shown}>{shown}</p>}
          </li>
        ))}
        {entries !== null && found.length === 0 && <li>Nothing in the list has this word. Copy the report and ask.</li>}
      </ol>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}
