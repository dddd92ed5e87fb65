import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { MappedNumber } from './table-mapping.ts'

/** A block of rows as columns by name. Values are numbers, big integers, truth values, texts, lists of numbers, or null. */
export interface TableBlock {
  rows: number
  columns: ReadonlyMap<string, ArrayLike<unknown>>
}

/** A value as a number; null where there is none. Throws ForeignFileError for a text that is no number. */
export function numberOf(value: unknown, column: string): number | null {
  if (typeof value === 'number') return value
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  const text = String(value as string).trim()
  if (text === '') return null
  const number = /^(true|false)$/i.test(text) ? Number(text.toLowerCase() === 'true') : Number(text)
  if (Number.isNaN(number) && text.toLowerCase() !== 'nan')
    throw new ForeignFileError('unfit', `"${text.slice(0, 40)}" in its column ${column} is no number`)
  return number
}

/** An integer of 64 bits, exactly; null where there is none. */
export function integerOf(value: unknown, column: string): bigint | null {
  if (typeof value === 'bigint') return value
  const text = typeof value === 'string' ? value.trim() : null
  if (text !== null && /^[+-]?\d{1,19}$/.test(text)) return BigInt.asIntN(64, BigInt(text))
  const number = numberOf(value, column)
  if (number === null) return null
  if (Number.isFinite(number)) return BigInt(Math.round(number))
  throw new ForeignFileError('unfit', `a value in its column ${column} is not finite`)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The values of several columns in one row; null when the first of them has none. Throws when only some have one. */
export function rowOf(block: TableBlock, numbers: readonly MappedNumber[], row: number, into: number[]): boolean {
  let missing = 0
  for (const { column, at } of numbers) {
    const cell = block.columns.get(column)?.[row]
    const value = numberOf(at === null ? cell : placeOf(cell, at), column)
    if (value === null) missing += 1
    else into.push(value)
  }
  if (missing === 0) return true
  if (missing === numbers.length) return false
  throw new ForeignFileError(
    'unfit',
    `some but not all values of ${numbers[0]!.column} and those beside it are missing`,
  )
}

function placeOf(cell: unknown, at: number): unknown {
  if (cell === null || cell === undefined) return null
  if (Array.isArray(cell) || ArrayBuffer.isView(cell)) return (cell as unknown as ArrayLike<unknown>)[at] ?? null
  throw new ForeignFileError('damaged', 'a list is no list')
}
