/**
 * A list of choices with a line of explanation each.
 *   <RadioRows label="Explorer" value={} onChange={} rows={[{ value, title, remark, text }]} />
 * `remark` stands at the right; `text` is hidden at small height except on the chosen row's title attribute.
 */
import css from './radio-rows.module.css'
import { moveByArrow } from './roving.ts'

export interface RadioRow {
  value: string
  title: string
  remark: string
  text: string
}

interface Props {
  label: string
  rows: readonly RadioRow[]
  value: string
  onChange: (value: string) => void
}

export function RadioRows({ label, rows, value, onChange }: Props) {
  return (
    <div role="radiogroup" aria-label={label} onKeyDown={(event) => moveByArrow(event, '[role=radio]', true)}>
      {rows.map((row, index) => {
        const chosen = row.value === value
        const reachable = chosen || (index === 0 && !rows.some((other) => other.value === value))
        return (
          <button
            key={row.value}
            type="button"
            role="radio"
            className={css.row}
            aria-checked={chosen}
            tabIndex={reachable ? 0 : -1}
            title={row.text}
            onClick={() => onChange(row.value)}
          >
            <i className={css.dot} />
            <b className={css.title}>{row.title}</b>
            <span className={css.remark}>{row.remark}</span>
            <small className={css.text}>{row.text}</small>
          </button>
        )
      })}
    </div>
  )
}
