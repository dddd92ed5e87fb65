import { useState } from 'react'
import { formatNumber } from '../../parts/format.ts'
import { StateWord } from '../../parts/state-word.tsx'
import { useViews } from '../../state/views-store.ts'
import css from '../datasets-screen.module.css'
import { ViewDialog } from './view-dialog.tsx'

/** Saved views below the datasets; nothing while there are none. */
export function ViewList() {
  const views = useViews((state) => state.views)
  const [open, setOpen] = useState<string | null>(null)
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
      {shown && <ViewDialog summary={shown} onClose={() => setOpen(null)} />}
    </>
  )
}
