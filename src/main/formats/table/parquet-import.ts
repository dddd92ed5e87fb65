import type { DatasetImporter } from '../dataset-importer.ts'
import { SHEET_KEY, UNITS_KEY } from './parquet.ts'
import { ParquetInput } from './parquet-input.ts'
import { hasMagic } from '../file-magic.ts'
import { openTable } from './table-import.ts'
import type { TableColumn } from './table-mapping.ts'

/** A Parquet table with a row per step: ours, or one whose columns have the usual names. */
export const parquetImporter: DatasetImporter = {
  format: 'parquet',
  label: 'Parquet table',
  recognises: (path) => Promise.resolve(hasMagic(path, 'PAR1')),
  files: (path) => [path],
  async open(path, hints) {
    const input = await ParquetInput.open(path)
    try {
      const columns = await columnsOf(input)
      const producer = input.metadata.created_by ?? ''
      const table = {
        columns,
        sheet: input.note(SHEET_KEY),
        producer,
        blocks: (names: readonly string[]) => input.groups(names),
        close: () => input.close(),
      }
      return await openTable(table, hints)
    } catch (error) {
      input.close()
      throw error
    }
  },
}

/** The columns with their units, and for lists the length that they have in the first row. */
async function columnsOf(input: ParquetInput): Promise<TableColumn[]> {
  const units = unitsOf(input.note(UNITS_KEY))
  const first = await input.groups(input.columns)[Symbol.asyncIterator]().next()
  const values = first.done ? new Map<string, ArrayLike<unknown>>() : first.value.columns
  return input.columns.map((name) => {
    const cell = values.get(name)?.[0]
    return { name, unit: units[name] ?? '', width: Array.isArray(cell) ? cell.length : 1 }
  })
}

function unitsOf(text: string | null): Record<string, string> {
  try {
    const units: unknown = JSON.parse(text ?? '{}')
    const entries = Object.entries(typeof units === 'object' && units !== null ? units : {})
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return {}
  }
}
