import { useEffect, useState } from 'react'
import { IN_ORDER, WORST_FIRST } from '../../contract/dataset.ts'
import type { CurationState } from '../../contract/curation.ts'
import type { DatasetDetail, DatasetSummary, EndReason, EpisodeSort } from '../../contract/dataset.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { END_REASONS } from '../parts/end-reasons.tsx'
import { formatDuration, formatNumber } from '../parts/format.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { Segment } from '../parts/segment.tsx'
import { Select } from '../parts/select.tsx'
import text from '../parts/text.module.css'
import { go } from '../state/route.ts'
import { CurationBar } from './curation/curation-bar.tsx'
import type { Browse, EpisodeColumns } from './dataset-store.ts'
import { browse, useBrowse } from './dataset-store.ts'
import { isArmWorld } from './dataset-words.ts'
import css from './datasets-screen.module.css'
import type { RowContext } from './episode-columns.tsx'
import { clearMarked, select, useMarked } from './curation/episode-selection.ts'
import { EpisodeTable } from './episode-table.tsx'
import { ReturnTask } from './return-task.tsx'
import { useEpisodeRows } from './use-episode-rows.ts'
import type { Measures } from './use-measures.ts'
import { useMeasures } from './use-measures.ts'

type Props = {
  summary: DatasetSummary
  version: string
  detail: DatasetDetail | null
  curation: CurationState | null
  onInspector: () => void
}

const ORDERS = [
  { value: 'worst', label: 'Worst first' },
  { value: 'order', label: 'In order' },
] as const

const COLUMNS: readonly { value: EpisodeColumns; label: string; title: string }[] = [
  { value: 'supervisor', label: 'Supervisor', title: 'Slowed, clipped, late steps and new cells' },
  { value: 'causes', label: 'Causes', title: 'Why the supervisor changed what was asked' },
  { value: 'motion', label: 'Motion', title: 'Jerk of what was sent, tracking error, begin' },
  { value: 'return', label: 'Return', title: 'What the episodes earn in a task' },
]

/** Order, filter and table of one dataset's episodes. */
export function EpisodeBrowser({ summary, version, detail, curation, onInspector }: Props) {
  const { id } = summary
  const look = useBrowse(id)
  const { sort, columns, show, find, task, index } = look
  const change = (part: Partial<Browse>) => {
    clearMarked(id)
    browse(id, { index: 0, ...part })
  }
  const shownTask = columns === 'return' ? task : null
  const measures = useMeasures(id, version, shownTask === null ? '' : JSON.stringify(shownTask))
  const rows = useEpisodeRows(id, `${version} ${measures.measured}`, { sort, show, find, task: shownTask })
  const selected = rows.row(index)
  const marked = useMarked(id)
  const shown = { episode: (at: number) => rows.row(at)?.episode ?? null, between: rows.between }
  const open = () => selected && go('datasets', id, selected.episode)
  if (rows.problem) return <ProblemView problem={rows.problem} />
  if (rows.total === 0 && show === null && find === '')
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
          value={orderOf(sort)}
          onChange={(value) => change({ sort: value === 'worst' ? WORST_FIRST : IN_ORDER })}
        />
        <Which detail={detail} show={show} onChange={(value) => change({ show: value })} />
        <Find value={find} onChange={(words) => change({ find: words })} />
        <span className={css.space} />
        <Button size="small" className={text.narrowOnly} onClick={onInspector}>
          Inspector <kbd>I</kbd>
        </Button>
        <Button size="small" reason={selected ? null : 'No episode is selected'} onClick={open}>
          Open <kbd>Enter</kbd>
        </Button>
      </div>
      <CurationBar id={id} row={selected} curation={curation} />
      {columns === 'return' && detail && (
        <ReturnTask
          id={id}
          sheet={detail.sheet}
          task={task}
          problem={measures.problem}
          onChange={(chosen) => change({ task: chosen, sort: { by: 'taskReturn', descending: true } })}
        />
      )}
      <EpisodeTable
        rows={rows}
        sort={sort}
        columns={columns}
        selected={index}
        marked={marked}
        context={detail && contextOf(detail)}
        remark={
          <>
            <Measuring measures={measures} />
            <Segment
              label="Columns"
              options={isArmWorld(summary.world) ? COLUMNS : COLUMNS.filter(({ value }) => value !== 'causes')}
              value={columns}
              onChange={(value) => browse(id, { columns: value })}
            />
          </>
        }
        onSort={(value) => change({ sort: value })}
        onSelect={(value, how) => {
          void select(id, shown, index, value, how)
          browse(id, { index: value })
        }}
        onOpen={(episode) => go('datasets', id, episode)}
      />
    </>
  )
}

/** Neither of the two when another column sorts. */
function orderOf({ by, descending }: EpisodeSort): 'worst' | 'order' {
  return by === 'concern' && descending ? 'worst' : by === 'episode' && !descending ? 'order' : ('' as 'worst')
}

function contextOf({ sheet }: DatasetDetail): RowContext {
  return {
    stepsPerEpisode: sheet.stepsPerEpisode,
    arm: isArmWorld(sheet.world),
    actionUnit: sheet.action[0]?.unit ?? '',
  }
}

type WhichProps = {
  detail: DatasetDetail | null
  show: Browse['show']
  onChange: (show: Browse['show']) => void
}

/** Which episodes are listed: side by side where there is room, else in a list that opens. */
function Which({ detail, show, onChange }: WhichProps) {
  const options = filters(detail)
  const choice = {
    label: 'Which episodes',
    options,
    value: show ?? ('all' as const),
    onChange: (value: Filter) => onChange(value === 'all' ? null : value),
  }
  return (
    <>
      <span className={text.wideOnly}>
        <Segment {...choice} />
      </span>
      <span className={text.narrowOnly}>
        <Select small {...choice} />
      </span>
    </>
  )
}

/** Typed letters search after a moment, so that each does not read the list anew. */
function Find({ value, onChange }: { value: string; onChange: (words: string) => void }) {
  const [typed, setTyped] = useState(value)
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => onChange(typed), 200)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <input
      type="search"
      className={css.find}
      aria-label="Find an episode by its number, end, tag or note"
      placeholder="Find episode"
      value={typed}
      spellCheck={false}
      onChange={(event) => setTyped(event.target.value)}
    />
  )
}

function Measuring({ measures: { progress } }: { measures: Measures }) {
  if (!progress || progress.of === 0) return null
  return (
    <span className={text.tabular} role="status">
      Measuring, {formatNumber((100 * progress.done) / progress.of)} %, {formatDuration(progress.etaS)} left
    </span>
  )
}

type Filter = EndReason | 'excluded' | 'all'

/** One button per end reason that occurs, and one for the episodes that are left out. */
function filters(detail: DatasetDetail | null): { value: Filter; label: string }[] {
  const counts = detail?.recordedEndReasons ?? {}
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const excluded = detail?.summary.excludedEpisodes ?? 0
  const occurring = (Object.keys(END_REASONS) as EndReason[]).filter((reason) => (counts[reason] ?? 0) > 0)
  return [
    { value: 'all', label: `All ${formatNumber(detail ? all : null)}` },
    ...occurring.map((reason) => ({
      value: reason,
      label: `${END_REASONS[reason].label} ${formatNumber(counts[reason])}`,
    })),
    ...(excluded > 0 ? [{ value: 'excluded' as const, label: `Excluded ${formatNumber(excluded)}` }] : []),
  ]
}
