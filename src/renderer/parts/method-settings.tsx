/**
 * The settings of an explorer or a learner: one line that says what differs from the mode's defaults, and a dialog with
 * all of them.
 *   <MethodSettings method={method} mode="paper" typed={{ batch: '128' }} onChange={(typed) => ...} />
 * `typed` holds what a person typed, as text; setting-changes.ts reads it.
 */
import { useState } from 'react'
import type { Method, Mode } from '../../contract/world.ts'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'
import css from './method-settings.module.css'
import { modeLabel } from './modes.ts'
import { changeText, readSettings, type TypedSettings } from './setting-changes.ts'
import { SettingsDialog } from './settings-dialog.tsx'
import text from './text.module.css'

interface Props {
  method: Method
  mode: Mode
  typed: TypedSettings
  onChange: (typed: TypedSettings) => void
}

export function MethodSettings({ method, mode, typed, onChange }: Props) {
  const [open, setOpen] = useState(false)
  const { changes, errors } = readSettings(method.settings, mode, typed)
  const wrong = method.settings.filter(({ key }) => errors[key] !== undefined)
  const differing = method.settings.flatMap((setting) => {
    const value = changes[setting.key]
    return value === undefined ? [] : [changeText(setting, value)]
  })
  const summary =
    method.settings.length === 0
      ? `${method.label} has none.`
      : wrong.length > 0
        ? `Cannot be used: ${wrong.map(({ label }) => label).join(', ')}`
        : differing.length === 0
          ? `All as in ${modeLabel(mode)}`
          : (differing.length > 1 ? `${differing.length} changed: ` : '') + differing.join(' · ')
  return (
    <div className={css.row}>
      <span className={text.label}>Settings</span>
      <span
        className={classNames(css.summary, wrong.length > 0 ? text.bad : differing.length > 0 ? text.strong : text.dim)}
        title={summary}
      >
        {summary}
      </span>
      {method.settings.length > 0 && (
        <Button size="small" aria-label={`Change settings of ${method.label}`} onClick={() => setOpen(true)}>
          Change…
        </Button>
      )}
      {open && (
        <SettingsDialog method={method} mode={mode} typed={typed} onChange={onChange} onClose={() => setOpen(false)} />
      )}
    </div>
  )
}
