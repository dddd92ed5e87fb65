import { useState } from 'react'
import type { DatasetSummary, EndReason } from '../../../contract/dataset.ts'
import type { View, ViewCounts, ViewOrder } from '../../../contract/view.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { END_REASONS } from '../../parts/end-reasons.tsx'
import { Field } from '../../parts/field.tsx'
import { formatNumber } from '../../parts/format.ts'
import { ProblemNotice } from '../../parts/problem-notice.tsx'
import text from '../../parts/text.module.css'
import { api } from '../../state/api.ts'
import { usePress } from '../../state/press.ts'
import css from './curation.module.css'
import { operatorName } from './curation-store.ts'
import { useAtMostEvery } from '../use-at-most-every.ts'
import { useLoaded } from '../use-loaded.ts'
import { ViewCountsLine } from './view-counts.tsx'
import type { ViewDraft, ViewErrors } from './view-draft.ts'
import { readView } from './view-draft.ts'

const preview = (order: string): Promise<ViewCounts> => api.curation.preview.query(JSON.parse(order) as ViewOrder)

type Props = {
  datasets: readonly DatasetSummary[]
  /** What the form begins with. */
  begin: ViewDraft
  /** The view that this is a new version of. It stays as it is: trainings refer to it. */
  former?: View
  onClose: () => void
}

/** Several datasets, or a part of them, as one: counted before it is saved, and by reference. */
export function NewViewDialog({ datasets, begin, former, onClose }: Props) {
  const [draft, setDraft] = useState(begin)
  const change = (part: Partial<ViewDraft>) => setDraft((now) => ({ ...now, ...part }))
  const { order, errors } = readView(draft)
  const asked = useAtMostEvery(order && JSON.stringify(order), 300)
  const counts = useLoaded(asked, '', preview)
  const { busy, problem, press } = usePress()
  const wrong = counts.problem ?? counts.value?.problem ?? null
  const whyNot = whyNotSaved(draft, errors, wrong !== null, counts.value)
  const save = async () => {
    if (
      order &&
      (await press(() => api.curation.saveView.mutate({ ...order, name: draft.name.trim(), operator: operatorName() })))
    )
      onClose()
  }
  return (
    <Dialog
      open
      title={former ? `New version of ${former.name}` : 'New view'}
      description={
        former
          ? `${former.name} stays as it is, so that what was trained on it can be looked up. It can go into the trash.`
          : 'It refers to its datasets: nothing is copied, and what is excluded there is not in it. Train takes it like a dataset.'
      }
      width={760}
      onClose={onClose}
    >
      <ProblemNotice problem={problem} />
      <div className={css.columns}>
        <div className={css.group}>
          <Field
            label="Name"
            value={draft.name}
            invalid={draft.name === '' ? undefined : errors.name}
            onChange={(name) => change({ name })}
          />
          <Sources datasets={datasets} draft={draft} errors={errors} onChange={change} />
          <Share draft={draft} errors={errors} onChange={change} />
        </div>
        <Rules draft={draft} errors={errors} onChange={change} />
      </div>
      {counts.value ? (
        <ViewCountsLine counts={counts.value} />
      ) : (
        <div className={css.counts}>
          <span className={text.dim}>
            {counts.problem?.message ?? (order ? 'Counting' : 'Correct the fields above.')}
          </span>
        </div>
      )}
      <DialogActions>
        <span className={css.whyNot}>{whyNot}</span>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" disabled={busy} reason={whyNot} onClick={() => void save()}>
          Save the view
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function whyNotSaved(draft: ViewDraft, errors: ViewErrors, wrong: boolean, counts: ViewCounts | null): string | null {
  if (draft.name.trim() === '') return 'Give the view a name'
  if (Object.keys(errors).length > 0) return 'Correct the fields marked in red'
  if (wrong) return 'These datasets cannot be put together'
  return counts?.episodes === 0 ? 'No episode fulfils the rules' : null
}

type PartProps = { draft: ViewDraft; errors: ViewErrors; onChange: (part: Partial<ViewDraft>) => void }

function Sources({ datasets, draft, errors, onChange }: PartProps & { datasets: readonly DatasetSummary[] }) {
  const usable = datasets.filter(({ problem, episodes }) => problem === null && episodes > 0)
  return (
    <>
      <span className={text.label}>Datasets</span>
      <div className={css.choices} role="group" aria-label="Datasets">
        {usable.map(({ id, name, transitions }) => (
          <Checkbox
            key={id}
            checked={draft.sources.includes(id)}
            onChange={(checked) =>
              onChange({ sources: checked ? [...draft.sources, id] : draft.sources.filter((each) => each !== id) })
            }
          >
            {name} <span className={text.dim}>{formatNumber(transitions)}</span>
          </Checkbox>
        ))}
      </div>
      {errors.sources && <span className={`${text.small} ${text.bad}`}>{errors.sources}</span>}
    </>
  )
}

/** A part of the episodes that another view can have the rest of. */
function Share({ draft, errors, onChange }: PartProps) {
  return (
    <>
      <div className={css.pair}>
        <Field
          label="Share of the episodes, from"
          unit="%"
          numeric
          value={draft.shareFrom}
          invalid={errors.share}
          onChange={(shareFrom) => onChange({ shareFrom })}
        />
        <Field label="to" unit="%" numeric value={draft.shareTo} onChange={(shareTo) => onChange({ shareTo })} />
      </div>
      <Field
        label="Draw number of the share"
        numeric
        value={draft.shareSeed}
        invalid={errors.shareSeed}
        title="The same number parts the episodes in the same way in every view"
        onChange={(shareSeed) => onChange({ shareSeed })}
      />
    </>
  )
}

function Rules({ draft, errors, onChange }: PartProps) {
  return (
    <div className={css.group}>
      <span className={text.label}>Only episodes that ended by</span>
      <div className={css.reasons} role="group" aria-label="Only episodes that ended by">
        {(Object.keys(END_REASONS) as EndReason[]).map((reason) => (
          <Checkbox
            key={reason}
            checked={draft.endReasons.includes(reason)}
            onChange={(checked) =>
              onChange({
                endReasons: checked
                  ? [...draft.endReasons, reason]
                  : draft.endReasons.filter((each) => each !== reason),
              })
            }
          >
            {END_REASONS[reason].label}
          </Checkbox>
        ))}
      </div>
      <div className={css.pair}>
        <Field
          label="Shortest"
          unit="steps"
          numeric
          value={draft.minSteps}
          invalid={errors.minSteps}
          onChange={(minSteps) => onChange({ minSteps })}
        />
        <Field
          label="Longest"
          unit="steps"
          numeric
          value={draft.maxSteps}
          invalid={errors.maxSteps}
          onChange={(maxSteps) => onChange({ maxSteps })}
        />
        <Field label="With a tag of" value={draft.tags} invalid={errors.tags} onChange={(tags) => onChange({ tags })} />
        <Field
          label="Without the tags"
          value={draft.withoutTags}
          invalid={errors.withoutTags}
          onChange={(withoutTags) => onChange({ withoutTags })}
        />
      </div>
    </div>
  )
}
