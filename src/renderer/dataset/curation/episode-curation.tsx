import { useCallback, useState } from 'react'
import type { CurationState, StepRange } from '../../../contract/curation.ts'
import type { EpisodeRow } from '../../../contract/dataset.ts'
import { Button } from '../../parts/button.tsx'
import { formatNumber } from '../../parts/format.ts'
import text from '../../parts/text.module.css'
import { useKeyAction } from '../../state/keys.ts'
import { useUndoKeys } from './curation-bar.tsx'
import { curate, dialogIsOpen, useCurationStore } from './curation-store.ts'
import { EpisodeNotesDialog } from './episode-notes-dialog.tsx'
import { ExcludeDialog } from './exclude-dialog.tsx'
import { draftTrim, endTrim, useTrimDraft } from './trim-draft.ts'

type Props = { id: string; subject: string; row: EpisodeRow; curation: CurationState | null }

/** What is decided about one episode, and the buttons that decide it. */
export function EpisodeCuration({ id, subject, row, curation }: Props) {
  const [asked, setAsked] = useState<'exclude' | 'notes' | null>(null)
  const problem = useCurationStore((state) => state.problem)
  const draft = useTrimDraft(subject)
  const { episode, excluded, kept, steps } = row
  const close = useCallback(() => setAsked(null), [])
  useUndoKeys(id)
  useKeyAction(
    'exclude',
    useCallback(() => {
      if (!dialogIsOpen() && !excluded) setAsked('exclude')
    }, [excluded]),
  )
  return (
    <>
      {problem ? (
        <span className={`${text.bad} ${text.ellipsis}`} role="alert" title={problem.tip}>
          {problem.message}
        </span>
      ) : (
        <span
          className={`${text.dim} ${text.ellipsis} ${text.wideOnly}`}
          title={[...row.tags, row.note].filter((each) => each !== '').join(' · ') || undefined}
        >
          {excluded ? 'Excluded' : kept ? keptText(kept) : row.tags.join(' · ')}
        </span>
      )}
      {excluded ? (
        <Button size="small" onClick={() => void curate(id, { kind: 'restore', episodes: [episode] })}>
          Restore
        </Button>
      ) : (
        <Button size="small" onClick={() => setAsked('exclude')}>
          Exclude <kbd>Del</kbd>
        </Button>
      )}
      <Button
        size="small"
        aria-pressed={draft !== null}
        onClick={() => (draft ? endTrim() : draftTrim(subject, kept ?? { from: 0, to: steps }))}
      >
        Trim
      </Button>
      <Button size="small" onClick={() => setAsked('notes')}>
        Tags
      </Button>
      {curation?.undo != null && (
        <Button
          size="small"
          kind="quiet"
          title={`Undo: ${curation.undo}`}
          onClick={() => void curate(id, { kind: 'undo-last' })}
        >
          Undo
        </Button>
      )}
      {asked === 'exclude' && <ExcludeDialog id={id} episodes={[episode]} onClose={close} />}
      {asked === 'notes' && (
        <EpisodeNotesDialog
          id={id}
          episodes={[episode]}
          row={row}
          known={Object.keys(curation?.episodeTags ?? {})}
          onClose={close}
        />
      )}
    </>
  )
}

const keptText = ({ from, to }: StepRange): string => `Steps ${formatNumber(from + 1)} to ${formatNumber(to)} kept`
