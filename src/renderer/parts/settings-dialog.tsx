/**
 * Every setting of a method with its unit: numbers first, then switches. What differs from the mode is marked, with the
 * default to go back to. A line at the foot says what the setting under focus or pointer means.
 */
import { useState } from 'react'
import type { Method, Mode, Setting } from '../../contract/world.ts'
import { Button } from './button.tsx'
import { Checkbox } from './checkbox.tsx'
import { classNames } from './class-names.ts'
import { Dialog, DialogActions } from './dialog.tsx'
import { Field } from './field.tsx'
import css from './method-settings.module.css'
import { modeLabel } from './modes.ts'
import { readSettings, settingHelp, settingText, type TypedSettings } from './setting-changes.ts'
import text from './text.module.css'

interface Props {
  method: Method
  mode: Mode
  typed: TypedSettings
  onChange: (typed: TypedSettings) => void
  onClose: () => void
}

/** What the marks in front of sources stand for. */
const SOURCES: readonly [string, string][] = [
  ['[C]', 'the exploration paper’s released code'],
  ['[O]', 'the release of the method’s authors'],
  ['[O v2]', 'their release of 2019'],
  ['[URLB]', 'the unsupervised RL benchmark, 2021'],
  ['[CORL]', 'the CORL library'],
]

export function SettingsDialog({ method, mode, typed, onChange, onClose }: Props) {
  const [shown, setShown] = useState<Setting | null>(null)
  const { changes, errors } = readSettings(method.settings, mode, typed)
  const differs = ({ key }: Setting) => changes[key] !== undefined || errors[key] !== undefined
  const any = method.settings.some(differs)
  const set = (key: string, value: string) => onChange({ ...typed, [key]: value })
  const reset = (keys: readonly string[]) =>
    onChange(Object.fromEntries(Object.entries(typed).filter(([key]) => !keys.includes(key))))

  const each = (setting: Setting) => (
    <SettingField
      key={setting.key}
      setting={setting}
      mode={mode}
      value={typed[setting.key] ?? settingText(setting, setting.defaults[mode])}
      differs={differs(setting)}
      error={errors[setting.key]}
      onChange={(value) => set(setting.key, value)}
      onReset={() => reset([setting.key])}
      onShow={() => setShown(setting)}
    />
  )
  const marks = SOURCES.filter(([mark]) => shown?.source.includes(mark))
  return (
    <Dialog
      open
      width={960}
      title={`Settings of ${method.label}`}
      titleEnd={modeLabel(mode)}
      description={method.summary}
      onClose={onClose}
    >
      <div className={css.body}>
        <div className={css.numbers}>{method.settings.filter(({ unit }) => unit !== 'switch').map(each)}</div>
        <div className={css.switches}>{method.settings.filter(({ unit }) => unit === 'switch').map(each)}</div>
      </div>
      <div className={css.help} aria-live="polite">
        <p>
          {shown === null ? 'Point at a setting to read what it means.' : settingHelp(shown, mode, modeLabel(mode))}
        </p>
        <p className={text.faint}>{marks.map(([mark, meaning]) => `${mark} ${meaning}`).join(' · ')}</p>
      </div>
      <DialogActions>
        <Button
          reason={any ? null : `All settings are as in ${modeLabel(mode)}`}
          onClick={() => reset(method.settings.map(({ key }) => key))}
        >
          Reset all to {modeLabel(mode)}
        </Button>
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  )
}

interface FieldProps {
  setting: Setting
  mode: Mode
  value: string
  differs: boolean
  error: string | undefined
  onChange: (value: string) => void
  onReset: () => void
  onShow: () => void
}

function SettingField({ setting, mode, value, differs, error, onChange, onReset, onShow }: FieldProps) {
  const usual = setting.defaults[mode]
  const isSwitch = setting.unit === 'switch'
  return (
    <div
      className={classNames(css.setting, differs && css.differs)}
      title={settingHelp(setting, mode, modeLabel(mode))}
      onFocus={onShow}
      onPointerEnter={onShow}
    >
      {isSwitch ? (
        <Checkbox checked={Number(value) === 1} onChange={(on) => onChange(on ? '1' : '0')}>
          {setting.label}
        </Checkbox>
      ) : (
        <Field
          numeric={setting.integer}
          label={setting.label}
          {...(setting.unit !== '' && { unit: setting.unit })}
          value={value}
          invalid={error}
          onChange={onChange}
        />
      )}
      {differs && (
        <button type="button" className={css.reset} aria-label={`Reset ${setting.label}`} onClick={onReset}>
          Reset to {isSwitch ? (usual === 1 ? 'on' : 'off') : settingText(setting, usual)}
        </button>
      )}
    </div>
  )
}
