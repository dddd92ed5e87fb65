import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { AsyncBuffer, FileMetaData, RowGroup, SchemaTree } from 'hyparquet'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { Counts } from '../dataset-exporter.ts'
import { parquetLibrary } from './parquet-library.ts'
import type { ParquetLibrary } from './parquet-library.ts'
import { refuseDamagedPages } from './parquet-pages.ts'

/** Values of one column over the rows of one row group. */
export type ColumnValues = ArrayLike<unknown>

/** A file of which no row group, and no footer, may be larger than this when it is read, bytes. */
const LARGEST_PART = 1 << 30

/** One Parquet file, read a row group at a time. */
export class ParquetInput {
  readonly metadata: FileMetaData
  /** Names of the columns of single values or of lists; a column of structures is not read. */
  readonly columns: readonly string[]
  readonly #file: number
  readonly #buffer: AsyncBuffer
  readonly #library: ParquetLibrary

  private constructor(
    file: number,
    buffer: AsyncBuffer,
    metadata: FileMetaData,
    columns: readonly string[],
    library: ParquetLibrary,
  ) {
    this.#file = file
    this.#buffer = buffer
    this.metadata = metadata
    this.columns = columns
    this.#library = library
  }

  /** Throws ForeignFileError for what is no whole Parquet file. */
  static async open(path: string): Promise<ParquetInput> {
    const library = await parquetLibrary()
    const file = openSync(path, 'r')
    try {
      const buffer = bufferOf(file)
      const metadata = await damagedUnless(async () => {
        const read = await library.parquetMetadataAsync(buffer)
        refuseImpossible(read, buffer.byteLength)
        return read
      })
      const columns = await damagedUnless(() =>
        Promise.resolve(plainColumns(library.parquetSchema(metadata).children, metadata)),
      )
      return new ParquetInput(file, buffer, metadata, columns, library)
    } catch (error) {
      closeSync(file)
      throw error
    }
  }

  get rows(): number {
    return Number(this.metadata.num_rows)
  }

  /** Text that the file keeps under a key; null when there is none. */
  note(key: string): string | null {
    return this.metadata.key_value_metadata?.find((each) => each.key === key)?.value ?? null
  }

  /** Rows of each row group in turn, as columns by name; a value that is not there is null. */
  async *groups(columns: readonly string[]): AsyncGenerator<{ rows: number; columns: Map<string, ColumnValues> }> {
    let from = 0
    for (const group of this.metadata.row_groups) {
      const rows = Number(group.num_rows)
      if (rows === 0) continue
      yield { rows, columns: await damagedUnless(() => this.#group(columns, group, from, rows)) }
      from += rows
    }
  }

  async #group(
    columns: readonly string[],
    group: RowGroup,
    from: number,
    rows: number,
  ): Promise<Map<string, ColumnValues>> {
    const read = new Map(columns.map((column) => [column, new Array<unknown>(rows).fill(null)]))
    const seen = new Map(columns.map((column) => [column, 0]))
    await this.#refuseDamaged(columns, group)
    await this.#library.parquetRead({
      file: this.#buffer,
      metadata: this.metadata,
      columns: [...columns],
      rowStart: from,
      rowEnd: from + rows,
      compressors: this.#library.compressors,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const values = read.get(columnName)
        if (!values) return
        for (let i = 0; i < columnData.length && rowStart - from + i < rows; i++) {
          values[rowStart - from + i] = columnData[i] ?? null
        }
        seen.set(columnName, seen.get(columnName)! + columnData.length)
      },
    })
    const short = columns.find((column) => seen.get(column)! < rows)
    if (short !== undefined)
      throw new ForeignFileError('damaged', `column ${short} has ${seen.get(short)} of ${rows} rows`)
    return read
  }

  async #refuseDamaged(columns: readonly string[], group: RowGroup): Promise<void> {
    for (const { meta_data } of group.columns) {
      if (!meta_data || !columns.includes(meta_data.path_in_schema[0] ?? '')) continue
      const from = Number(meta_data.dictionary_page_offset ?? meta_data.data_page_offset)
      const bytes = await this.#buffer.slice(from, from + Number(meta_data.total_compressed_size))
      refuseDamagedPages(new Uint8Array(bytes), meta_data, this.metadata.schema, this.#library)
    }
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Columns with one leaf, which is in every row group: a structure, or a column that lacks a part, is not read. */
function plainColumns(columns: readonly SchemaTree[], { row_groups }: FileMetaData): string[] {
  const plain = columns.filter((column) => {
    const path = [column.element.name]
    let leaf = column
    for (let [child, ...more] = leaf.children; child; [child, ...more] = leaf.children) {
      if (more.length > 0) return false
      leaf = child
      path.push(child.element.name)
    }
    return row_groups.every((group) => {
      const paths = group.columns.map(({ meta_data }) => meta_data?.path_in_schema ?? [])
      const own = paths.filter(([first]) => first === path[0])
      return own.length === 1 && own[0]!.join('\0') === path.join('\0')
    })
  })
  return plain.map(({ element }) => element.name)
}

/** A reader of damaged bytes fails in many words; all of them mean the same. */
async function damagedUnless<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ForeignFileError) throw error
    throw new ForeignFileError('damaged', `it is not a whole Parquet file (${(error as Error).message})`)
  }
}

function bufferOf(file: number): AsyncBuffer {
  const byteLength = fstatSync(file).size
  return {
    byteLength,
    slice(start, end = byteLength) {
      const from = start < 0 ? Math.max(0, byteLength + start) : start
      const length = Math.min(end, byteLength) - from
      if (!(length >= 0 && length <= LARGEST_PART)) throw new Error(`a part of ${length} bytes at ${from}`)
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length;) {
        const got = readSync(file, bytes, at, length - at, from + at)
        if (got === 0) throw new Error('the file ends early')
        at += got
      }
      return bytes.buffer
    },
  }
}

/** Sizes that a whole file cannot have, found before any memory is asked for. */
function refuseImpossible({ num_rows, row_groups, schema }: FileMetaData, bytes: number): void {
  const rows = row_groups.reduce((sum, group) => sum + group.num_rows, 0n)
  const columns = schema.filter(({ type }) => type !== undefined).length
  const whole =
    rows === num_rows &&
    num_rows >= 0n &&
    row_groups.every(
      (group) =>
        group.num_rows >= 0n &&
        group.columns.length === columns &&
        group.columns.every(({ meta_data }) => {
          if (!meta_data) return false
          const { total_compressed_size, total_uncompressed_size, num_values, data_page_offset } = meta_data
          return (
            total_compressed_size >= 0n &&
            data_page_offset >= 0n &&
            data_page_offset + total_compressed_size <= BigInt(bytes) &&
            total_uncompressed_size >= 0n &&
            total_uncompressed_size <= BigInt(LARGEST_PART) &&
            num_values >= 0n &&
            num_values < 1n << 31n
          )
        }),
    )
  if (!whole) throw new ForeignFileError('damaged', 'its footer does not fit its size')
}

/** Episodes of a table of ours, each with one row more than steps. */
export async function countEpisodeRows(path: string): Promise<Counts> {
  const input = await ParquetInput.open(path)
  try {
    let episodes = 0
    let before: unknown = null
    for await (const { rows, columns } of input.groups(input.columns)) {
      const numbers = columns.get('episode')!
      for (let row = 0; row < rows; row++) {
        if (numbers[row] !== before) episodes += 1
        before = numbers[row]
      }
    }
    return { episodes, transitions: input.rows - episodes }
  } finally {
    input.close()
  }
}
