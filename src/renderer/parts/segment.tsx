/**
 * One choice of a few, side by side. Left and right arrows move the choice; one tab stop.
 *   <Segment label="Mode" options={[{ value: 'paper', label: 'Paper', disabled: false }]} value={} onChange={} tall />
 * `tall` = 32 px and full width, for forms; otherwise 24 px.
 */
import { classNames } from './class-names.ts'
import { moveByArrow } from './roving.ts'
import css from './segment.module.css'

export interface Option<T extends string> {
  value: T
  label: React.ReactNode
  disabled?: boolean
  title?: string
}

interface Props<T extends string> {
  label: string
  options: readonly Option<T>[]
  value: T
  onChange: (value: T) => void
  tall?: boolean
}

export function Segment<T extends string>({ label, options, value, onChange, tall = false }: Props<T>) {
  return (
    <span
      className={classNames(css.segment, tall && css.tall)}
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => moveByArrow(event, '[role=radio]:not(:disabled)', true)}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          disabled={option.disabled}
          title={option.title}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </span>
  )
}
