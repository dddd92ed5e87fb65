import { useState } from 'react'
import type { LimitRow } from '../../contract/robot-limits.ts'
import { classNames } from '../parts/class-names.ts'
import { limitText, parseLimit, shownUnit } from './limit-units.ts'
import css from './limits-dialog.module.css'

interface Props {
  row: LimitRow
  set: (values: readonly number[]) => Promise<void>
}

/** The numbers of one limit; Enter or leaving the field sets them. What a person may not change is only shown. */
export function LimitInput({ row, set }: Props) {
  const shown = shownUnit(row)
  if (row.tighter === 'fixed')
    return (
      <span className={css.fixed}>
        {row.current.map((value) => limitText(value, shown)).join('  ')}{' '}
        <span className={css.unit}>{shown.unit}, fixed</span>
      </span>
    )
  return (
    <span className={css.numbers}>
      {row.current.map((value, i) => (
        <NumberInput
          key={`${i} ${value}`}
          label={`${row.label}${row.parts[i] === undefined ? '' : `, ${row.parts[i]}`}`}
          placeholder={row.parts[i]}
          shown={limitText(value, shown)}
          isDefault={value === row.defaults[i]}
          parse={(typed) => parseLimit(typed, row.defaults[i] ?? value, shown)}
          set={(next) => set(row.current.map((old, at) => (at === i ? next : old)))}
        />
      ))}
      <span className={css.unit}>{shown.unit}</span>
    </span>
  )
}

interface NumberProps {
  label: string
  placeholder: string | undefined
  shown: string
  isDefault: boolean
  parse: (typed: string) => number | null
  set: (value: number) => Promise<void>
}

function NumberInput({ label, placeholder, shown, isDefault, parse, set }: NumberProps) {
  const [typed, setTyped] = useState(shown)
  const value = parse(typed)
  const commit = () => {
    if (typed.trim() === shown) return
    // A refusal leaves the limit as it was, and the field shows it again.
    if (value !== null) void set(value).then(() => setTyped(shown))
  }
  const isNoNumber = value === null
  return (
    <span className={css.cell}>
      <input
        className={classNames(css.input, isNoNumber && css.invalid, !isDefault && css.changed)}
        aria-label={label}
        aria-invalid={isNoNumber}
        title={placeholder}
        value={typed}
        inputMode="decimal"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      {isNoNumber && (
        <span className={css.error} role="alert">
          no number
        </span>
      )}
    </span>
  )
}
