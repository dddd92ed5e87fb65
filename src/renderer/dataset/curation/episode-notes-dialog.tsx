import type { EpisodeRow } from '../../../contract/dataset.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { ProblemNotice } from '../../parts/problem-notice.tsx'
import css from './curation.module.css'
import { curate, useCurationStore } from './curation-store.ts'
import { episodesText } from './exclude-dialog.tsx'
import { NoteField } from './note-field.tsx'
import { TagList } from './tag-list.tsx'

type Props = {
  id: string
  /** All that a new tag is given to. */
  episodes: readonly number[]
  /** Row of the one episode, with its tags and note as stored; null while several are meant. */
  row: Pick<EpisodeRow, 'tags' | 'note'> | null
  /** Tags that other episodes have, to choose from. */
  known: readonly string[]
  onClose: () => void
}

/** Tags and a note of an episode, or tags of several. */
export function EpisodeNotesDialog({ id, episodes, row, known, onClose }: Props) {
  const problem = useCurationStore((state) => state.problem)
  const all = [...episodes]
  const tag = (value: string) => void curate(id, { kind: 'tag', episodes: all, value })
  const untag = (value: string) => void curate(id, { kind: 'untag', episodes: all, value })
  const offered = known.filter((each) => !row?.tags.includes(each))
  return (
    <Dialog
      open
      title={`Tags and notes of ${episodesText(episodes)}`}
      description="They are stored in the dataset file, beside the data. Views can take or leave episodes by their tags."
      width={560}
      onClose={onClose}
    >
      <ProblemNotice problem={problem} />
      <div className={css.form}>
        <TagList tags={row?.tags ?? []} of={episodesText(episodes)} onAdd={tag} onRemove={untag} />
        {offered.length > 0 && (
          <div className={css.tags}>
            <span className={css.offered}>Used before</span>
            {offered.map((each) => (
              <Button key={each} size="small" onClick={() => tag(each)}>
                {each}
              </Button>
            ))}
            {row === null &&
              offered.map((each) => (
                <Button key={`off ${each}`} size="small" kind="quiet" onClick={() => untag(each)}>
                  Take off {each}
                </Button>
              ))}
          </div>
        )}
        {row && (
          <NoteField
            label={`Note on ${episodesText(episodes)}`}
            note={row.note}
            onSave={(value) => void curate(id, { kind: 'note', episodes: all, value })}
          />
        )}
      </div>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}
