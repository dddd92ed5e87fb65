import { useCallback, useEffect, useState } from 'react'
import type { CurationState } from '../../../contract/curation.ts'
import type { EpisodeRow } from '../../../contract/dataset.ts'
import { Button } from '../../parts/button.tsx'
import { classNames } from '../../parts/class-names.ts'
import { formatNumber } from '../../parts/format.ts'
import text from '../../parts/text.module.css'
import { useKeyAction } from '../../state/keys.ts'
import css from './curation.module.css'
import { curate, dialogIsOpen, useCurationStore } from './curation-store.ts'
import { EpisodeNotesDialog } from './episode-notes-dialog.tsx'
import { clearMarked, useMarked } from './episode-selection.ts'
import { ExcludeDialog, episodesText } from './exclude-dialog.tsx'

type Props = {
  id: string
  /** Row of the cursor; null while it is not read. */
  row: EpisodeRow | null
  curation: CurationState | null
}

/** What can be done with the selected episodes, and the way back; its line is always there. */
export function CurationBar({ id, row, curation }: Props) {
  const marked = useMarked(id)
  const problem = useCurationStore((state) => state.problem)
  const [asked, setAsked] = useState<'exclude' | 'notes' | null>(null)
  const episodes = marked.size > 0 ? [...marked].sort((a, b) => a - b) : row ? [row.episode] : []
  const nothing = episodes.length === 0 ? 'No episode is selected' : null
  const already = marked.size === 0 && row?.excluded ? 'It is excluded already' : null
  const close = useCallback(() => setAsked(null), [])
  // What was refused for another dataset says nothing about this one.
  useEffect(() => useCurationStore.setState({ problem: null }), [id])
  useUndoKeys(id)
  useKeyAction(
    'exclude',
    useCallback(() => {
      if (!dialogIsOpen() && nothing === null && already === null) setAsked('exclude')
    }, [nothing, already]),
  )
  const restorable = marked.size > 0 || row?.excluded === true
  return (
    <div className={css.bar}>
      <span className={classNames(css.says, problem && text.bad, text.ellipsis)} role="status" title={problem?.tip}>
        {problem ? problem.message : selectionText(episodes, marked.size > 0, row)}
      </span>
      {marked.size > 0 && (
        <Button size="small" kind="quiet" onClick={() => clearMarked(id)}>
          Select one
        </Button>
      )}
      <Button size="small" reason={nothing ?? already} onClick={() => setAsked('exclude')}>
        Exclude <kbd>Del</kbd>
      </Button>
      {restorable && (
        <Button size="small" onClick={() => void curate(id, { kind: 'restore', episodes })}>
          Restore
        </Button>
      )}
      <Button size="small" reason={nothing} onClick={() => setAsked('notes')}>
        <span className={text.wideOnly}>Tags and notes</span>
        <span className={text.narrowOnly}>Tags</span>
      </Button>
      <UndoButtons id={id} curation={curation} />
      {asked === 'exclude' && <ExcludeDialog id={id} episodes={episodes} onClose={close} />}
      {asked === 'notes' && (
        <EpisodeNotesDialog
          id={id}
          episodes={episodes}
          row={marked.size > 0 ? null : row}
          known={Object.keys(curation?.episodeTags ?? {})}
          onClose={close}
        />
      )}
    </div>
  )
}

function selectionText(episodes: readonly number[], several: boolean, row: EpisodeRow | null): string {
  if (several) return `${formatNumber(episodes.length)} selected`
  if (!row) return ''
  const kept = row.kept
  const trimmed = kept ? `, steps ${formatNumber(kept.from + 1)} to ${formatNumber(kept.to)} kept` : ''
  const words = [...row.tags, row.note].filter((each) => each !== '').join(' · ')
  return `${capital(episodesText(episodes))}${row.excluded ? ', excluded' : trimmed}${words === '' ? '' : `: ${words}`}`
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** Ctrl Z and Ctrl Y for a dataset. What there is to undo is known by the station, whatever the window has read so far. */
export function useUndoKeys(id: string): void {
  useKeyAction(
    'undo',
    useCallback(() => {
      if (!dialogIsOpen()) void curate(id, { kind: 'undo-last' })
    }, [id]),
  )
  useKeyAction(
    'redo',
    useCallback(() => {
      if (!dialogIsOpen()) void curate(id, { kind: 'redo-last' })
    }, [id]),
  )
}

type UndoProps = {
  id: string
  curation: CurationState | null
  kind?: 'plain' | 'quiet'
}

/** The way back and forth, each with what it would do in its title. */
export function UndoButtons({ id, curation, kind = 'plain' }: UndoProps) {
  const [undo, redo] = [curation?.undo ?? null, curation?.redo ?? null]
  return (
    <>
      <Button
        size="small"
        kind={kind}
        reason={undo === null ? 'Nothing to undo' : null}
        title={undo === null ? undefined : `Undo: ${undo}`}
        onClick={() => void curate(id, { kind: 'undo-last' })}
      >
        Undo <kbd className={text.wideOnly}>Ctrl Z</kbd>
      </Button>
      <Button
        size="small"
        kind={kind}
        reason={redo === null ? 'Nothing to redo' : null}
        title={redo === null ? undefined : `Redo: ${redo}`}
        onClick={() => void curate(id, { kind: 'redo-last' })}
      >
        Redo <kbd className={text.wideOnly}>Ctrl Y</kbd>
      </Button>
    </>
  )
}
