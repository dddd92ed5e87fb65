import { Button } from '../parts/button.tsx'
import type { DatasetDetail, DatasetSummary, EndReason } from '../../contract/dataset.ts'
import { END_REASONS } from '../parts/end-reasons.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatNumber } from '../parts/format.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { Segment } from '../parts/segment.tsx'
import text from '../parts/text.module.css'
import { go } from '../state/route.ts'
import { browse, useBrowse } from './dataset-store.ts'
import type { EpisodeOrder } from './dataset-store.ts'
import css from './datasets-screen.module.css'
import { EpisodeTable } from './episode-table.tsx'
import { useEpisodeRows } from './use-episode-rows.ts'

type Props = {
  summary: DatasetSummary
  version: string
  detail: DatasetDetail | null
  onInspector: () => void
}

const ORDERS: readonly { value: EpisodeOrder; label: string }[] = [
  { value: 'worst-first', label: 'Worst first' },
  { value: 'in-order', label: 'In order' },
]

/** Order, filter and table of one dataset's episodes. */
export function EpisodeBrowser({ summary, version, detail, onInspector }: Props) {
  const { id } = summary
  const { order, endReason, index } = useBrowse(id)
  const rows = useEpisodeRows(id, version, order, endReason)
  const selected = rows.row(index)
  const open = () => selected && go('datasets', id, selected.episode)
  if (rows.problem) return <ProblemView problem={rows.problem} />
  if (rows.total === 0 && endReason === null)
    return (
      <EmptyState small title="No finished episode yet">
        The first one appears here when it ends.
      </EmptyState>
    )
  return (
    <>
      <div className={css.bar}>
        <Segment
          label="Order"
          options={ORDERS}
          value={order}
          onChange={(value) => browse(id, { order: value, index: 0 })}
        />
        <span className={text.wideOnly}>
          <Segment
            label="How the episode ended"
            options={filters(detail)}
            value={endReason ?? 'all'}
            onChange={(value) => browse(id, { endReason: value === 'all' ? null : value, index: 0 })}
          />
        </span>
        <span className={css.space} />
        <Button size="small" className={text.narrowOnly} onClick={onInspector}>
          Inspector <kbd>I</kbd>
        </Button>
        <Button size="small" reason={selected ? null : 'No episode is selected'} onClick={open}>
          Open <kbd>Enter</kbd>
        </Button>
      </div>
      <EpisodeTable
        rows={rows}
        order={order}
        selected={index}
        stepsPerEpisode={detail?.sheet.stepsPerEpisode ?? null}
        onOrder={(value) => browse(id, { order: value, index: 0 })}
        onSelect={(value) => browse(id, { index: value })}
        onOpen={(episode) => go('datasets', id, episode)}
      />
    </>
  )
}

type Filter = EndReason | 'all'

/** One button per end reason that occurs. */
function filters(detail: DatasetDetail | null): { value: Filter; label: string }[] {
  const counts = detail?.endReasons ?? {}
  const occurring = (Object.keys(END_REASONS) as EndReason[]).filter((reason) => (counts[reason] ?? 0) > 0)
  return [
    { value: 'all', label: `All ${formatNumber(detail?.summary.episodes)}` },
    ...occurring.map((reason) => ({
      value: reason,
      label: `${END_REASONS[reason].label} ${formatNumber(counts[reason])}`,
    })),
  ]
}
