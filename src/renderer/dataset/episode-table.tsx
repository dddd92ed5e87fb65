import { useVirtualizer } from '@tanstack/react-virtual'
import type { KeyboardEvent } from 'react'
import { memo, useCallback, useEffect, useEffectEvent, useRef } from 'react'
import type { EpisodeRow, EpisodeSort } from '../../contract/dataset.ts'
import { classNames } from '../parts/class-names.ts'
import { formatNumber, MISSING } from '../parts/format.ts'
import { Table, Td } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { moveByArrow } from '../parts/roving.ts'
import curationCss from './curation/curation.module.css'
import type { EpisodeColumns } from './dataset-store.ts'
import css from './datasets-screen.module.css'
import type { RowContext } from './episode-columns.tsx'
import { EpisodeCells, EpisodeHead, episodeColumns } from './episode-columns.tsx'
import { howOf } from './curation/select-how.ts'
import type { SelectHow } from './curation/select-how.ts'
import type { EpisodeRows } from './use-episode-rows.ts'

type Props = {
  rows: EpisodeRows
  sort: EpisodeSort
  columns: EpisodeColumns
  /** Index of the selected row. */
  selected: number
  /** Episodes that are selected with it; empty: that row alone. */
  marked: ReadonlySet<number>
  /** Null while the run sheet is not read. */
  context: RowContext | null
  /** Said at the right of the line below. */
  remark: React.ReactNode
  onSort: (sort: EpisodeSort) => void
  onSelect: (index: number, how: SelectHow) => void
  onOpen: (episode: number) => void
}

const ROW_HEIGHT = 28
const HEAD_HEIGHT = 28

/** Which rows are drawn, and how the selection moves: arrows, Home, End, PgUp, PgDn; Enter opens. */
function useVisibleRows({ rows, selected, onSelect, onOpen }: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const total = rows.total ?? 0
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called here only, never handed on
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollPaddingStart: HEAD_HEIGHT,
    // The sticky head covers the top of the list.
    scrollMargin: HEAD_HEIGHT,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  const { want } = rows
  useEffect(() => want(first, last), [want, first, last])
  const take = (index: number, how: SelectHow) => {
    onSelect(index, how)
    virtual.scrollToIndex(index)
  }
  const arrive = useEffectEvent(() => {
    // Coming back from an episode shows its row. The arrows work at once, unless the person is already elsewhere.
    virtual.scrollToIndex(selected)
    if (document.activeElement === document.body) scroll.current?.focus()
  })
  const read = total > 0
  useEffect(() => {
    if (read) arrive()
  }, [read])
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest('th')) return onHeadKey(event, scroll.current)
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
    const to = target(event.key, selected, page, total)
    const episode = rows.row(selected)?.episode
    if (to === null && !(event.key === 'Enter' && episode !== undefined)) return
    event.preventDefault()
    event.stopPropagation()
    if (to === null) onOpen(episode ?? 0)
    else take(to, event.shiftKey ? 'range' : 'only')
  }
  return { scroll, virtual, items, take, onKey }
}

/** Episodes, only the visible ones drawn. */
export function EpisodeTable(props: Props) {
  const { rows } = props
  const arm = props.context?.arm ?? true
  const columns = columnCount(props.columns, arm)
  const { scroll, virtual, items, take, onKey } = useVisibleRows(props)
  // One function for all rows and renderings, so that a row that stays on screen is not drawn again while others come.
  const latest = useRef({ take, open: props.onOpen })
  useEffect(() => {
    latest.current = { take, open: props.onOpen }
  })
  const onTake = useCallback((index: number, how: SelectHow) => latest.current.take(index, how), [])
  const onOpen = useCallback((episode: number) => latest.current.open(episode), [])
  const above = (items[0]?.start ?? HEAD_HEIGHT) - HEAD_HEIGHT
  const below = virtual.getTotalSize() - ((items.at(-1)?.end ?? HEAD_HEIGHT) - HEAD_HEIGHT)
  return (
    <>
      {/* The list itself holds the focus: a row that is scrolled away takes no key with it. */}
      <div
        ref={scroll}
        className={css.scroll}
        role="grid"
        aria-label="Episodes of the dataset"
        aria-rowcount={rows.total ?? -1}
        aria-activedescendant={`episode-row-${props.selected}`}
        tabIndex={0}
        onKeyDownCapture={onKey}
      >
        <Table
          label="Episodes"
          head={<EpisodeHead group={props.columns} arm={arm} sort={props.sort} onSort={props.onSort} />}
        >
          <Gap height={above} columns={columns} />
          {items.map(({ index }) => (
            <EpisodeLine
              key={index}
              index={index}
              row={rows.row(index)}
              chosen={isChosen(props, index)}
              columns={props.columns}
              context={props.context}
              onTake={onTake}
              onOpen={onOpen}
            />
          ))}
          <Gap height={below} columns={columns} />
        </Table>
      </div>
      <div className={css.foot}>
        <VisibleRows total={rows.total} offset={virtual.scrollOffset ?? 0} height={virtual.scrollRect?.height ?? 0} />
        <span className={css.space} />
        {props.remark}
      </div>
    </>
  )
}

/** Where a key leads from `at`; null for keys that do not move. */
export function target(key: string, at: number, page: number, total: number): number | null {
  const moves: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: total - 1,
  }
  const to = moves[key]
  return to === undefined ? null : Math.max(0, Math.min(total - 1, to))
}

/** Rows seen at least half, by how far the list is scrolled (px). */
function VisibleRows({ total, offset, height }: { total: number | null; offset: number; height: number }) {
  if (total === null) return <span>Reading the list</span>
  if (total === 0) return <span>No rows</span>
  const first = Math.round(offset / ROW_HEIGHT)
  const last = Math.min(total, Math.max(first + 1, Math.round((offset + height - HEAD_HEIGHT) / ROW_HEIGHT)))
  return (
    <span className={text.tabular}>
      Rows {formatNumber(first + 1)} to {formatNumber(last)} of {formatNumber(total)}
    </span>
  )
}

/** Those of the widest window; a cell that spans one too many makes no column where none is hidden. */
function columnCount(group: EpisodeColumns, arm: boolean): number {
  const { before, after } = episodeColumns(group, arm)
  return before.length + (arm ? 1 : 0) + after.filter(({ hide }) => hide === undefined).length
}

/** Inside the head left and right go from one head to the next, and down goes into the list. */
function onHeadKey(event: KeyboardEvent<HTMLElement>, list: HTMLElement | null): void {
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') moveByArrow(event, 'th button', false)
  else if (event.key === 'ArrowDown') {
    event.preventDefault()
    list?.focus()
  } else return
  event.stopPropagation()
}

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null
  return (
    <tr className={css.gap} aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
}

function isChosen({ rows, selected, marked }: Props, index: number): boolean {
  if (marked.size === 0) return index === selected
  const row = rows.row(index)
  return row !== null && marked.has(row.episode)
}

type LineProps = Pick<Props, 'columns' | 'context' | 'onOpen'> & {
  index: number
  row: EpisodeRow | null
  chosen: boolean
  onTake: (index: number, how: SelectHow) => void
}

const EpisodeLine = memo(function EpisodeLine({ index, row, chosen, columns, context, onTake, onOpen }: LineProps) {
  return (
    <tr
      className={classNames(css.row, row?.excluded && curationCss.excluded)}
      id={`episode-row-${index}`}
      data-index={index}
      aria-selected={chosen}
      aria-rowindex={index + 1}
      onClick={(event) => onTake(index, howOf(event))}
      onDoubleClick={() => row && onOpen(row.episode)}
    >
      {row && context ? (
        <EpisodeCells row={row} group={columns} context={context} />
      ) : (
        <NotRead columns={columnCount(columns, context?.arm ?? true)} />
      )}
    </tr>
  )
})

function NotRead({ columns }: { columns: number }) {
  return (
    <>
      <Td number dim>
        {MISSING}
      </Td>
      <td className={text.faint} colSpan={columns - 1}>
        not read yet
      </td>
    </>
  )
}
