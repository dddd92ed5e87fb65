/**
 * The number first, its unit smaller beside it.
 *   <Quantity value="20.0" unit="Hz" />            tabular numerals
 *   <Quantity value="184" unit="mm/s" stale />     "was 184 mm/s", grey
 */
import text from './text.module.css'

export function Quantity({
  value,
  unit = '',
  stale = false,
}: {
  value: React.ReactNode
  unit?: React.ReactNode
  stale?: boolean
}) {
  return (
    <span className={`${text.tabular} ${stale ? text.faint : ''}`}>
      {stale && 'was '}
      {value}
      {unit !== '' && <span className={text.unit}>{unit}</span>}
    </span>
  )
}
