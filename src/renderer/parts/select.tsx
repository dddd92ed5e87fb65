/**
 * One choice of many, in a list that opens under the field. Does not block the rest of the window: STOP stays usable.
 *   <Select label="Dataset" options={[{ value, label, remark }]} value={} onChange={} wide disabled small />
 * `small`: 24 px, its label only read out.
 * Keys: Enter or arrow down opens; arrows, Home, End move; Enter chooses; Esc closes (STOP first while armed).
 */
import { Popover } from 'radix-ui'
import { useId, useState } from 'react'
import { classNames } from './class-names.ts'
import fieldCss from './field.module.css'
import { moveByArrow } from './roving.ts'
import css from './select.module.css'
import text from './text.module.css'

interface Props<T extends string> {
  label: string
  options: readonly { value: T; label: string; remark?: string }[]
  value: T
  onChange: (value: T) => void
  wide?: boolean
  disabled?: boolean
  small?: boolean
}

export function Select<T extends string>({
  label,
  options,
  value,
  onChange,
  wide,
  disabled = false,
  small = false,
}: Props<T>) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const chosen = options.find((option) => option.value === value)
  return (
    <div className={classNames(fieldCss.field, wide && fieldCss.wide)}>
      <span className={small ? text.hiddenLabel : fieldCss.label} id={`${id}-label`}>
        {label}
      </span>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          className={classNames(css.trigger, small && css.small)}
          disabled={disabled}
          role="combobox"
          aria-labelledby={`${id}-label ${id}-value`}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
            event.preventDefault()
            setOpen(true)
          }}
        >
          <span id={`${id}-value`} className={css.value} title={chosen?.label}>
            {chosen?.label ?? '–'}
          </span>
          <svg viewBox="0 0 12 12" className={css.arrow} aria-hidden="true">
            <path d="M2 4l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className={css.list}
            role="listbox"
            aria-label={label}
            align="start"
            sideOffset={4}
            onKeyDown={(event) => moveByArrow(event, '[role=option]', false)}
            onOpenAutoFocus={(event) => {
              event.preventDefault()
              const list = event.currentTarget as HTMLElement
              list.querySelector<HTMLElement>('[aria-selected=true], [role=option]')?.focus()
            }}
          >
            {options.map((option) => (
              <button
                key={option.value}
                type="button"
                role="option"
                aria-selected={option.value === value}
                tabIndex={-1}
                className={css.option}
                onClick={() => {
                  onChange(option.value)
                  setOpen(false)
                }}
              >
                <span>{option.label}</span>
                {option.remark !== undefined && <small>{option.remark}</small>}
              </button>
            ))}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  )
}
