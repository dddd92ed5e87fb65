/**
 * Table primitives: sticky head, roving focus, selected row. For a virtual list render only the visible rows and put
 * spacer rows (<tr aria-hidden style={{height}}/>) around them.
 *   <Table label="Episodes" head={<><Th number>Episode</Th><Th sort="descending">Concern</Th></>}>
 *     <Row selected onSelect={() => ...} onOpen={() => ...}><Td number>87</Td><Td dim>...</Td></Row>
 * Row: click selects, Enter or double click opens; arrows, Home, End, PgUp, PgDn move the focus and select.
 * Th/Td: `number` right-aligned tabular, `dim` t2, `strong` bold (outlier), `hide="narrow"`.
 * `resting` on Row: the row that takes Tab focus when no row is selected. <NotReadRow columns={9}/> while loading.
 */
import type { CSSProperties } from 'react'
import { classNames } from './class-names.ts'
import { MISSING } from './format.ts'
import { moveByArrow } from './roving.ts'
import css from './table.module.css'
import text from './text.module.css'

export function Table({ label, head, children }: { label: string; head?: React.ReactNode; children: React.ReactNode }) {
  return (
    <table className={css.table} aria-label={label}>
      {head !== undefined && (
        <thead>
          <tr>{head}</tr>
        </thead>
      )}
      <tbody onKeyDown={(event) => moveByArrow(event, 'tr[tabindex]', true)}>{children}</tbody>
    </table>
  )
}

interface CellProps {
  number?: boolean
  dim?: boolean
  strong?: boolean
  hide?: 'narrow'
  style?: CSSProperties
  title?: string | undefined
  children?: React.ReactNode
}

const cellClass = ({ number, dim, strong, hide }: CellProps): string =>
  classNames(number && text.number, dim && text.dim, strong && text.strong, hide === 'narrow' && text.wideOnly)

export function Th({ sort, ...cell }: CellProps & { sort?: 'ascending' | 'descending' }) {
  return (
    <th
      scope="col"
      className={classNames(cellClass(cell), cell.number && css.numberHead)}
      aria-sort={sort}
      style={cell.style}
      title={cell.title}
    >
      {cell.children}
    </th>
  )
}

export function Td(cell: CellProps) {
  return (
    <td className={cellClass(cell)} style={cell.style} title={cell.title}>
      {cell.children}
    </td>
  )
}

interface RowProps {
  selected?: boolean
  resting?: boolean
  onSelect?: () => void
  onOpen?: () => void
  children: React.ReactNode
}

export function Row({ selected = false, resting = false, onSelect, onOpen, children }: RowProps) {
  if (onSelect === undefined && onOpen === undefined) return <tr>{children}</tr>
  return (
    <tr
      className={css.pickable}
      tabIndex={selected || resting ? 0 : -1}
      aria-selected={selected}
      onClick={onSelect}
      onDoubleClick={onOpen}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return
        event.preventDefault()
        ;(onOpen ?? onSelect)?.()
      }}
    >
      {children}
    </tr>
  )
}

export function NotReadRow({ columns }: { columns: number }) {
  return (
    <tr>
      <td className={text.faint}>{MISSING}</td>
      <td className={text.faint} colSpan={columns - 1}>
        not read yet
      </td>
    </tr>
  )
}
