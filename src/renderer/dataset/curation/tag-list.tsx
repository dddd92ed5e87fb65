import { useState } from 'react'
import { tagSchema } from '../../../contract/curation.ts'
import { Button } from '../../parts/button.tsx'
import { classNames } from '../../parts/class-names.ts'
import text from '../../parts/text.module.css'
import css from './curation.module.css'

type Props = {
  tags: readonly string[]
  /** What the tags are of, for a screen reader. */
  of: string
  onAdd: (tag: string) => void
  onRemove: (tag: string) => void
}

/** Tags with a way to take each off, and a field for one more. */
export function TagList({ tags, of, onAdd, onRemove }: Props) {
  const [typed, setTyped] = useState('')
  const parsed = tagSchema.safeParse(typed)
  const invalid = typed.trim() !== '' && !parsed.success ? (parsed.error.issues[0]?.message ?? null) : null
  const add = () => {
    if (!parsed.success) return
    if (!tags.includes(parsed.data)) onAdd(parsed.data)
    setTyped('')
  }
  return (
    <div className={css.tags}>
      {tags.map((tag) => (
        <span key={tag} className={css.tag}>
          {tag}
          <button type="button" aria-label={`Take the tag ${tag} off ${of}`} onClick={() => onRemove(tag)}>
            ×
          </button>
        </span>
      ))}
      <form
        className={css.newTag}
        onSubmit={(event) => {
          event.preventDefault()
          add()
        }}
      >
        <input
          type="text"
          aria-label={`New tag of ${of}`}
          placeholder="New tag"
          value={typed}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={invalid !== null}
          onChange={(event) => setTyped(event.target.value)}
        />
        {typed.trim() !== '' && (
          <Button size="small" type="submit" reason={parsed.success ? null : 'A tag cannot be written so'}>
            Add
          </Button>
        )}
      </form>
      {invalid !== null && <span className={classNames(text.small, text.bad, css.full)}>{invalid}</span>}
    </div>
  )
}
