import type { ColumnSource, SchemaElement } from 'hyparquet-writer'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { DatasetExporter } from '../dataset-exporter.ts'
import { countEpisodeRows } from './parquet-input.ts'
import { ParquetOutput, scalarElement } from './parquet-output.ts'
import { stepColumns, tableLosses } from './step-columns.ts'
import type { StepColumn, StepValue } from './step-columns.ts'

/** Keys of what the file says of itself. */
export const SHEET_KEY = 'forager.run_sheet'
export const UNITS_KEY = 'forager.units'

/** A block of whole episodes becomes a row group from this many rows on. */
const BLOCK_ROWS = 1 << 15

/** One table, a row a step, the last observation of each episode on a row of its own; run sheet and units in the footer. */
export const parquetExporter: DatasetExporter = {
  format: 'parquet',
  label: 'Parquet table',
  summary: 'One typed row per step, with units and run sheet inside; for pandas, Polars, DuckDB and Spark.',
  makes: 'file',
  extension: '.parquet',
  actionUnits: 'physical',
  losses: ({ sheet }) => tableLosses(sheet),
  async write({ sheet, episodes }, partial, { actions }) {
    const columns = stepColumns(sheet, actions)
    const units = Object.fromEntries(columns.map(({ name, unit }) => [name, unit]))
    const metadata = { [SHEET_KEY]: JSON.stringify(sheet), [UNITS_KEY]: JSON.stringify(units) }
    const schema = columns.map((column) => [elementOf(column)])
    const output = new ParquetOutput(await import('hyparquet-writer'), partial, schema, metadata)
    try {
      let block: RecordedEpisode[] = []
      let rows = 0
      for await (const episode of episodes()) {
        block.push(episode)
        rows += episode.steps + 1
        if (rows < BLOCK_ROWS) continue
        output.write(columns.map((column) => columnOf(column, block, rows)))
        block = []
        rows = 0
      }
      output.write(columns.map((column) => columnOf(column, block, rows)))
      output.finish()
    } finally {
      output.close()
    }
  },
  recount: countEpisodeRows,
}

const TYPES = { int32: 'INT32', int64: 'INT64', float32: 'FLOAT', float64: 'DOUBLE', text: 'STRING' } as const

function elementOf({ name, type, nullable }: StepColumn): SchemaElement {
  return scalarElement(name, TYPES[type], nullable)
}

/** The rows of one column over a block of episodes. */
function columnOf(
  { name, type, nullable, at }: StepColumn,
  block: readonly RecordedEpisode[],
  rows: number,
): ColumnSource {
  const data = nullable ? new Array<StepValue>(rows) : typedRows(type, rows)
  let row = 0
  for (const episode of block) {
    for (let t = 0; t <= episode.steps; t++) data[row++] = at(episode, t) as never
  }
  // Dictionaries pay off for what repeats within a block, and cost a pass over what does not.
  const repeats = type === 'int32' || type === 'text'
  return repeats ? { name, data } : { name, data, encoding: 'PLAIN' }
}

function typedRows(type: StepColumn['type'], rows: number): Float32Array | Float64Array | Int32Array | BigInt64Array {
  if (type === 'float32') return new Float32Array(rows)
  if (type === 'float64') return new Float64Array(rows)
  return type === 'int64' ? new BigInt64Array(rows) : new Int32Array(rows)
}
