/**
 * Labelled text field; the unit stands inside at the right, the error under it.
 *   <Field label="Target" value="200,000" onChange={(text) => ...} unit="transitions" invalid="" numeric />
 * `invalid` non-empty: red border and the text under the field. `wide` spans all columns of a form grid.
 */
import { useId } from 'react'
import { classNames } from './class-names.ts'
import css from './field.module.css'

interface Props {
  label: string
  value: string
  onChange: (text: string) => void
  onCommit?: () => void
  unit?: React.ReactNode
  invalid?: string | null | undefined
  numeric?: boolean
  wide?: boolean
  disabled?: boolean
  title?: string | undefined
}

export function Field({ label, value, onChange, onCommit, unit, invalid, numeric, wide, disabled, title }: Props) {
  const id = useId()
  return (
    <div className={classNames(css.field, wide && css.wide)}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <span className={classNames(css.box, invalid && css.invalid, disabled && css.disabled)}>
        <input
          id={id}
          value={value}
          title={title}
          disabled={disabled}
          spellCheck={false}
          autoComplete="off"
          inputMode={numeric ? 'numeric' : 'text'}
          aria-invalid={Boolean(invalid)}
          aria-describedby={invalid ? `${id}-error` : undefined}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onCommit}
          onKeyDown={(event) => event.key === 'Enter' && onCommit?.()}
        />
        {unit !== undefined && <span className={css.unit}>{unit}</span>}
      </span>
      {invalid && (
        <span id={`${id}-error`} className={css.error}>
          {invalid}
        </span>
      )}
    </div>
  )
}
