import { closeSync, openSync, writeSync } from 'node:fs'
import type * as HyparquetWriter from 'hyparquet-writer'
import type { ColumnSource, SchemaElement, Writer } from 'hyparquet-writer'

type Library = typeof HyparquetWriter
type Type = NonNullable<SchemaElement['type']>

/** A column of one number or text per row. */
export function scalarElement(name: string, type: Type | 'STRING', nullable = false): SchemaElement {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED'
  if (type !== 'STRING') return { name, type, repetition_type }
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }
}

/** A column of one list per row, in the three levels of the format: LIST, repeated `list`, `element`. */
export function listElements(name: string, type: Type | 'STRING'): SchemaElement[] {
  return [
    { name, repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    scalarElement('element', type),
  ]
}

/** A Parquet file that is written block by block; each block is a row group and is not kept. */
export class ParquetOutput {
  readonly #file: number
  readonly #writer: InstanceType<Library['ParquetWriter']>
  #open = true

  /** `columns`: the elements of the schema without its root. Throws when something is at `path` already. */
  constructor(library: Library, path: string, columns: readonly SchemaElement[][], metadata: Record<string, string>) {
    const file = openSync(path, 'wx')
    this.#file = file
    const bytes = new library.ByteWriter()
    const put = (): void => {
      const block = bytes.getBytes()
      for (let at = 0; at < block.length;) at += writeSync(file, block, at, block.length - at)
      bytes.index = 0
    }
    const writer: Writer = Object.assign(bytes, { flush: put, finish: put })
    this.#writer = new library.ParquetWriter({
      writer,
      schema: [{ name: 'schema', num_children: columns.length }, ...columns.flat()],
      statistics: false,
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      createdBy: 'Forager',
    })
  }

  /** Bytes so far. */
  get size(): number {
    return this.#writer.writer.offset
  }

  /** Adds one row group; all columns have the same number of rows. */
  write(columnData: ColumnSource[]): void {
    const rows = columnData[0]?.data.length ?? 0
    if (rows > 0) void this.#writer.write({ columnData, rowGroupSize: rows })
  }

  /** Writes the footer and closes. */
  finish(): void {
    void this.#writer.finish()
    this.close()
  }

  /** Closes without a footer; harmless after finish(). */
  close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#file)
  }
}
