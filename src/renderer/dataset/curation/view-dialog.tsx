import type { ViewSummary } from '../../../contract/view.ts'
import { trainOn } from '../../learner/train-on.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { formatDay, formatNumber } from '../../parts/format.ts'
import { ProblemNotice } from '../../parts/problem-notice.tsx'
import { api } from '../../state/api.ts'
import { usePress } from '../../state/press.ts'
import css from './curation.module.css'
import { ViewCountsLine } from './view-counts.tsx'
import { rulesText } from './view-draft.ts'

type Props = { summary: ViewSummary; onChange: () => void; onClose: () => void }

/** A saved view: what it takes now, and what can be done with it. */
export function ViewDialog({ summary, onChange, onClose }: Props) {
  const { view, counts, path } = summary
  const { busy, problem, press } = usePress()
  const putAway = async () => {
    if (await press(() => api.curation.putAway.mutate({ kind: 'view', id: view.id }))) onClose()
  }
  const made = `Made ${formatDay(view.createdAt)}${view.operator === '' ? '' : ` by ${view.operator}`}`
  return (
    <Dialog open title={view.name} titleEnd="View" description={`${made}. ${path}`} width={640} onClose={onClose}>
      <ProblemNotice problem={problem} />
      <ul className={css.entries} aria-label="Rules and datasets">
        <li>
          <div>
            <span>{rulesText(view.rules).join('. ')}.</span>
          </div>
        </li>
        {counts.sources.map((source) => (
          <li key={source.id}>
            <div>
              <b>{source.name}</b>
              <small>
                {source.problem ??
                  `${formatNumber(source.episodes)} of ${formatNumber(source.ofEpisodes)} episodes, ${formatNumber(source.transitions)} of ${formatNumber(source.ofTransitions)} transitions`}
              </small>
            </div>
          </li>
        ))}
      </ul>
      <ViewCountsLine counts={counts} />
      <DialogActions>
        <Button kind="quiet" disabled={busy} onClick={() => void putAway()}>
          Put into the trash
        </Button>
        <Button title="Other datasets or rules, as a new version" onClick={onChange}>
          Change…
        </Button>
        <Button onClick={onClose}>Close</Button>
        <Button
          kind="primary"
          reason={
            counts.problem ? 'Its datasets cannot be read' : counts.transitions === 0 ? 'It holds no episode' : null
          }
          onClick={() => {
            onClose()
            trainOn(view.id)
          }}
        >
          Train on this
        </Button>
      </DialogActions>
    </Dialog>
  )
}
