import type { CurationState } from '../../../contract/curation.ts'
import { classNames } from '../../parts/class-names.ts'
import { formatClock, formatDay, formatNumber } from '../../parts/format.ts'
import { KeyValue, KeyValueRow } from '../../parts/key-value.tsx'
import { PaneBody, PaneHead, Rule } from '../../parts/pane.tsx'
import { Quantity } from '../../parts/quantity.tsx'
import text from '../../parts/text.module.css'
import { UndoButtons } from './curation-bar.tsx'
import css from './curation.module.css'
import { curate } from './curation-store.ts'
import { NoteField } from './note-field.tsx'
import { TagList } from './tag-list.tsx'

/** What people decided about a dataset: what is left out, its tags and note, and who did what when. */
export function CurationPanel({ id, curation }: { id: string; curation: CurationState }) {
  const { kept, tags, note, history } = curation
  return (
    <>
      <Rule />
      <PaneHead title="Tags and note" />
      <PaneBody fixed>
        <TagList
          tags={tags}
          of="the dataset"
          onAdd={(value) => void curate(id, { kind: 'tag-dataset', value })}
          onRemove={(value) => void curate(id, { kind: 'untag-dataset', value })}
        />
        <NoteField
          label="Note on the dataset"
          note={note}
          onSave={(value) => void curate(id, { kind: 'note-dataset', value })}
        />
      </PaneBody>
      {history.length > 0 && (
        <>
          <Rule />
          <PaneHead title="Left out" end={<UndoButtons id={id} curation={curation} kind="quiet" />} />
          <PaneBody fixed>
            <KeyValue>
              <KeyValueRow label="Episodes excluded">{formatNumber(kept.excludedEpisodes)}</KeyValueRow>
              <KeyValueRow label="Episodes trimmed">{formatNumber(kept.trimmedEpisodes)}</KeyValueRow>
              <KeyValueRow label="Transitions">
                <Quantity value={formatNumber(kept.leftOutTransitions)} unit={shareText(kept)} />
              </KeyValueRow>
            </KeyValue>
            <ol className={css.history} aria-label="What was decided, newest first">
              {history.map(({ sequence, atMs, operator, says, inForce }) => (
                <li key={sequence} className={classNames(!inForce && css.undone)}>
                  <span>{says}</span>
                  <small className={text.dim}>
                    {formatDay(atMs)}, {formatClock(atMs)}
                    {operator !== '' && ` · ${operator}`}
                    {!inForce && ' · undone'}
                  </small>
                </li>
              ))}
            </ol>
          </PaneBody>
        </>
      )}
    </>
  )
}

function shareText({ transitions, leftOutTransitions: out }: CurationState['kept']): string {
  const all = transitions + out
  return all === 0 ? '' : `of ${formatNumber(all)}`
}
