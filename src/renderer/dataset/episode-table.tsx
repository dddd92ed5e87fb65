import { useVirtualizer } from '@tanstack/react-virtual'
import type { KeyboardEvent } from 'react'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { EpisodeRow } from '../../contract/dataset.ts'
import { END_REASONS } from '../parts/end-reasons.tsx'
import { formatNumber, formatPercent, MISSING } from '../parts/format.ts'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { Table, Td, Th } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { Sparkline } from '../plot/sparkline.tsx'
import type { EpisodeOrder } from './dataset-store.ts'
import { endMark } from './dataset-words.ts'
import css from './datasets-screen.module.css'
import type { EpisodeRows } from './use-episode-rows.ts'

type Props = {
  rows: EpisodeRows
  order: EpisodeOrder
  /** Index of the selected row. */
  selected: number
  /** Length of a full episode; null when not read yet. */
  stepsPerEpisode: number | null
  onOrder: (order: EpisodeOrder) => void
  onSelect: (index: number) => void
  onOpen: (episode: number) => void
}

/** Columns at every size; one more would widen the table where a column is hidden. */
const COLUMNS = 8
const ROW_HEIGHT = 28
const HEAD_HEIGHT = 28
/** Width of a full episode's sparkline, px. */
const SPARK_WIDTH = 112

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
  const take = (index: number) => {
    onSelect(index)
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
  const onKey = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
    const to = target(event.key, selected, page, total)
    const episode = rows.row(selected)?.episode
    if (to === null && !(event.key === 'Enter' && episode !== undefined)) return
    event.preventDefault()
    event.stopPropagation()
    if (to === null) onOpen(episode ?? 0)
    else take(to)
  }
  return { scroll, virtual, items, take, onKey }
}

/** Episodes, only the visible ones drawn. */
export function EpisodeTable(props: Props) {
  const { rows } = props
  const { scroll, virtual, items, take, onKey } = useVisibleRows(props)
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
        <Table label="Episodes" head={<Head {...props} />}>
          <Gap height={above} />
          {items.map(({ index }) => (
            <EpisodeLine key={index} {...props} index={index} row={rows.row(index)} onTake={take} />
          ))}
          <Gap height={below} />
        </Table>
      </div>
      <div className={css.foot}>
        <VisibleRows total={rows.total} offset={virtual.scrollOffset ?? 0} height={virtual.scrollRect?.height ?? 0} />
        <span className={css.space} />
        <span className={text.wideOnly}>Concern 0 to 100: distance from the usual. Bold: the values that differ.</span>
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

function Gap({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr className={css.gap} aria-hidden="true">
      <td colSpan={COLUMNS} style={{ height }} />
    </tr>
  )
}

function Head({ order, onOrder }: Props) {
  const worst = order === 'worst-first'
  return (
    <>
      <Th number style={{ width: 68 }} {...(worst ? {} : { sort: 'ascending' })}>
        <SortHead label="Episode" mark={worst ? '' : ' ▴'} onClick={() => onOrder('in-order')} />
      </Th>
      <Th style={{ width: 128 }}>Length, steps</Th>
      <Th>End reason</Th>
      <Th style={{ width: 128 }}>Tool-tip speed</Th>
      <Th number style={{ width: 72 }}>
        Slowed
      </Th>
      <Th number style={{ width: 72 }}>
        Clipped
      </Th>
      <Th number hide="narrow" style={{ width: 52 }}>
        Late
      </Th>
      <Th number style={{ width: 80 }}>
        New cells
      </Th>
      <Th number style={{ width: 88 }} {...(worst ? { sort: 'descending' } : {})}>
        <SortHead label="Concern" mark={worst ? ' ▾' : ''} onClick={() => onOrder('worst-first')} />
      </Th>
    </>
  )
}

function SortHead({ label, mark, onClick }: { label: string; mark: string; onClick: () => void }) {
  return (
    <span onClick={onClick}>
      {label}
      {mark}
    </span>
  )
}

type LineProps = Props & { index: number; row: EpisodeRow | null; onTake: (index: number) => void }

function EpisodeLine({ index, row, selected, stepsPerEpisode, onTake, onOpen }: LineProps) {
  const chosen = index === selected
  return (
    <tr
      className={css.row}
      id={`episode-row-${index}`}
      data-index={index}
      aria-selected={chosen}
      aria-rowindex={index + 1}
      onClick={() => onTake(index)}
      onDoubleClick={() => row && onOpen(row.episode)}
    >
      {row ? <EpisodeCells row={row} stepsPerEpisode={stepsPerEpisode ?? row.steps} /> : <NotRead />}
    </tr>
  )
}

function NotRead() {
  return (
    <>
      <Td number dim>
        {MISSING}
      </Td>
      <td className={text.faint} colSpan={COLUMNS - 1}>
        not read yet
      </td>
    </>
  )
}

function EpisodeCells({ row, stepsPerEpisode }: { row: EpisodeRow; stepsPerEpisode: number }) {
  const { glyph, label } = END_REASONS[row.endReason]
  const odd = (key: string) => (row.outliers.includes(key) ? { strong: true } : { dim: true })
  const share = Math.min(1, row.steps / stepsPerEpisode)
  return (
    <>
      <Td number>{formatNumber(row.episode)}</Td>
      <Td>
        <span className={css.length}>
          <i style={{ width: `${100 * share}%` }} />
        </span>
        <span className={row.outliers.includes('steps') ? `${text.tabular} ${text.strong}` : text.tabular}>
          {formatNumber(row.steps)}
        </span>
      </Td>
      <Td title={row.endMessage || undefined}>
        <StateWord kind={glyph}>{label}</StateWord>
      </Td>
      <td className={css.spark}>
        <Sparkline
          values={row.speed}
          width={Math.max(20, Math.round(SPARK_WIDTH * share))}
          end={endMark(row.endReason)}
        />
      </td>
      <Td number {...odd('slowedSteps')}>
        <Quantity value={formatPercent(row.slowedSteps / row.steps)} unit="%" />
      </Td>
      <Td number {...odd('clippedSteps')}>
        <Quantity value={formatPercent(row.clippedSteps / row.steps)} unit="%" />
      </Td>
      <Td number hide="narrow" {...odd('lateTicks')}>
        {formatNumber(row.lateTicks)}
      </Td>
      <Td number {...odd('newCells')}>
        {formatNumber(row.newCells)}
      </Td>
      <Td number strong>
        {formatNumber(row.concern)}
      </Td>
    </>
  )
}
