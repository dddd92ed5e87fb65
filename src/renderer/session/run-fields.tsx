import { useEffect } from 'react'
import { Field } from '../parts/field.tsx'
import { formatDuration, formatNumber, parseWholeNumber } from '../parts/format.ts'
import { MethodSettings } from '../parts/method-settings.tsx'
import { MODES } from '../parts/modes.ts'
import { Segment } from '../parts/segment.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { useStation } from '../state/station-store.ts'
import type { ArmWorldName } from '../../contract/world.ts'
import { useExplorers } from './explorers.ts'
import { editRun, useRunForm, type FormErrors, type RunForm } from './run-form.ts'
import css from './ready-screen.module.css'

/** s, step period of the arm */
const STEP_S = 0.05

const WORLDS: readonly { value: ArmWorldName; label: string; title: string }[] = [
  { value: 'panda-fci', label: 'On the arm', title: 'The connected arm, real or simulated, in real time' },
  { value: 'panda', label: 'In simulation', title: 'A simulated arm inside the station, as fast as it can' },
]

export function WorldSegment() {
  const world = useRunForm((form) => form.world)
  return <Segment label="Run on" options={WORLDS} value={world} onChange={(value) => editRun({ world: value })} />
}

/** Writes 200000 as 200,000 when the cursor leaves. */
const tidy = (typed: string): string => {
  const value = parseWholeNumber(typed)
  return value === null ? typed : formatNumber(value)
}

export function RunFields({ form, errors }: { form: RunForm; errors: FormErrors }) {
  const { explorers } = useExplorers()
  useSuggestedName(form)
  const explorer = explorers?.find(({ name }) => name === form.explorer)
  const steps = parseWholeNumber(form.steps)
  return (
    <div className={css.form}>
      <Field
        wide
        label="Dataset"
        value={form.dataset}
        invalid={form.dataset === '' && !form.named ? null : errors.dataset}
        onChange={(dataset) => editRun({ dataset, named: dataset !== '' })}
      />
      <Field
        numeric
        label="Target"
        unit="transitions"
        value={form.target}
        invalid={errors.target}
        onChange={(target) => editRun({ target })}
        onCommit={() => editRun({ target: tidy(form.target) })}
      />
      <Field
        numeric
        label="Episode length"
        unit={<>steps{steps !== null && <span className={text.wideOnly}>, {formatDuration(steps * STEP_S)}</span>}</>}
        value={form.steps}
        invalid={errors.steps}
        onChange={(typed) => editRun({ steps: typed })}
        onCommit={() => editRun({ steps: tidy(form.steps) })}
      />
      <div className={css.mode}>
        <span className={text.label}>Mode</span>
        <Segment
          tall
          label="Mode"
          value={form.mode}
          onChange={(mode) => editRun({ mode })}
          options={MODES.map((mode) => ({
            ...mode,
            disabled: explorer !== undefined && !explorer.modes.includes(mode.value),
          }))}
        />
      </div>
      {explorer !== undefined && (
        <MethodSettings
          method={explorer}
          mode={form.mode}
          typed={form.settings[explorer.name] ?? {}}
          onChange={(typed) => editRun({ settings: { ...form.settings, [explorer.name]: typed } })}
        />
      )}
      <Field
        label="Operator"
        value={form.operator}
        onChange={(operator) => editRun({ operator: operator.slice(0, 120) })}
      />
      <Field numeric label="Seed" value={form.seed} invalid={errors.seed} onChange={(seed) => editRun({ seed })} />
    </div>
  )
}

/** Offers the next free name for the explorer until a person types one. */
function useSuggestedName({ explorer, named }: RunForm): void {
  const stationUp = useStation((station) => station.link === 'up')
  useEffect(() => {
    if (named || !stationUp) return
    let current = true
    api.session.suggestName.query({ explorer }).then(
      (dataset) => current && !useRunForm.getState().named && editRun({ dataset }),
      // Without a suggestion the field stays empty and says what it needs.
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [explorer, named, stationUp])
}
