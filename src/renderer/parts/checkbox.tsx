/**
 *   <Checkbox checked={} onChange={(checked) => ...} disabled>Nobody is inside the box.</Checkbox>
 * Enter toggles it as well as Space, because Space is STOP while the arm is armed.
 */
import css from './checkbox.module.css'

interface Props {
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
  children: React.ReactNode
}

export function Checkbox({ checked, onChange, disabled = false, children }: Props) {
  return (
    <label className={css.label}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          onChange(!checked)
        }}
      />
      <span>{children}</span>
    </label>
  )
}
