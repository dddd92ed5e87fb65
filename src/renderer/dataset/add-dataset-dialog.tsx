import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import css from './datasets-screen.module.css'

/** Puts a dataset file from elsewhere on this computer into the list. The file stays where it is. */
export function AddDatasetDialog({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('')
  const { busy, problem, press } = usePress()
  const add = async () => {
    if (await press(() => api.dataset.add.mutate({ path }))) onClose()
  }
  return (
    <Dialog
      open
      title="Add a dataset file"
      description="It is read where it lies; nothing is copied or changed."
      width={560}
      onClose={onClose}
    >
      <ProblemNotice problem={problem} />
      <div className={css.addForm}>
        <Field label="Path on the station's computer" value={path} onChange={setPath} />
      </div>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button
          kind="primary"
          reason={path.trim() === '' ? 'Type a path first' : null}
          disabled={busy}
          onClick={() => void add()}
        >
          Add this file
        </Button>
      </DialogActions>
    </Dialog>
  )
}
