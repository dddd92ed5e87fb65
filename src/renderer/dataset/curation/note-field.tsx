import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import css from './curation.module.css'

type Props = { label: string; note: string; onSave: (note: string) => void }

/** A note as it is stored, to be changed and saved. */
export function NoteField({ label, note, onSave }: Props) {
  const [draft, setDraft] = useState({ of: note, text: note })
  // Another stored note starts the field anew.
  const text = draft.of === note ? draft.text : note
  const changed = text.trim() !== note
  return (
    <div className={css.note}>
      <textarea
        aria-label={label}
        placeholder="Note"
        rows={text === '' ? 1 : 3}
        maxLength={4000}
        value={text}
        onChange={(event) => setDraft({ of: note, text: event.target.value })}
      />
      {changed && (
        <div>
          <Button size="small" onClick={() => onSave(text.trim())}>
            Save note
          </Button>
          <Button size="small" kind="quiet" onClick={() => setDraft({ of: note, text: note })}>
            Discard
          </Button>
        </div>
      )}
    </div>
  )
}
