/**
 * Label left (t2), value right (t1).
 *   <KeyValue align="right" | "left">
 *     <KeyValueRow label="Rate" hide="short">{<Quantity .../> | text | <StateWord/>}</KeyValueRow>
 * `hide="short"` drops the row at 700 px height, `hide="narrow"` at 1024 px width. No child: en dash.
 */
import { classNames } from './class-names.ts'
import { MISSING } from './format.ts'
import css from './key-value.module.css'
import text from './text.module.css'

interface TableProps {
  align?: 'left' | 'right'
  children: React.ReactNode
}

export function KeyValue({ align = 'right', children }: TableProps) {
  return (
    <table className={classNames(css.table, align === 'right' && css.right)}>
      <tbody>{children}</tbody>
    </table>
  )
}

interface RowProps {
  label: React.ReactNode
  hide?: 'short' | 'narrow'
  title?: string
  children?: React.ReactNode
}

export function KeyValueRow({ label, hide, title, children }: RowProps) {
  return (
    <tr className={classNames(hide === 'short' && text.tallOnly, hide === 'narrow' && text.wideOnly)} title={title}>
      <th scope="row">{label}</th>
      <td>{children ?? MISSING}</td>
    </tr>
  )
}
