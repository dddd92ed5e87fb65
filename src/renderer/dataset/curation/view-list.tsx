import { useState } from 'react'
import type { View } from '../../../contract/view.ts'
import { formatNumber } from '../../parts/format.ts'
import { StateWord } from '../../parts/state-word.tsx'
import { useViews } from '../../state/views-store.ts'
import { useDatasets } from '../dataset-store.ts'
import css from '../datasets-screen.module.css'
import { NewViewDialog } from './new-view-dialog.tsx'
import { ViewDialog } from './view-dialog.tsx'
import { nextDraft } from './view-draft.ts'

/** Saved views below the datasets; nothing while there are none. */
export function ViewList() {
  const views = useViews((state) => state.views)
  const datasets = useDatasets((state) => state.datasets)
  const [open, setOpen] = useState<string | null>(null)
  const [changing, setChanging] = useState<View | null>(null)
  const shown = views?.find(({ view }) => view.id === open)
  if (!views || views.length === 0) return null
  return (
    <>
      <h3 className={css.listHead}>Views</h3>
      {views.map(({ view, counts, path }) => (
        <button key={view.id} type="button" className={css.dataset} title={path} onClick={() => setOpen(view.id)}>
          <b>{view.name}</b>
          <span className={css.count}>{formatNumber(counts.transitions)}</span>
          <small>{counts.sources.map(({ name }) => name).join(' + ')}</small>
          <small>
            {counts.problem ? <StateWord kind="warn">Not usable</StateWord> : <StateWord kind="wait">View</StateWord>}
          </small>
        </button>
      ))}
      {shown && (
        <ViewDialog
          summary={shown}
          onChange={() => {
            setOpen(null)
            setChanging(shown.view)
          }}
          onClose={() => setOpen(null)}
        />
      )}
      {changing && (
        <NewViewDialog
          datasets={datasets ?? []}
          begin={nextDraft(
            changing,
            views.map(({ view }) => view.name),
          )}
          former={changing}
          onClose={() => setChanging(null)}
        />
      )}
    </>
  )
}
