/**
 * The number first, its unit smaller beside it.
 *   <Quantity value="20.0" unit="Hz" />            tabular numerals
 *   <Quantity value="184" unit="mm/s" stale />     "was 184 mm/s", grey
 *   A missing value (en dash) prints no unit.
 */
import { MISSING } from './format.ts'
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
      {unit !== '' && value !== MISSING && <span className={text.unit}>{unit}</span>}
    </span>
  )
}
