import { createReadStream } from 'node:fs'
import { csvRecords } from './csv-records.ts'
import type { DatasetImporter } from '../dataset-importer.ts'
import { firstBytes } from '../file-magic.ts'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import { openTable } from './table-import.ts'
import { guessMapping } from './table-mapping.ts'
import type { TableColumn } from './table-mapping.ts'
import type { TableBlock } from './table-values.ts'

const BLOCK_ROWS = 4096
/** A head longer than this is none, bytes. */
const LONGEST_HEAD = 256 << 10

/** A text table with a row per step: ours, or one whose columns have the usual names. */
export const csvImporter: DatasetImporter = {
  format: 'csv',
  label: 'CSV table',
  async recognises(path) {
    const start = firstBytes(path, LONGEST_HEAD)
    const end = start.indexOf('\n')
    if (end < 0 || start.includes(0)) return false
    try {
      const head = (await csvRecords(oneChunk(start.subarray(0, end + 1))).next()).value
      guessMapping(head ? columnsOf(head) : [])
      return true
    } catch (error) {
      if (error instanceof ForeignFileError) return false
      throw error
    }
  },
  files: (path) => [path],
  async open(path, hints) {
    const records = csvRecords(createReadStream(path))
    const head = await records.next()
    await records.return(undefined)
    if (head.done) throw new ForeignFileError('damaged', 'it is empty')
    const columns = columnsOf(head.value)
    const blocks = (names: readonly string[]): AsyncGenerator<TableBlock> => blocksOf(path, columns, names)
    return openTable({ columns, sheet: null, producer: '', blocks, close: () => undefined }, hints)
  },
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

/** `observation.q1 [rad]` has the unit rad. Throws ForeignFileError when two columns have one name. */
function columnsOf(head: readonly string[]): TableColumn[] {
  const columns = head.map((text) => {
    const [, name = text.trim(), unit = ''] = /^(.*?)\s*\[([^\]]*)\]$/.exec(text.trim()) ?? []
    return { name, unit, width: 1 }
  })
  const twice = columns.find(({ name }, i) => columns.findIndex((each) => each.name === name) !== i)
  if (twice) throw new ForeignFileError('unfit', `two of its columns are named "${twice.name}"`)
  return columns
}

async function* blocksOf(
  path: string,
  columns: readonly TableColumn[],
  names: readonly string[],
): AsyncGenerator<TableBlock> {
  const places = names.map((name) => columns.findIndex((column) => column.name === name))
  let values: string[][] = names.map(() => [])
  const block = (): TableBlock => ({
    rows: values[0]?.length ?? 0,
    columns: new Map(names.map((name, i) => [name, values[i]!])),
  })
  let line = 0
  for await (const record of csvRecords(createReadStream(path))) {
    line += 1
    if (line === 1) continue
    if (record.length !== columns.length)
      throw new ForeignFileError('damaged', `its row ${line} has ${record.length} fields instead of ${columns.length}`)
    places.forEach((place, i) => values[i]!.push(record[place]!))
    if ((values[0]?.length ?? 0) < BLOCK_ROWS) continue
    yield block()
    values = names.map(() => [])
  }
  yield block()
}
