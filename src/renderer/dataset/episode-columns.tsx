import type { EpisodeRow, EpisodeSort, EpisodeSortKey } from '../../contract/dataset.ts'
import { END_REASONS } from '../parts/end-reasons.tsx'
import { formatClock, formatDay, formatNumber, formatPercent, MISSING, toDegrees } from '../parts/format.ts'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { Td, Th } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { Sparkline } from '../plot/sparkline.tsx'
import { endMark } from './dataset-words.ts'
import css from './datasets-screen.module.css'
import type { EpisodeColumns } from './dataset-store.ts'
import { allFlagsText, causesText } from './episode/flag-words.ts'

/** What is needed to draw a row beside the row itself. */
export type RowContext = {
  /** Length of a full episode, steps. */
  stepsPerEpisode: number
  /** The dataset is of an arm: speeds and angles in degrees. */
  arm: boolean
  /** Unit of an action. */
  actionUnit: string
}

export type EpisodeColumn = {
  sort: EpisodeSortKey
  label: string
  title?: string
  /** px; the rest is shared by those without. */
  width?: number
  number?: boolean
  hide?: 'narrow'
  cell: (row: EpisodeRow, context: RowContext) => React.ReactNode
}

/** Width of a full episode's sparkline, px. */
const SPARK_WIDTH = 104

const odd = (row: EpisodeRow, key: string) => (row.outliers.includes(key) ? { strong: true } : { dim: true })

const NUMBER: EpisodeColumn = {
  sort: 'episode',
  label: 'Episode',
  width: 76,
  number: true,
  cell: (row) => <Td number>{formatNumber(row.episode)}</Td>,
}

const LENGTH: EpisodeColumn = {
  sort: 'steps',
  label: 'Length, steps',
  width: 128,
  cell: (row, { stepsPerEpisode }) => (
    <Td>
      <span className={css.length}>
        <i style={{ width: `${100 * shareOf(row, stepsPerEpisode)}%` }} />
      </span>
      <span className={row.outliers.includes('steps') ? `${text.tabular} ${text.strong}` : text.tabular}>
        {formatNumber(row.steps)}
      </span>
    </Td>
  ),
}

const END: EpisodeColumn = {
  sort: 'endReason',
  label: 'End reason',
  cell: ({ endReason, endMessage }) => (
    <Td title={endMessage || undefined}>
      <StateWord kind={END_REASONS[endReason].glyph}>{END_REASONS[endReason].label}</StateWord>
    </Td>
  ),
}

const CONCERN: EpisodeColumn = {
  sort: 'concern',
  label: 'Concern',
  title: 'Concern 0 to 100: distance from the usual. Bold: the values that differ.',
  width: 88,
  number: true,
  cell: (row) => (
    <Td number strong>
      {formatNumber(row.concern)}
    </Td>
  ),
}

const NEW_CELLS: EpisodeColumn = {
  sort: 'newCells',
  label: 'New cells',
  title: 'Cells of the workspace that no earlier episode had reached',
  width: 88,
  number: true,
  cell: (row) => (
    <Td number {...odd(row, 'newCells')}>
      {formatNumber(row.newCells)}
    </Td>
  ),
}

const SUPERVISOR: readonly EpisodeColumn[] = [
  {
    sort: 'slowed',
    label: 'Slowed',
    width: 76,
    number: true,
    cell: (row) => (
      <Td
        number
        {...odd(row, 'slowedSteps')}
        title={row.measures ? allFlagsText(row.measures.interventions) : undefined}
      >
        <Quantity value={formatPercent(row.slowedSteps / row.steps)} unit="%" />
      </Td>
    ),
  },
  {
    sort: 'clipped',
    label: 'Clipped',
    width: 76,
    number: true,
    cell: (row) => (
      <Td number {...odd(row, 'clippedSteps')}>
        <Quantity value={formatPercent(row.clippedSteps / row.steps)} unit="%" />
      </Td>
    ),
  },
  {
    sort: 'late',
    label: 'Late',
    width: 60,
    number: true,
    hide: 'narrow',
    cell: (row) => (
      <Td number hide="narrow" {...odd(row, 'lateTicks')}>
        {formatNumber(row.lateTicks)}
      </Td>
    ),
  },
  NEW_CELLS,
]

const CAUSES: readonly EpisodeColumn[] = [
  {
    sort: 'interventions',
    label: 'Steps with a cause',
    title: 'Why the supervisor changed what was asked, and in how many steps',
    cell: (row) => {
      const said = row.measures ? causesText(row.measures.interventions) || 'none' : MISSING
      return (
        <Td dim title={said}>
          <span className={css.causes}>{said}</span>
        </Td>
      )
    },
  },
]

const MOTION: readonly EpisodeColumn[] = [
  {
    sort: 'jerk',
    label: 'Jerk',
    title: 'Root mean square of the second derivative of what was sent',
    width: 104,
    number: true,
    cell: (row, { arm, actionUnit }) => {
      const jerk = row.measures?.jerk ?? null
      return (
        <Td number dim>
          {jerk === null ? (
            MISSING
          ) : (
            <Quantity value={formatNumber(arm ? toDegrees(jerk) : jerk)} unit={arm ? '°/s³' : `${actionUnit}/s²`} />
          )}
        </Td>
      )
    },
  },
  {
    sort: 'trackingError',
    label: 'Tracking',
    title: 'Root mean square of the measured minus the sent speed',
    width: 96,
    number: true,
    cell: (row, { arm, actionUnit }) => {
      const error = row.measures?.trackingError ?? null
      return (
        <Td number dim>
          {error === null ? (
            MISSING
          ) : (
            <Quantity value={formatNumber(arm ? toDegrees(error) : error, 2)} unit={arm ? '°/s' : actionUnit} />
          )}
        </Td>
      )
    },
  },
  {
    sort: 'startedAt',
    label: 'Began',
    width: 112,
    number: true,
    cell: ({ startedAt }) => (
      <Td number dim>
        {formatDay(startedAt)}, {formatClock(startedAt)}
      </Td>
    ),
  },
]

const RETURN: readonly EpisodeColumn[] = [
  {
    sort: 'taskReturn',
    label: 'Return',
    title: 'Sum of the rewards of the chosen task',
    width: 120,
    number: true,
    cell: (row) => <Td number>{formatNumber(row.taskReturn, 2)}</Td>,
  },
  NEW_CELLS,
]

const GROUPS: Record<EpisodeColumns, readonly EpisodeColumn[]> = {
  supervisor: SUPERVISOR,
  causes: CAUSES,
  motion: MOTION,
  return: RETURN,
}

/** What only an arm with a tool tip and a supervisor has. */
const OF_AN_ARM: ReadonlySet<EpisodeSortKey> = new Set(['slowed', 'newCells', 'interventions'])

/** Columns before the sparkline, and those after it; a world without an arm has neither the sparkline nor some of these. */
export function episodeColumns(
  group: EpisodeColumns,
  arm: boolean,
): {
  before: readonly EpisodeColumn[]
  after: readonly EpisodeColumn[]
} {
  const after = GROUPS[group].filter(({ sort }) => arm || !OF_AN_ARM.has(sort))
  // The causes take what is left, so the end keeps the room of its longest word.
  const end = group === 'causes' && arm ? { ...END, width: 188 } : END
  return { before: [NUMBER, LENGTH, end], after: [...after, CONCERN] }
}

type HeadProps = { group: EpisodeColumns; arm: boolean; sort: EpisodeSort; onSort: (sort: EpisodeSort) => void }

/** The first press of a head sorts worst or largest first, the next one the other way; the episode number the other way round. */
export function EpisodeHead({ group, arm, sort, onSort }: HeadProps) {
  const { before, after } = episodeColumns(group, arm)
  const head = (column: EpisodeColumn) => {
    const sorted = sort.by === column.sort
    const direction = sort.descending ? ('descending' as const) : ('ascending' as const)
    const descending = sorted ? !sort.descending : column.sort !== 'episode' && column.sort !== 'endReason'
    return (
      <Th
        key={column.sort}
        {...(column.number ? { number: true } : {})}
        {...(column.hide ? { hide: column.hide } : {})}
        {...(column.width ? { style: { width: column.width } } : {})}
        {...(sorted ? { sort: direction } : {})}
        title={column.title}
      >
        <button
          type="button"
          className={css.sortHead}
          tabIndex={sorted ? 0 : -1}
          onClick={() => onSort({ by: column.sort, descending })}
        >
          {column.label}
          {sorted ? (sort.descending ? ' ▾' : ' ▴') : ''}
        </button>
      </Th>
    )
  }
  return (
    <>
      {before.map(head)}
      {arm && <Th style={{ width: 120 }}>Tool-tip speed</Th>}
      {after.map(head)}
    </>
  )
}

/** The cells of one episode. */
export function EpisodeCells({ row, group, context }: { row: EpisodeRow; group: EpisodeColumns; context: RowContext }) {
  const { before, after } = episodeColumns(group, context.arm)
  const cells = (columns: readonly EpisodeColumn[]) =>
    columns.map((column) => <Cell key={column.sort} {...{ column, row, context }} />)
  return (
    <>
      {cells(before)}
      {context.arm && (
        <td className={css.spark}>
          <Sparkline
            values={row.speed}
            width={Math.max(20, Math.round(SPARK_WIDTH * shareOf(row, context.stepsPerEpisode)))}
            end={endMark(row.endReason)}
          />
        </td>
      )}
      {cells(after)}
    </>
  )
}

function Cell({ column, row, context }: { column: EpisodeColumn; row: EpisodeRow; context: RowContext }) {
  return column.cell(row, context)
}

const shareOf = ({ steps }: EpisodeRow, full: number): number => Math.min(1, steps / Math.max(1, full))
